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
  private let linkedKeepers: [LinkedDraws]
  /// How links are to be read, where the ways have some.
  let linkFormat: LinkFormat?
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
    /// Links into the rows of the only way of `next`, for kernels; in all ways or in none.
    let links: UnsafePointer<UInt64>?
    /// In place of `draws`, for kernels alone; in all ways or in none.
    let linkedDraws: UnsafePointer<akin_walk_linked_draw>?
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

  /// - Parameter linksDraws: alias tables get links where the kernels know the path; only they can walk then, so by no rule
  ///   but `AnyEdge`.
  /// - Throws: `GraphError.damagedData` while alias tables are made; `CancellationError`.
  /// - Complexity: O(1), or O(n + m) where edges are not alike.
  convenience init(
    _ snapshot: Snapshot, path: WalkPath, weighting: EdgeWeighting, linksDraws: Bool = false, execution: Execution
  ) throws {
    var draws: [(hop: Hop, draws: EdgeDraws)] = []
    for way in path.states.flatMap(\.ways) where !draws.contains(where: { $0.hop == way.hop }) {
      let adjacency = snapshot.adjacency(way.hop)
      guard weighting.matters(to: adjacency) else { continue }
      draws.append((way.hop, try EdgeDraws(adjacency, by: weighting, execution: execution)))
    }
    let linked = linksDraws ? try Self.linked(draws, along: path, in: snapshot, execution.cancellation) : nil
    self.init(snapshot, path: path, draws: linked == nil ? draws : [], linked: linked ?? [])
  }

  private init(
    _ snapshot: Snapshot, path: WalkPath, draws: [(hop: Hop, draws: EdgeDraws)], linked: [LinkedDraws] = []
  ) {
    self.path = path
    keepers = draws.map(\.draws)
    linkedKeepers = linked
    let links = linked.isEmpty && draws.isEmpty ? Self.links(along: path, in: snapshot) : []
    linkFormat = linked.first?.format ?? links.first?.format
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
            links: links.isEmpty ? nil : links[adjacencies.count].words.start,
            linkedDraws: linked.isEmpty ? nil : linked[adjacencies.count].entries.start,
            nodeCount: adjacency.nodeCount, edgeCount: adjacency.edgeCount, next: Int32(way.next),
            onward: path.states[way.next].ways.count == 1 ? Int32(firsts[way.next]) : -1,
            neighborCount: adjacency.neighborCount, probability: way.probability))
        adjacencies.append(adjacency)
      }
    }
    self.states = states
    unsafe self.ways = ways
    unsafe plainWays = Self.plainWays(states, ways)
    byteCount = unsafe ways.reduce(0) { sum, way in
      if unsafe way.linkedDraws != nil { return unsafe sum + UInt64(way.edgeCount * 20) }
      if unsafe way.links != nil { return unsafe sum + UInt64(way.edgeCount * 8) }
      let draw = unsafe way.draws == nil ? MemoryLayout<UInt32>.stride : MemoryLayout<EdgeDraw>.stride
      return unsafe sum + UInt64(way.nodeCount * 8 + way.edgeCount * draw)
    }
    self.adjacencies = adjacencies
  }

  /// By way, the links that a resident snapshot has where every way is followed back by the next; else none.
  private static func links(along path: WalkPath, in snapshot: Snapshot) -> [RowLinks] {
    var links: [RowLinks] = []
    for state in path.states {
      guard state.ways.count == 1, case let way = state.ways[0], path.states[way.next].ways.count == 1,
        path.states[way.next].ways[0].hop == way.hop.reversed, let own = snapshot.adjacency(way.hop).links
      else { return [] }
      links.append(own)
    }
    guard links.allSatisfy({ $0.format == links[0].format }) else { return [] }
    return links
  }

  /// By way, its alias table with links into the rows of the next; `nil` where the kernels do not know the path, some edges
  /// are alike, or links cannot be made.
  private static func linked(
    _ draws: [(hop: Hop, draws: EdgeDraws)], along path: WalkPath, in snapshot: Snapshot, _ cancellation: Cancellation
  ) throws -> [LinkedDraws]? {
    guard path.states.count <= Int(AKIN_WALK_WAYS), path.states.allSatisfy({ $0.ways.count == 1 }) else { return nil }
    let rows = path.states.map { snapshot.adjacency($0.ways[0].hop) }
    guard let format = LinkFormat(rows: rows) else { return nil }
    var linked: [LinkedDraws] = []
    for state in path.states {
      let own = draws.first { $0.hop == state.ways[0].hop }
      guard let own,
        let table = try LinkedDraws(own.draws, to: rows[state.ways[0].next], format, cancellation: cancellation)
      else { return nil }
      linked.append(table)
    }
    return linked
  }
}
