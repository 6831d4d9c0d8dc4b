public import AkinParallel
import Glibc

/// Adds changes to a graph file. One process at a time has one; readers need none.
public struct OverlayWriter: ~Copyable {
  private let path: String
  private let lock: Int32

  /// - Throws: `GraphError.locked` where another process writes; `.cannotWrite`.
  public init(path: String) throws(GraphError) {
    // No lock is left beside what is no graph.
    _ = try Container(path: path)
    let name = OverlayLog.lockPath(for: path)
    let lock = unsafe open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard lock >= 0 else { throw .cannotWrite(path: name, reason: systemMessage()) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(lock)
      throw code == EWOULDBLOCK ? .locked(path: path) : .cannotWrite(path: name, reason: systemMessage(code))
    }
    // Last of all: a writer that is complete when it throws would close its lock a second time.
    self.path = path
    self.lock = lock
  }

  deinit { close(lock) }

  /// Appends a batch: when this returns, all of it is on disk for good; until then readers see none of it.
  ///
  /// - Throws: `GraphError`.
  public func append(_ operations: [OverlayOperation]) throws(GraphError) {
    guard !operations.isEmpty else { return }
    var payload: [UInt8] = []
    for operation in operations { operation.encode(into: &payload) }
    guard payload.count <= Int(UInt32.max) else {
      throw .cannotWrite(path: OverlayLog.path(for: path), reason: "a batch above 4 GiB, expected smaller ones")
    }
    try append(payload)
  }

  private func append(_ payload: [UInt8]) throws(GraphError) {
    let base = try Snapshot.openBase(path)
    let name = OverlayLog.path(for: path)
    var log = try OverlayLog(reading: name)
    if let known = log, known.foldedInto == base.fingerprint { log = nil }
    if let known = log, known.base != base.fingerprint {
      throw .otherGraph(path: name, found: hex(known.base), expected: hex(base.fingerprint))
    }
    let descriptor = unsafe open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotWrite(path: name, reason: systemMessage()) }
    defer { close(descriptor) }
    let start = log?.end ?? 0
    let position = log?.end ?? UInt64(OverlayLog.headerSize)
    let bytes = (log == nil ? OverlayLog.header(base: base.fingerprint) : []) + OverlayLog.record(payload, at: position)
    guard ftruncate(descriptor, Int(start)) == 0, lseek(descriptor, Int(start), SEEK_SET) >= 0 else {
      throw .cannotWrite(path: name, reason: systemMessage())
    }
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      guard written > 0 else {
        if written < 0, errno == EINTR { continue }
        let reason = systemMessage()
        // Half a batch must not stay in the way of the next.
        ftruncate(descriptor, Int(start))
        throw .cannotWrite(path: name, reason: reason)
      }
      rest = rest.dropFirst(written)
    }
    guard fsync(descriptor) == 0 else { throw .cannotWrite(path: name, reason: systemMessage()) }
    if log == nil { try syncFolder(of: name) }
  }

  /// Folds the log into a new snapshot under the same name. What was deleted is then in no file any more.
  ///
  /// A crash at any moment leaves the old snapshot with its log or the new one; readers keep what they opened.
  ///
  /// - Returns: the new snapshot; `nil` where there was nothing to fold.
  /// - Throws: `GraphError`; `CancellationError`.
  public func compact(execution: Execution = .serial) throws -> Snapshot? {
    let name = OverlayLog.path(for: path)
    let base = try Snapshot.openBase(path)
    guard let log = try OverlayLog(reading: name) else { return nil }
    guard log.foldedInto != base.fingerprint else {
      unsafe unlink(name)
      return nil
    }
    let merged = try base.applying(log, execution: execution)
    // The mark comes first: whoever finds the new snapshot with the old log knows that it is in it.
    let temporary = "\(path).\(getpid()).compact"
    defer { unsafe unlink(temporary) }
    try merged.write(to: temporary, execution: execution)
    try append(OverlayLog.foldMark(merged.fingerprint))
    guard unsafe rename(temporary, path) == 0 else { throw GraphError.cannotWrite(path: path, reason: systemMessage()) }
    try syncFolder(of: path)
    unsafe unlink(name)
    return merged
  }

  private func syncFolder(of file: String) throws(GraphError) {
    let slash = file.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = unsafe open(slash.map { String(file[...$0]) } ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    defer { close(folder) }
    guard fsync(folder) == 0 || errno == EINVAL else { throw .cannotWrite(path: file, reason: systemMessage()) }
  }
}

/// Takes the log of a graph away with the graph, where another is written over it: nobody appends in between.
public struct OverlayReplacement: ~Copyable {
  private let path: String
  /// `nil` where there is no log, and nothing to take away.
  private let writer: OverlayWriter?

  /// Before the graph at `path` is written over.
  ///
  /// - Throws: `GraphError.locked` where another process appends; `.cannotWrite`.
  public init(path: String) throws(GraphError) {
    let hasLog = unsafe access(OverlayLog.path(for: path), F_OK) == 0 && access(path, F_OK) == 0
    let writer: OverlayWriter? = hasLog ? try OverlayWriter(path: path) : nil
    self.path = path
    self.writer = writer
  }

  /// After it was.
  ///
  /// - Returns: how many batches were in the log; `nil` where there was none.
  /// - Throws: `GraphError.cannotWrite`.
  public borrowing func discard() throws(GraphError) -> Int? {
    guard writer != nil else { return nil }
    let name = OverlayLog.path(for: path)
    // What cannot be read has no batches, and goes too.
    let batches = (try? OverlayLog(reading: name))?.batches.count ?? 0
    guard unsafe unlink(name) == 0 || errno == ENOENT else {
      throw .cannotWrite(path: name, reason: systemMessage())
    }
    return batches
  }
}

/// What there is beside a graph file.
public struct OverlayStatus: Sendable, Equatable {
  /// Whole batches in the log, each of which was appended by one call.
  public var batches: Int
  /// Operations of all those batches together.
  public var operations: Int
  /// Size of the log up to the end of the last whole batch.
  public var bytes: UInt64
  /// Bytes of a write that a crash cut off.
  public var tornBytes: Int
}

extension Snapshot {
  /// The log beside a graph file; `nil` where there is none.
  ///
  /// - Throws: `GraphError`.
  public static func overlayStatus(_ path: String) throws(GraphError) -> OverlayStatus? {
    let base = try openBase(path)
    guard let log = try OverlayLog(reading: OverlayLog.path(for: path)), log.foldedInto != base.fingerprint else {
      return nil
    }
    let operations = try base.operations(of: log)
    return OverlayStatus(
      batches: log.batches.count, operations: operations.count, bytes: log.end, tornBytes: log.tornBytes)
  }

  /// The graph of a file together with what was appended to it since.
  ///
  /// Without a log, this maps the file and copies nothing. With one, relations that it touches are made anew in memory.
  ///
  /// - Throws: `GraphError`.
  /// - Complexity: O(sections) without a log; else O(nodes + edges of what is touched), plus the checksums of the graph.
  public static func open(_ path: String) throws(GraphError) -> Snapshot {
    var base = try openBase(path)
    for _ in 0..<100 {
      if let log = try OverlayLog(reading: OverlayLog.path(for: path)) {
        if log.foldedInto == base.fingerprint { return base }
        if log.base == base.fingerprint {
          do {
            return try base.applying(log, execution: .serial)
          } catch let error as GraphError {
            throw error
          } catch {
            preconditionFailure("nothing cancels this: \(error)")
          }
        }
        // A compaction may have put a new snapshot in place since we opened the old one.
        let again = try openBase(path)
        guard again.fingerprint != base.fingerprint else {
          throw .otherGraph(path: log.path, found: hex(log.base), expected: hex(base.fingerprint))
        }
        base = again
      } else {
        // No log, or no more: then its edges are in the snapshot that is there now.
        let again = try openBase(path)
        if again.fingerprint == base.fingerprint { return again }
        base = again
      }
    }
    throw .cannotRead(path: path, reason: "it was replaced again and again while it was opened")
  }
}
