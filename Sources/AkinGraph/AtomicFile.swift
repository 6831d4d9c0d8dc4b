public import AkinParallel
import Glibc

/// Writes a file so that a crash at any moment leaves the old file or the new one, never a half: into a temporary file
/// of the same folder, synced, then renamed over the old.
public struct AtomicFile: ~Copyable {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private var position: UInt64 = 0
  private var isFinished = false

  /// Writes a whole file.
  ///
  /// - Throws: `GraphError.cannotWrite`; `CancellationError`. The old file, if any, then stays as it was.
  public static func write(_ bytes: [UInt8], to path: String, cancellation: Cancellation = Cancellation()) throws {
    var file = try AtomicFile(path: path)
    try unsafe bytes.withUnsafeBytes { try unsafe file.write($0, cancellation: cancellation) }
    try file.commit()
  }

  /// Whether a file could be written to `path`: for those who are about to work long before they do.
  ///
  /// - Throws: `GraphError.cannotWrite`.
  public static func check(_ path: String) throws(GraphError) { _ = try AtomicFile(path: path) }

  /// - Throws: `GraphError.cannotWrite`.
  init(path: String) throws(GraphError) {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(path[...$0]) } ?? "./"
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    guard !name.isEmpty else { throw .cannotWrite(path: path, reason: "the path names a folder, expected a file") }
    var status = stat()
    if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw .cannotWrite(path: path, reason: "it is a directory")
    }
    let temporary = "\(folder).\(name).\(getpid()).tmp"
    // The umask applies, as to any other new file.
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemMessage()) }
    self.path = path
    self.temporary = temporary
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
    if !isFinished { unsafe unlink(temporary) }
  }

  /// - Throws: `GraphError.cannotWrite`, with the disk's reason; `CancellationError`.
  mutating func write(_ bytes: UnsafeRawBufferPointer, cancellation: Cancellation) throws {
    var rest = unsafe bytes
    while unsafe !rest.isEmpty {
      try cancellation.check()
      // Pieces, so that an interrupt is looked at often.
      let written = unsafe Glibc.write(descriptor, rest.baseAddress!, min(rest.count, 1 << 24))
      if written < 0 {
        if errno == EINTR { continue }
        throw GraphError.cannotWrite(path: path, reason: systemMessage())
      }
      position += UInt64(written)
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Fills up with zeros to `offset`.
  mutating func pad(to offset: UInt64, cancellation: Cancellation) throws {
    precondition(offset >= position, "cannot pad back from \(position) to \(offset)")
    let zeros = [UInt8](repeating: 0, count: Int(offset - position))
    try unsafe zeros.withUnsafeBytes { try unsafe write($0, cancellation: cancellation) }
  }

  /// Makes the file durable under its name.
  consuming func commit() throws(GraphError) {
    guard fsync(descriptor) == 0, unsafe rename(temporary, path) == 0 else {
      throw .cannotWrite(path: path, reason: systemMessage())
    }
    isFinished = true
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = unsafe open(slash.map { String(path[...$0]) } ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      // The rename itself must survive a power cut. Some file systems cannot sync a folder; nothing more can be done there.
      fsync(folder)
      close(folder)
    }
  }
}
