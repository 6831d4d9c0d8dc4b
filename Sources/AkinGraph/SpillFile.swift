import Glibc

/// Where temporary data go that memory has no room for.
public struct SpillFolder: Sendable, Equatable {
  /// An existing folder with room for the edges; nothing stays in it.
  public var path: String

  /// Nothing is checked before the first write.
  public init(path: String) { self.path = path }
}

/// A temporary file without a name, mapped: the system frees it with the process, however that ends.
///
/// Safe to share: whoever fills it is done before others read.
@safe
final class SpillFile: @unchecked Sendable {
  let start: UnsafeMutableRawPointer
  let byteCount: Int

  /// - Throws: `GraphError.cannotWrite`, also where the disk lacks the room: a mapped page that finds none when it is
  ///   written would end the process.
  init(in folder: SpillFolder, byteCount: Int) throws(GraphError) {
    func failed(_ code: Int32) -> GraphError {
      .cannotWrite(
        path: folder.path,
        reason: "no temporary file of \(byteCount) bytes: \(unsafe String(cString: strerror(code)))")
    }
    let size = max(byteCount, 1)
    // A name that nobody can guess, and that is gone before anything is written.
    var template = Array((folder.path + "/.akin-spill-XXXXXX").utf8CString)
    let descriptor = unsafe template.withUnsafeMutableBufferPointer { unsafe mkstemp($0.baseAddress!) }
    guard descriptor >= 0 else { throw failed(errno) }
    defer { close(descriptor) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unsafe template.withUnsafeBufferPointer { _ = unsafe unlink($0.baseAddress!) }
    let outcome = posix_fallocate(descriptor, 0, off_t(size))
    guard outcome == 0 else { throw failed(outcome) }
    guard
      let mapped = unsafe mmap(
        nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      unsafe mapped != MAP_FAILED
    else { throw failed(errno) }
    unsafe start = mapped
    self.byteCount = size
  }

  deinit { unsafe munmap(start, byteCount) }
}
