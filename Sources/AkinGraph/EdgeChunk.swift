/// Edges of one relation as they arrived, a part of them: immutable, so that any number of threads may read it.
final class EdgeChunk: Sendable {
  let sources: [UInt32]
  let targets: [UInt32]
  /// Empty, or one an edge.
  let weights: [Float]
  let values: [Float]
  let times: ChunkTimes

  var count: Int { sources.count }

  init(sources: [UInt32], targets: [UInt32], weights: [Float], values: [Float], times: ChunkTimes) {
    precondition(sources.count == targets.count, "\(sources.count) sources and \(targets.count) targets")
    for (name, count) in [("weights", weights.count), ("values", values.count), ("times", times.count)] {
      precondition(count == 0 || count == sources.count, "\(count) \(name) of \(sources.count) edges")
    }
    self.sources = sources
    self.targets = targets
    self.weights = weights
    self.values = values
    self.times = times
  }

  convenience init(_ list: EdgeList) {
    self.init(
      sources: list.sources, targets: list.targets, weights: list.weights, values: list.values,
      times: ChunkTimes(list.times))
  }

  /// Which columns it has, with the range of its times.
  var layout: EdgeLayout {
    EdgeLayout(
      hasWeights: !weights.isEmpty, hasValues: !values.isEmpty, hasTimes: times.count > 0, time: TimeRange(times.range))
  }

  func scaled(_ scale: (Int64) -> Int64) -> EdgeChunk {
    EdgeChunk(sources: sources, targets: targets, weights: weights, values: values, times: times.scaled(scale))
  }

  /// Bytes that it holds.
  var byteCount: Int { 4 * (sources.count + targets.count + weights.count + values.count) + times.byteCount }
}

/// Times of a part of the edges, in 32 bits above a base of its own where their span allows it.
enum ChunkTimes: Sendable {
  case none
  case narrow([UInt32], base: Int64)
  case wide([Int64])

  /// - Parameter times: empty, or one an edge; `TimeColumn.unknown` where an edge has none.
  init(_ times: [Int64]) {
    guard !times.isEmpty else {
      self = .none
      return
    }
    guard let range = Self.range(of: times) else {
      self = .narrow([UInt32](repeating: TimeColumn.unknownNarrow, count: times.count), base: 0)
      return
    }
    guard TimeRange(range).isNarrow else {
      self = .wide(times)
      return
    }
    let base = range.lowerBound
    self = .narrow(
      times.map {
        $0 == TimeColumn.unknown ? TimeColumn.unknownNarrow : UInt32(truncatingIfNeeded: $0 &- base)
      }, base: base)
  }

  private static func range(of times: [Int64]) -> ClosedRange<Int64>? {
    var least = Int64.max
    var largest = Int64.min
    for time in times where time != TimeColumn.unknown {
      least = min(least, time)
      largest = max(largest, time)
    }
    return least <= largest ? least...largest : nil
  }

  var count: Int {
    switch self {
    case .none: 0
    case .narrow(let times, _): times.count
    case .wide(let times): times.count
    }
  }

  var byteCount: Int {
    switch self {
    case .none: 0
    case .narrow(let times, _): 4 * times.count
    case .wide(let times): 8 * times.count
    }
  }

  /// From the earliest known time to the latest; `nil` where none is known.
  var range: ClosedRange<Int64>? {
    switch self {
    case .none: return nil
    case .narrow(let times, let base):
      var least = UInt32.max
      var largest: UInt32 = 0
      for time in times where time != TimeColumn.unknownNarrow {
        least = min(least, time)
        largest = max(largest, time)
      }
      return least <= largest ? base + Int64(least)...base + Int64(largest) : nil
    case .wide(let times): return Self.range(of: times)
    }
  }

  func scaled(_ scale: (Int64) -> Int64) -> ChunkTimes {
    switch self {
    case .none: .none
    case .narrow(let times, let base):
      ChunkTimes(
        times.map { $0 == TimeColumn.unknownNarrow ? TimeColumn.unknown : scale(base + Int64($0)) })
    case .wide(let times): ChunkTimes(times.map { $0 == TimeColumn.unknown ? $0 : scale($0) })
    }
  }
}

/// How the times of a relation are stored.
struct TimeRange: Sendable, Equatable {
  var base: Int64
  var isNarrow: Bool

  /// - Parameter known: from the earliest known time to the latest.
  init(_ known: ClosedRange<Int64>?) {
    base = known?.lowerBound ?? 0
    guard let known else {
      isNarrow = true
      return
    }
    let (span, overflows) = known.upperBound.subtractingReportingOverflow(known.lowerBound)
    isNarrow = !overflows && span < Int64(TimeColumn.unknownNarrow)
  }
}
