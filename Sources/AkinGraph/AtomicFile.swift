public import AkinParallel
import CAkinKernels
import Glibc

/// Writes a file so that a crash at any moment leaves the old file or the new one, never a half: into a temporary file
/// of the same folder, synced, then renamed over the old.
public struct AtomicFile: ~Copyable {
  private let path: String
  private let target: String
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
  ///
  /// - Parameters:
  ///   - inputs: files that must not be replaced, being read by the same work.
  ///   - content: what is to be written. Graphs, models and indexes replace only their like, and nothing else replaces them.
  ///   - beginnings: how files of the kind that is to be written begin, where nothing else is to be replaced.
  public static func check(
    _ path: String, inputs: [String] = [], content: FileContent = .text, beginnings: [[UInt8]] = []
  ) throws(GraphError) {
    _ = try AtomicFile(path: path)
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return }
    for input in inputs {
      var other = stat()
      if unsafe stat(input, &other) == 0, status.st_dev == other.st_dev, status.st_ino == other.st_ino {
        throw .cannotWrite(path: path, reason: "it is an input of this command, expected another file")
      }
    }
    guard status.st_size > 0, let start = try? MappedFile(path: path) else { return }
    let found = unsafe FileContent(of: start.bytes, at: path)
    let isOther =
      found == .text && !beginnings.isEmpty && !beginnings.contains { unsafe start.bytes.starts(with: $0) }
    guard found != content || isOther else { return }
    let name =
      switch found {
      case .graph: "it is a graph"
      case .model: "it is a model"
      case .text: "it is a file of another kind"
      }
    throw .cannotWrite(path: path, reason: name + ", expected a new name, or that it be removed first")
  }

  /// Begins a file that is to replace whatever is at `path` once it is committed; until then that stays.
  ///
  /// - Throws: `GraphError.cannotWrite`.
  public init(path: String) throws(GraphError) {
    guard !path.isEmpty, !path.hasSuffix("/") else {
      throw .cannotWrite(path: path, reason: "the path names a folder, expected a file")
    }
    guard path != "-" else {
      throw .cannotWrite(
        path: path, reason: "it stands for standard output, expected a file, which is renamed when it is whole")
    }
    let target = try Self.target(of: path)
    var status = stat()
    var mode: mode_t = 0
    if unsafe stat(target, &status) == 0 {
      let kind = status.st_mode & S_IFMT
      // A rename would put a file where a device or a pipe was.
      guard kind == S_IFREG else {
        throw .cannotWrite(path: path, reason: kind == S_IFDIR ? "it is a directory" : "it is not a regular file")
      }
      mode = status.st_mode & 0o777
    } else {
      // As any other new file; the mask can only be read by setting it.
      let mask = umask(0)
      umask(mask)
      mode = 0o666 & ~mask
    }
    let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "./"
    // A name that nobody can guess, created and not followed.
    var template = Array((folder + ".akin-XXXXXX").utf8CString)
    let descriptor = unsafe template.withUnsafeMutableBufferPointer { unsafe mkstemp($0.baseAddress!) }
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemMessage()) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    fchmod(descriptor, mode)
    self.path = path
    self.target = target
    temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.descriptor = descriptor
  }

  /// Where a path leads: a link is followed, so that the file behind it is replaced and not the link.
  private static func target(of path: String) throws(GraphError) -> String {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
    guard let resolved = unsafe realpath(path, nil) else {
      let isThere = unsafe stat(path, &status) == 0
      throw .cannotWrite(path: path, reason: isThere ? "it is not a regular file" : "it is a link to nothing")
    }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
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

  /// Writes `bytes` at `offset`, which need not be behind what is there: in pieces, on all threads.
  ///
  /// - Throws: as `write`.
  mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64, execution: Execution) throws {
    let (descriptor, path) = (descriptor, path)
    let source = unsafe SharedBytes(bytes: bytes)
    _ = try concurrentMap(count: bytes.count, chunkSize: 1 << 22, execution: execution) { range in
      var start = range.lowerBound
      while start < range.upperBound {
        let written = unsafe pwrite(
          descriptor, source.bytes.baseAddress! + start, range.upperBound - start, off_t(offset) + off_t(start))
        if written < 0 {
          if errno == EINTR { continue }
          throw GraphError.cannotWrite(path: path, reason: systemMessage())
        }
        start += written
      }
      // The disk may begin while the rest is still copied.
      akin_start_writing(descriptor, Int64(offset) + Int64(range.lowerBound), Int64(range.count))
    }
    if unsafe !bytes.isEmpty { position = max(position, offset + UInt64(bytes.count)) }
  }

  /// - Throws: as `write`.
  public mutating func append(_ bytes: [UInt8], cancellation: Cancellation = Cancellation()) throws {
    try unsafe bytes.withUnsafeBytes { try unsafe write($0, cancellation: cancellation) }
  }

  /// Makes the file at least as long as `length`, with zeros.
  ///
  /// - Throws: `GraphError.cannotWrite`.
  mutating func extend(to length: UInt64) throws(GraphError) {
    guard position < length else { return }
    guard ftruncate(descriptor, off_t(length)) == 0 else { throw .cannotWrite(path: path, reason: systemMessage()) }
    position = length
  }

  /// Makes the file durable under its name.
  ///
  /// - Throws: `GraphError.cannotWrite`.
  public consuming func commit() throws(GraphError) {
    guard fsync(descriptor) == 0, unsafe rename(temporary, target) == 0 else {
      throw .cannotWrite(path: path, reason: systemMessage())
    }
    isFinished = true
    let slash = target.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = unsafe open(slash.map { String(target[...$0]) } ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      // The rename itself must survive a power cut. Some file systems cannot sync a folder; nothing more can be done there.
      fsync(folder)
      close(folder)
    }
  }
}

/// Bytes that several threads read.
@unsafe
private struct SharedBytes: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
}

/// What a file holds, as far as it decides what may replace it.
public enum FileContent: Sendable {
  /// Whatever is no file of this project's own form.
  case text
  /// A graph.
  case graph
  /// A model, stored similarities or an index.
  case model

  @unsafe fileprivate init(of bytes: UnsafeRawBufferPointer, at path: String) {
    guard unsafe bytes.starts(with: ContainerHeader.magic), bytes.count >= ContainerHeader.size else {
      self = .text
      return
    }
    let content: UInt32 = unsafe bytes.littleEndian(at: 16)
    // Similarities are a graph that says which graph it was made from.
    let isDerived = (try? Container(path: path))?.entries.contains { $0.key == SectionKey(.provenance) } ?? false
    self = content == ContainerHeader.Content.graph.rawValue && !isDerived ? .graph : .model
  }
}
