/// The columns of a chunk, to be read by position.
///
/// Safe: made only inside `EdgeChunk.withEdges`, and read below its count.
@unsafe
struct ArrivedEdges {
  let sources: UnsafePointer<UInt32>
  let targets: UnsafePointer<UInt32>
  let weights: UnsafePointer<Float>?
  let values: UnsafePointer<Float>?
  private let narrow: UnsafePointer<UInt32>?
  private let wide: UnsafePointer<Int64>?
  private let chunkBase: Int64
  /// What narrow times of the relation are above.
  private let base: Int64

  fileprivate init(
    sources: UnsafePointer<UInt32>, targets: UnsafePointer<UInt32>, weights: UnsafePointer<Float>?,
    values: UnsafePointer<Float>?, narrow: UnsafePointer<UInt32>?, wide: UnsafePointer<Int64>?, chunkBase: Int64,
    base: Int64
  ) {
    unsafe self.sources = sources
    unsafe self.targets = targets
    unsafe self.weights = weights
    unsafe self.values = values
    unsafe self.narrow = narrow
    unsafe self.wide = wide
    unsafe self.chunkBase = chunkBase
    unsafe self.base = base
  }

  @inline(__always)
  func weight(_ edge: Int) -> Float { unsafe weights.map { unsafe $0[edge] } ?? 1 }

  @inline(__always)
  func narrowTime(_ edge: Int) -> UInt32 {
    if let narrow = unsafe narrow {
      let time = unsafe narrow[edge]
      return unsafe time == TimeColumn.unknownNarrow ? time : time &+ UInt32(truncatingIfNeeded: chunkBase &- base)
    }
    guard let wide = unsafe wide else { return TimeColumn.unknownNarrow }
    let time = unsafe wide[edge]
    return unsafe time == TimeColumn.unknown ? TimeColumn.unknownNarrow : UInt32(truncatingIfNeeded: time &- base)
  }

  @inline(__always)
  func wideTime(_ edge: Int) -> Int64 {
    if let narrow = unsafe narrow {
      let time = unsafe narrow[edge]
      return unsafe time == TimeColumn.unknownNarrow ? TimeColumn.unknown : chunkBase &+ Int64(time)
    }
    return unsafe wide.map { unsafe $0[edge] } ?? TimeColumn.unknown
  }
}

extension EdgeChunk {
  @unsafe func withEdges<Result>(above base: Int64, _ body: (ArrivedEdges) -> Result) -> Result {
    unsafe sources.withUnsafeBufferPointer { sources in
      unsafe targets.withUnsafeBufferPointer { targets in
        unsafe weights.withUnsafeBufferPointer { weights in
          unsafe values.withUnsafeBufferPointer { values in
            func run(_ narrow: UnsafePointer<UInt32>?, _ wide: UnsafePointer<Int64>?, _ chunkBase: Int64) -> Result {
              // An empty chunk has no addresses, and nobody reads it.
              guard let from = sources.baseAddress, let to = targets.baseAddress else {
                return unsafe body(
                  ArrivedEdges(
                    sources: UnsafePointer(bitPattern: 8)!, targets: UnsafePointer(bitPattern: 8)!, weights: nil,
                    values: nil, narrow: nil, wide: nil, chunkBase: 0, base: 0))
              }
              return unsafe body(
                ArrivedEdges(
                  sources: from, targets: to, weights: weights.count > 0 ? weights.baseAddress : nil,
                  values: values.count > 0 ? values.baseAddress : nil, narrow: narrow, wide: wide,
                  chunkBase: chunkBase, base: base))
            }
            switch times {
            case .none: return run(nil, nil, 0)
            case .narrow(let times, let chunkBase):
              return unsafe times.withUnsafeBufferPointer { unsafe run($0.baseAddress, nil, chunkBase) }
            case .wide(let times): return unsafe times.withUnsafeBufferPointer { unsafe run(nil, $0.baseAddress, 0) }
            }
          }
        }
      }
    }
  }
}

/// Which columns the edges of a relation have.
struct EdgeLayout: Sendable, Equatable {
  var hasWeights = false
  var hasValues = false
  var hasTimes = false
  var time = TimeRange(nil)

  /// What an edge carries while it is sorted.
  enum Kind: Sendable { case bare, weight, time, weightTime, whole }

  var kind: Kind {
    if hasValues || !time.isNarrow { return .whole }
    return hasWeights ? hasTimes ? .weightTime : .weight : hasTimes ? .time : .bare
  }

  /// Where repetitions are counted, weights that came with edges do not matter, and edges that carry nothing else need none
  /// to be counted.
  ///
  /// - Parameter given: whether any came.
  mutating func expectWeights(_ given: Bool, _ policy: DuplicatePolicy) {
    hasWeights = policy == .count ? hasValues || hasTimes : given
  }

  /// - Precondition: all edges of a relation have the same columns; but weights do not matter where edges are counted.
  func expect(_ part: EdgeLayout, _ policy: DuplicatePolicy) {
    precondition(
      policy == .count || part.hasWeights == hasWeights, "some edges of a relation have a weight, others none")
    precondition(part.hasValues == hasValues, "some edges of a relation have a value, others none")
    precondition(part.hasTimes == hasTimes, "some edges of a relation have a time, others none")
  }
}

/// The columns of one direction while they are filled, by several threads at places of their own.
@unsafe
struct PlacedEdges: @unchecked Sendable {
  let neighbors: UnsafeMutablePointer<UInt32>
  let weights: UnsafeMutablePointer<Float>?
  let values: UnsafeMutablePointer<Float>?
  let narrow: UnsafeMutablePointer<UInt32>?
  let wide: UnsafeMutablePointer<Int64>?
  let base: Int64
  private let neighborFilling: ColumnFilling<UInt32>
  private let weightFilling: ColumnFilling<Float>?
  private let valueFilling: ColumnFilling<Float>?
  private let narrowFilling: ColumnFilling<UInt32>?
  private let wideFilling: ColumnFilling<Int64>?

  /// - Parameter disk: where the columns are kept if not in memory.
  /// - Throws: `GraphError.cannotWrite`.
  init(_ layout: EdgeLayout, capacity: Int, disk: SpillFolder?) throws(GraphError) {
    func filling<Element>(_ type: Element.Type) throws(GraphError) -> ColumnFilling<Element> {
      guard let disk else { return unsafe ColumnFilling(capacity: capacity) }
      return try unsafe ColumnFilling(capacity: capacity, disk: disk)
    }
    unsafe neighborFilling = try unsafe filling(UInt32.self)
    unsafe weightFilling = layout.hasWeights ? try unsafe filling(Float.self) : nil
    unsafe valueFilling = layout.hasValues ? try unsafe filling(Float.self) : nil
    unsafe narrowFilling = layout.hasTimes && layout.time.isNarrow ? try unsafe filling(UInt32.self) : nil
    unsafe wideFilling = layout.hasTimes && !layout.time.isNarrow ? try unsafe filling(Int64.self) : nil
    unsafe neighbors = neighborFilling.start
    unsafe weights = weightFilling?.start
    unsafe values = valueFilling?.start
    unsafe narrow = narrowFilling?.start
    unsafe wide = wideFilling?.start
    unsafe base = layout.time.base
  }

  /// Lets the first `count` edges, which are about to be written, lie in pages of `spare`.
  ///
  /// - Parameter andWeights: false where weights are written later, if at all.
  func back(_ count: Int, with spare: SparePages, andWeights: Bool = true) {
    unsafe neighborFilling.back(count, with: spare)
    if andWeights { unsafe weightFilling?.back(count, with: spare) }
    unsafe valueFilling?.back(count, with: spare)
    unsafe narrowFilling?.back(count, with: spare)
    unsafe wideFilling?.back(count, with: spare)
  }

  @inline(__always)
  func place<Payload: EdgePayload>(_ payload: Payload, neighbor: UInt32, at edge: Int) {
    unsafe neighbors[edge] = neighbor
    if let weights = unsafe weights { unsafe weights[edge] = payload.weight }
    if let values = unsafe values { unsafe values[edge] = payload.value }
    if let narrow = unsafe narrow { unsafe narrow[edge] = payload.narrowTime(above: base) }
    if let wide = unsafe wide { unsafe wide[edge] = payload.wideTime(above: base) }
  }

  @inline(__always)
  func wideTime(_ edge: Int) -> Int64 {
    if let narrow = unsafe narrow {
      let time = unsafe narrow[edge]
      return unsafe time == TimeColumn.unknownNarrow ? TimeColumn.unknown : base &+ Int64(time)
    }
    return unsafe wide.map { unsafe $0[edge] } ?? TimeColumn.unknown
  }

  /// Moves edges to lower places.
  func move(_ range: Range<Int>, to start: Int) {
    func move<Element>(_ column: UnsafeMutablePointer<Element>?) {
      guard let column = unsafe column else { return }
      unsafe (column + start).update(from: column + range.lowerBound, count: range.count)
    }
    unsafe move(neighbors)
    unsafe move(weights)
    unsafe move(values)
    unsafe move(narrow)
    unsafe move(wide)
  }

  /// The same edges with their times stored as those of them ask for: where edges were merged, the earliest may be gone.
  ///
  /// - Throws: `GraphError.cannotWrite`.
  func fitted(count: Int, _ layout: inout EdgeLayout, disk: SpillFolder?) throws(GraphError) -> PlacedEdges {
    guard layout.hasTimes else { return unsafe self }
    var known: ClosedRange<Int64>?
    for edge in 0..<count {
      let time = unsafe wideTime(edge)
      guard time != TimeColumn.unknown else { continue }
      known = known.map { $0.joined(time...time) } ?? time...time
    }
    let range = TimeRange(known)
    guard range != layout.time else { return unsafe self }
    layout.time = range
    guard range.isNarrow else { return unsafe self }
    var times = EdgeLayout()
    times.hasTimes = true
    times.time = range
    let fitted = try unsafe PlacedEdges(times, capacity: count, disk: disk)
    for edge in 0..<count {
      let time = unsafe wideTime(edge)
      unsafe fitted.narrow![edge] =
        time == TimeColumn.unknown ? TimeColumn.unknownNarrow : UInt32(truncatingIfNeeded: time &- range.base)
    }
    return unsafe PlacedEdges(self, timesOf: fitted)
  }

  private init(_ other: PlacedEdges, timesOf times: PlacedEdges) {
    unsafe neighborFilling = other.neighborFilling
    unsafe weightFilling = other.weightFilling
    unsafe valueFilling = other.valueFilling
    unsafe narrowFilling = times.narrowFilling
    unsafe wideFilling = times.wideFilling
    unsafe neighbors = other.neighbors
    unsafe weights = other.weights
    unsafe values = other.values
    unsafe narrow = times.narrow
    unsafe wide = times.wide
    unsafe base = times.base
  }

  /// The adjacency of the first `count` edges, once nobody writes any more.
  ///
  /// - Parameter keepsWeights: false for weights that say nothing.
  func adjacency(offsets: Column<UInt64>, count: Int, neighborCount: Int, keepsWeights: Bool = true) -> Adjacency {
    var attributes = EdgeAttributes()
    if keepsWeights { attributes.weights = unsafe weightFilling?.column(count: count) }
    attributes.values = unsafe valueFilling?.column(count: count)
    if let narrow = unsafe narrowFilling { attributes.times = unsafe .narrow(narrow.column(count: count), base: base) }
    if let wide = unsafe wideFilling { attributes.times = unsafe .wide(wide.column(count: count)) }
    return unsafe Adjacency(
      offsets: offsets, neighbors: neighborFilling.column(count: count), neighborCount: neighborCount,
      attributes: attributes)
  }
}
