import FoundationEssentials
import Glibc

/// The output of a long job, written so that an interrupted job goes on where it stopped.
///
/// Until the job is done its output is in `path.part`, and `path.part.json` says what job it is of, how many pieces are
/// in it and how many bytes they take; what the file holds beyond them is cut off when the job goes on. When all is
/// done, the output takes its name at once.
public final class JobFile {
  /// What a job is; equal jobs write equal files.
  public struct Header: Codable, Sendable, Equatable {
    /// Format and version of the checkpoint; files of another one are refused.
    public var format = "akin.job/1"
    /// What is done, by every choice that the output depends on.
    public var job: [String: String]

    /// `job` has every choice that the output depends on, by name.
    public init(job: [String: String]) { self.job = job }
  }

  private struct Checkpoint: Codable {
    var header: Header
    var done: Int
    var bytes: Int
  }

  /// Where the output is when it is done.
  public let path: String
  /// Pieces that are on disk for good.
  public private(set) var done: Int
  /// Whether nothing at all has been written.
  public var isEmpty: Bool { bytes == 0 }
  private let header: Header
  private let descriptor: Int32
  private var bytes: Int
  private var partPath: String { path + ".part" }
  private var notePath: String { path + ".part.json" }

  /// Opens the unfinished output of this job, or begins one.
  ///
  /// - Throws: `JobFileError`: where the unfinished output is of another job, or nothing can be written.
  public init(path: String, header: Header) throws(JobFileError) {
    self.path = path
    self.header = header
    let note = path + ".part.json"
    var start = (done: 0, bytes: 0)
    if let data = try? Data(contentsOf: URL(filePath: note)) {
      guard let found = try? JSONDecoder().decode(Checkpoint.self, from: data), found.done >= 0, found.bytes >= 0 else {
        throw .notACheckpoint(path: note)
      }
      guard found.header == header else {
        throw .otherJob(path: note, differing: Self.differing(found.header.job, header.job))
      }
      start = (found.done, found.bytes)
    }
    descriptor = unsafe open(path + ".part", O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotWrite(path: path + ".part", reason: Self.reason()) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .cannotWrite(path: path + ".part", reason: "it is not a regular file")
    }
    // Less on disk than was noted: somebody else has been at it.
    if status.st_size < start.bytes { start = (0, 0) }
    guard ftruncate(descriptor, start.bytes) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
      close(descriptor)
      throw .cannotWrite(path: path + ".part", reason: Self.reason())
    }
    done = start.done
    bytes = start.bytes
  }

  deinit { close(descriptor) }

  /// Adds what the next `pieces` pieces are; they are on disk when this returns.
  ///
  /// - Throws: `JobFileError.cannotWrite`.
  public func append(_ text: String, pieces: Int) throws(JobFileError) {
    try append([Array(text.utf8)], pieces: pieces)
  }

  /// As above, for bytes, one part after the other.
  public func append(_ parts: [[UInt8]], pieces: Int) throws(JobFileError) {
    for part in parts {
      var rest = part[...]
      while !rest.isEmpty {
        let written = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        guard written > 0 else {
          if written < 0, errno == EINTR { continue }
          throw .cannotWrite(path: partPath, reason: Self.reason())
        }
        bytes += written
        rest.removeFirst(written)
      }
    }
    guard fsync(descriptor) == 0 else { throw .cannotWrite(path: partPath, reason: Self.reason()) }
    done += pieces
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(Checkpoint(header: header, done: done, bytes: bytes))
        .write(to: URL(filePath: notePath), options: .atomic)
    } catch {
      throw .cannotWrite(path: notePath, reason: Self.reason())
    }
  }

  /// Gives the output its name.
  ///
  /// - Throws: `JobFileError.cannotWrite`.
  public func finish() throws(JobFileError) {
    guard fsync(descriptor) == 0, unsafe rename(partPath, path) == 0 else {
      throw .cannotWrite(path: path, reason: Self.reason())
    }
    unsafe unlink(notePath)
  }

  /// All that has been appended, for output that takes another form in the end.
  ///
  /// - Throws: `JobFileError.cannotWrite`.
  public func contents() throws(JobFileError) -> [UInt8] {
    guard let data = try? Data(contentsOf: URL(filePath: partPath)), data.count == bytes else {
      throw .cannotWrite(path: path, reason: "\(partPath) is not as it was written")
    }
    return [UInt8](data)
  }

  /// What the job that was found has and this one has not. Methods have other parameters than each other, which says
  /// nothing beside their names.
  private static func differing(_ found: [String: String], _ own: [String: String]) -> [String] {
    let keys = Set(found.keys).union(own.keys).sorted().filter { found[$0] != own[$0] }
    let common = keys.filter { found[$0] != nil && own[$0] != nil }
    return (common.isEmpty ? keys : common).map { "\($0) \(found[$0] ?? "none"), not \(own[$0] ?? "none")" }
  }

  /// The output has its name by other means: what led to it is removed.
  public func discard() {
    unsafe unlink(partPath)
    unsafe unlink(notePath)
  }

  private static func reason() -> String { unsafe String(cString: strerror(errno)) }
}

/// Why the output of a job cannot be written.
public enum JobFileError: Error, Equatable, CustomStringConvertible {
  case notACheckpoint(path: String)
  case otherJob(path: String, differing: [String])
  case cannotWrite(path: String, reason: String)

  public var description: String {
    switch self {
    case .notACheckpoint(let path):
      "\(path): not the note of an unfinished job, expected none or one; delete it to begin anew"
    case .otherJob(let path, let differing):
      "\(path): the unfinished job is another one (\(differing.joined(separator: "; "))), expected the same; "
        + "delete it to begin anew, or write to another file"
    case .cannotWrite(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}
