import AkinGraph
import AkinParallel
import AkinRanking
import CAkinKernels

/// The memory that walks along a path read: rows, neighbours, alias tables; made once and shared by all walks.
@safe
final class StepTables: @unchecked Sendable {
  // Safe to share: nothing is written after `init`, and `keepers` holds the columns that `ways` points into.
  let path: WalkPath
  let states: [StateView]
  let ways: [WayView]
  let adjacencies: [Adjacency]
  private let keepers: [EdgeDraws]
  /// See `plainWays(_:_:)`.
  let plainWays: [akin_walk_way]?
  /// What the ways read.
  let byteCount: UInt64

  /// The ways of a state: `count` of them from `first` on in `ways`.
  struct StateView {
    var first: Int32
    var count: Int32
    var type: NodeTypeID
  }

  /// One way as plain memory.
  @unsafe
  struct WayView {
    let offsets: UnsafePointer<UInt64>
    let neighbors: UnsafePointer<UInt32>
    let draws: UnsafePointer<EdgeDraw>?
    let nodeCount: Int
    let edgeCount: Int
    /// The state that it leads to.
    let next: Int32
    /// The only way of that state; −1 where there is none or several.
    let onward: Int32
    let neighborCount: Int
    let probability: Double
  }

  /// Where all edges are alike.
  ///
  /// - Complexity: O(1).
  convenience init(_ snapshot: Snapshot, path: WalkPath) {
    self.init(snapshot, path: path, draws: [])
  }

  convenience init(_ snapshot: Snapshot, alternating hop: Hop) {
    let path = WalkPath(alternating: hop, from: snapshot.origin(of: hop), to: snapshot.destination(of: hop))
    self.init(snapshot, path: path, draws: [])
  }

  /// - Throws: `GraphError.damagedData` while alias tables are made; `CancellationError`.
  /// - Complexity: O(1), or O(n + m) where edges are not alike.
  convenience init(
    _ snapshot: Snapshot, path: WalkPath, weighting: EdgeWeighting, execution: Execution
  ) throws {
    var draws: [(hop: Hop, draws: EdgeDraws)] = []
    for way in path.states.flatMap(\.ways) where !draws.contains(where: { $0.hop == way.hop }) {
      let adjacency = snapshot.adjacency(way.hop)
      guard weighting.matters(to: adjacency) else { continue }
      draws.append((way.hop, try EdgeDraws(adjacency, by: weighting, execution: execution)))
    }
    self.init(snapshot, path: path, draws: draws)
  }

  private init(_ snapshot: Snapshot, path: WalkPath, draws: [(hop: Hop, draws: EdgeDraws)]) {
    self.path = path
    keepers = draws.map(\.draws)
    var states: [StateView] = []
    var ways = unsafe [WayView]()
    var adjacencies: [Adjacency] = []
    var firsts = [0]
    for state in path.states { firsts.append(firsts[firsts.count - 1] + state.ways.count) }
    for state in path.states {
      states.append(StateView(first: Int32(adjacencies.count), count: Int32(state.ways.count), type: state.type))
      for way in state.ways {
        let adjacency = snapshot.adjacency(way.hop)
        // What the checks of the kernel rest on; opening a file makes sure of it.
        precondition(
          adjacency.nodeCount == snapshot.table(of: state.type).count
            && adjacency.neighborCount == snapshot.table(of: path.states[way.next].type).count,
          "an adjacency has as many rows and neighbours as there are nodes of its types")
        unsafe ways.append(
          WayView(
            offsets: adjacency.offsets.start, neighbors: adjacency.neighbors.start,
            draws: draws.first { $0.hop == way.hop }?.draws.entries.start,
            nodeCount: adjacency.nodeCount, edgeCount: adjacency.edgeCount, next: Int32(way.next),
            onward: path.states[way.next].ways.count == 1 ? Int32(firsts[way.next]) : -1,
            neighborCount: adjacency.neighborCount, probability: way.probability))
        adjacencies.append(adjacency)
      }
    }
    self.states = states
    unsafe self.ways = ways
    unsafe plainWays = Self.plainWays(states, ways)
    byteCount = unsafe ways.reduce(0) {
      let draw = unsafe $1.draws == nil ? MemoryLayout<UInt32>.stride : MemoryLayout<EdgeDraw>.stride
      return unsafe $0 + UInt64($1.nodeCount * 8) + UInt64($1.edgeCount * draw)
    }
    self.adjacencies = adjacencies
  }
}
