import Glibc

/// A file mapped for reading; unmapped when the last column that views it goes.
///
/// Our files are only ever replaced by rename, so a mapping stays valid while others write a new version. Cutting a
/// mapped file short by other means would kill its readers: that is the system's rule for every mapping.
@safe
final class MappedFile: @unchecked Sendable {
  // Safe to share: the mapping is read-only and never changes after `init`.
  let bytes: UnsafeRawBufferPointer

  /// - Throws: `GraphError.cannotRead`, naming what the system said.
  init(path: String) throws(GraphError) {
    // Not blocking: a pipe that nobody writes to must not hold us up before it is refused.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .cannotRead(path: path, reason: systemMessage()) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .cannotRead(path: path, reason: systemMessage()) }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG else {
      throw .cannotRead(path: path, reason: kind == S_IFDIR ? "it is a directory" : "it is not a regular file")
    }
    let count = Int(status.st_size)
    guard count > 0 else {
      unsafe bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let address = unsafe mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0)
    guard unsafe address != MAP_FAILED else { throw .cannotRead(path: path, reason: systemMessage()) }
    unsafe bytes = UnsafeRawBufferPointer(start: address, count: count)
  }

  deinit {
    if let start = unsafe bytes.baseAddress { unsafe munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}

/// The system's own words for the last error.
func systemMessage(_ code: Int32 = errno) -> String { unsafe String(cString: strerror(code)) }
