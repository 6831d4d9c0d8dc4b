import Glibc

/// An open file read with `read(2)` through one buffer.
///
/// Files are not mapped: one that somebody truncates while it is read would end the process with SIGBUS.
@safe final class FileInput {
  let path: String
  private let descriptor: Int32
  private let closes: Bool
  private let capacity: Int
  private let buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  /// Nothing is left in the file; the buffer may still hold some of it.
  private(set) var isAtEnd = false
  /// Offset in the file of the first byte that was not consumed.
  private(set) var offset: UInt64 = 0

  /// Size of the file when it was opened; 0 where there is none, as for a pipe.
  let byteCount: UInt64

  static let standardInputName = "standard input"

  init(path: String, bufferSize: Int = 1 << 17) throws(FormatError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.error(errno, path: path) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw .directory(path: path)
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = status.st_mode & S_IFMT == S_IFREG ? UInt64(max(0, status.st_size)) : 0
    closes = true
    capacity = bufferSize
    unsafe buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 16)
  }

  init(standardInputBufferSize bufferSize: Int) {
    path = Self.standardInputName
    descriptor = STDIN_FILENO
    byteCount = 0
    closes = false
    capacity = bufferSize
    unsafe buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 16)
  }

  deinit {
    unsafe buffer.deallocate()
    if closes { close(descriptor) }
  }

  private static func error(_ code: Int32, path: String) -> FormatError {
    switch code {
    case ENOENT, ENOTDIR: .missingFile(path: path)
    case EISDIR: .directory(path: path)
    case EACCES, EPERM: .permissionDenied(path: path)
    default: unsafe .readFailed(path: path, reason: String(cString: strerror(code)))
    }
  }

  /// What is in the buffer and not consumed.
  var available: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(rebasing: buffer[start..<end]) }

  func consume(_ count: Int) {
    precondition(count <= end - start, "\(count) bytes consumed of \(end - start)")
    start += count
    offset += UInt64(count)
  }

  /// Reads on until `available` holds `count` bytes or the file ends.
  func require(_ count: Int) throws(FormatError) {
    precondition(count <= capacity, "\(count) bytes required of a buffer of \(capacity)")
    while end - start < count, !isAtEnd {
      if start > 0 {
        unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
        end -= start
        start = 0
      }
      end += try unsafe readOnce(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
    }
  }

  /// After a compressed member: passes over padding of zero bytes, and tells whether another member follows.
  ///
  /// - Throws: `FormatError.trailingGarbage` for anything else before the end of the file.
  func startsMember(_ magic: [UInt8], _ compression: Compression) throws(FormatError) -> Bool {
    while true {
      try require(magic.count)
      let zeros = unsafe available.prefix { $0 == 0 }.count
      let isPadding = zeros == end - start
      consume(zeros)
      if isPadding, isAtEnd { return false }
      if !isPadding {
        try require(magic.count)
        guard unsafe available.starts(with: magic) else {
          throw .trailingGarbage(path: path, compression: compression, offset: offset)
        }
        return true
      }
    }
  }

  /// Copies what the buffer holds, or reads past it into `target`. Returns 0 at the end of the file.
  func read(into target: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
    if end > start {
      let count = min(end - start, target.count)
      unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<start + count]))
      consume(count)
      return count
    }
    guard !isAtEnd else { return 0 }
    let count = try unsafe readOnce(into: target)
    offset += UInt64(count)
    return count
  }

  private func readOnce(into target: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
    while true {
      let count = unsafe Glibc.read(descriptor, target.baseAddress, target.count)
      if count >= 0 {
        isAtEnd = count == 0
        return count
      }
      if errno != EINTR { throw Self.error(errno, path: path) }
    }
  }
}
