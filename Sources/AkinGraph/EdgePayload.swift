/// What an edge carries while it is sorted: no more bytes than the relation has columns for.
protocol EdgePayload: BitwiseCopyable, Sendable {
  /// From an edge as it arrived.
  init(_ arrived: ArrivedEdges, at edge: Int)
  /// From an edge that has its place.
  init(_ placed: PlacedEdges, at edge: Int)
  /// - Parameter base: what narrow times are above.
  init(_ whole: WholePayload, above base: Int64)
  /// 1 where there is none.
  var weight: Float { get set }
  /// 0 where there is none.
  var value: Float { get set }
  /// Ascends with time; an unknown time counts as the earliest, so that a known one wins under `last`.
  var timeKey: Int64 { get }
  func narrowTime(above base: Int64) -> UInt32
  func wideTime(above base: Int64) -> Int64
  /// With narrow times above a base that is lower by `distance`.
  func rebased(by distance: UInt32) -> Self
}

extension EdgePayload {
  var weight: Float {
    get { 1 }
    set {}
  }
  var value: Float {
    get { 0 }
    set {}
  }
  var timeKey: Int64 { 0 }
  func narrowTime(above base: Int64) -> UInt32 { TimeColumn.unknownNarrow }
  func wideTime(above base: Int64) -> Int64 { TimeColumn.unknown }
  func rebased(by distance: UInt32) -> Self { self }

  func whole(above base: Int64) -> WholePayload {
    WholePayload(weight: weight, value: value, time: wideTime(above: base))
  }
}

private func key(_ narrow: UInt32) -> Int64 { narrow == TimeColumn.unknownNarrow ? .min : Int64(narrow) }

private func wide(_ narrow: UInt32, above base: Int64) -> Int64 {
  narrow == TimeColumn.unknownNarrow ? TimeColumn.unknown : base &+ Int64(narrow)
}

struct BarePayload: EdgePayload {
  init(_ arrived: ArrivedEdges, at edge: Int) {}
  init(_ placed: PlacedEdges, at edge: Int) {}
  init(_ whole: WholePayload, above base: Int64) {}
}

struct WeightPayload: EdgePayload {
  var weight: Float

  init(weight: Float) { self.weight = weight }
  init(_ arrived: ArrivedEdges, at edge: Int) { weight = unsafe arrived.weight(edge) }
  init(_ placed: PlacedEdges, at edge: Int) { weight = unsafe placed.weights.unsafelyUnwrapped[edge] }
  init(_ whole: WholePayload, above base: Int64) { weight = whole.weight }
}

struct TimePayload: EdgePayload {
  var time: UInt32

  init(_ arrived: ArrivedEdges, at edge: Int) { time = unsafe arrived.narrowTime(edge) }
  init(_ placed: PlacedEdges, at edge: Int) { time = unsafe placed.narrow.unsafelyUnwrapped[edge] }
  init(_ whole: WholePayload, above base: Int64) { time = whole.narrowTime(above: base) }

  var timeKey: Int64 { key(time) }
  func narrowTime(above base: Int64) -> UInt32 { time }
  func wideTime(above base: Int64) -> Int64 { wide(time, above: base) }

  func rebased(by distance: UInt32) -> Self {
    var moved = self
    if time != TimeColumn.unknownNarrow { moved.time = time &+ distance }
    return moved
  }
}

struct WeightTimePayload: EdgePayload {
  var weight: Float
  var time: UInt32

  init(_ arrived: ArrivedEdges, at edge: Int) {
    weight = unsafe arrived.weight(edge)
    time = unsafe arrived.narrowTime(edge)
  }

  init(_ placed: PlacedEdges, at edge: Int) {
    weight = unsafe placed.weights.unsafelyUnwrapped[edge]
    time = unsafe placed.narrow.unsafelyUnwrapped[edge]
  }

  init(_ whole: WholePayload, above base: Int64) {
    weight = whole.weight
    time = whole.narrowTime(above: base)
  }

  var timeKey: Int64 { key(time) }
  func narrowTime(above base: Int64) -> UInt32 { time }
  func wideTime(above base: Int64) -> Int64 { wide(time, above: base) }

  func rebased(by distance: UInt32) -> Self {
    var moved = self
    if time != TimeColumn.unknownNarrow { moved.time = time &+ distance }
    return moved
  }
}

/// Whatever an edge may have: of relations with values, with times far apart, and of runs on disk.
struct WholePayload: EdgePayload {
  var weight: Float
  var value: Float
  /// Seconds since 1970; `TimeColumn.unknown` where there is none.
  var time: Int64

  init(weight: Float, value: Float, time: Int64) {
    self.weight = weight
    self.value = value
    self.time = time
  }

  init(_ whole: WholePayload, above base: Int64) { self = whole }

  init(_ arrived: ArrivedEdges, at edge: Int) {
    weight = unsafe arrived.weight(edge)
    value = unsafe arrived.values.map { unsafe $0[edge] } ?? 0
    time = unsafe arrived.wideTime(edge)
  }

  init(_ placed: PlacedEdges, at edge: Int) {
    weight = unsafe placed.weights.map { unsafe $0[edge] } ?? 1
    value = unsafe placed.values.map { unsafe $0[edge] } ?? 0
    time = unsafe placed.wideTime(edge)
  }

  var timeKey: Int64 { time == TimeColumn.unknown ? .min : time }

  func narrowTime(above base: Int64) -> UInt32 {
    time == TimeColumn.unknown ? TimeColumn.unknownNarrow : UInt32(truncatingIfNeeded: time &- base)
  }

  func wideTime(above base: Int64) -> Int64 { time }
}

/// An edge while it is sorted.
struct EdgeRecord<Payload: EdgePayload>: BitwiseCopyable, Sendable {
  var source: UInt32
  var target: UInt32
  var payload: Payload
}
