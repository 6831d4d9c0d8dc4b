public import AkinParallel

extension Snapshot {
  /// The graph of a file as it was when it had this fingerprint: its snapshot, or that with the first of the batches that
  /// were appended to it. `nil` where it never had, or has been compacted since.
  ///
  /// - Parameter fingerprint: 16 hexadecimal digits, as a provenance states them.
  /// - Throws: `GraphError`; `CancellationError`.
  /// - Complexity: for each batch what opening the graph takes, fewest batches first.
  public static func earlier(
    _ path: String, fingerprint: String, execution: Execution = .serial
  ) throws -> Snapshot? {
    let base = try openBase(path)
    if hex(base.fingerprint) == fingerprint { return base }
    guard let log = try OverlayLog(reading: OverlayLog.path(for: path)), log.base == base.fingerprint,
      log.foldedInto != base.fingerprint
    else { return nil }
    var ends: [Int] = []
    var operations: [OverlayOperation] = []
    for batch in try base.operationsByBatch(of: log) {
      operations += batch
      ends.append(operations.count)
    }
    for end in ends {
      let snapshot = try base.applying(Array(operations[..<end]), execution: execution)
      if hex(snapshot.fingerprint) == fingerprint { return snapshot }
    }
    return nil
  }
}
