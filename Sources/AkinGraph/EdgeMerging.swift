/// What becomes of edges between the same two nodes.
extension EdgeSorting {
  /// - Parameter run: two or more edges between the same nodes, in order of arrival; sorted here by time, otherwise in
  ///   their order.
  /// - Throws: `Overflow`.
  func merged<Payload: EdgePayload>(
    _ run: UnsafeMutableBufferPointer<EdgeRecord<Payload>>
  ) throws -> UnsafeMutableBufferPointer<EdgeRecord<Payload>> {
    unsafe sortByTime(run)
    let last = run.count - 1
    if policy == .keep {
      if let formula {
        for edge in 0...last { try unsafe apply(formula, to: &run[edge].payload, of: run[edge]) }
      }
      return unsafe run
    }
    var result = unsafe run[last]
    switch policy {
    case .keep, .last: break
    case .max:
      result = unsafe run.reduce(run[0]) { $1.payload.weight >= $0.payload.weight ? $1 : $0 }
    case .sum:
      // In double precision, so that small counts are not lost beside large ones.
      result.payload.weight = Float(unsafe run.reduce(0.0) { $0 + Double($1.payload.weight) })
      result.payload.value = Float(unsafe run.reduce(0.0) { $0 + Double($1.payload.value) })
      guard result.payload.weight.isFinite, result.payload.value.isFinite else {
        throw Overflow(source: result.source, target: result.target)
      }
    case .count: result.payload.weight = Float(run.count)
    }
    if let formula { try apply(formula, to: &result.payload, of: result) }
    unsafe run[0] = result
    return unsafe UnsafeMutableBufferPointer(rebasing: run[..<1])
  }

  /// What the weight of an edge that came so many times is, where repetitions are counted.
  ///
  /// - Throws: `Overflow`.
  func weight(ofRepetitions count: Int, source: UInt32, target: UInt32) throws -> Float {
    var payload = WeightPayload(weight: Float(count))
    if let formula {
      try apply(formula, to: &payload, of: EdgeRecord(source: source, target: target, payload: payload))
    }
    return payload.weight
  }

  func apply<Payload: EdgePayload>(
    _ formula: (Float) -> Float, to payload: inout Payload, of edge: EdgeRecord<Payload>
  ) throws {
    let weight = formula(payload.weight)
    guard weight > 0, weight.isFinite else { throw Overflow(source: edge.source, target: edge.target) }
    payload.weight = weight
  }

  private func sortByTime<Payload: EdgePayload>(_ run: UnsafeMutableBufferPointer<EdgeRecord<Payload>>) {
    // What comes from a log mostly has its order already.
    guard unsafe zip(run, run.dropFirst()).contains(where: { $0.payload.timeKey > $1.payload.timeKey }) else { return }
    let sorted = unsafe run.enumerated().sorted {
      ($0.element.payload.timeKey, $0.offset) < ($1.element.payload.timeKey, $1.offset)
    }
    for (place, edge) in sorted.enumerated() { unsafe run[place] = edge.element }
  }
}
