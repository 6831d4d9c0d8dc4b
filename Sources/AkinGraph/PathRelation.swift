public import AkinParallel
public import AkinRanking
import Synchronization

/// Hops that follow each other, and how much each way along them counts.
public struct NodePath: Sendable, Equatable {
  /// Each starts on the type where the one before ends; at least one.
  public var hops: [Hop]
  /// Positive and finite.
  public var weight: Double

  /// `hops` is not empty, each starts where the one before ends; `weight` is positive and finite.
  public init(_ hops: [Hop], weight: Double = 1) {
    self.hops = hops
    self.weight = weight
  }
}

/// A graph with one relation more, from the nodes of a type to all that paths lead to.
public struct PathGraph: Sendable {
  /// The graph with the new relation at the end of its schema; the fingerprint is that of the graph it was made
  /// from.
  public let snapshot: Snapshot
  /// Along the relation.
  public let hop: Hop
  /// Where the ends of each path begin among the targets of the relation, ascending.
  private let blocks: [(type: NodeTypeID, start: Int)]

  fileprivate init(snapshot: Snapshot, hop: Hop, blocks: [(type: NodeTypeID, start: Int)]) {
    self.snapshot = snapshot
    self.hop = hop
    self.blocks = blocks
  }

  /// The node of the graph itself that a target of the relation stands for.
  public func node(ofTarget target: UInt32) -> NodeID {
    let block = blocks.last { $0.start <= Int(target) } ?? blocks[0]
    return NodeID(type: block.type, index: target - UInt32(block.start))
  }
}

extension Snapshot {
  /// More edges than this are refused: 12 bytes each way, they would take gigabytes.
  public static let pathEdgeLimit = 1 << 28

  /// The graph with a relation of what `paths` lead to from nodes of the type that they share.
  ///
  /// An edge weighs the sum over all ways from its source to its target of the product of the edges' weights, times the
  /// weight of the path: the row of a product of adjacency matrices. Several paths are laid side by side, so that a node
  /// that two of them end on is two targets; the targets are then a type of their own.
  ///
  /// Nothing else changes, the fingerprint included.
  ///
  /// - Throws: `GraphError.tooManyEdges`, `.damagedData`; `CancellationError`.
  /// - Complexity: O(ways) time; O(edges of the new relation) space.
  ///
  /// Source: Sun, Han, Yan, Yu & Wu, "PathSim: meta path-based top-k similarity search in heterogeneous information
  /// networks", VLDB 2011, doi:10.14778/3402707.3402736.
  public func following(_ paths: [NodePath], execution: Execution = .serial) throws -> PathGraph {
    precondition(!paths.isEmpty && paths.allSatisfy { !$0.hops.isEmpty }, "expected paths of at least one hop")
    let source = origin(of: paths[0].hops[0])
    var blocks: [(type: NodeTypeID, start: Int)] = []
    var width = 0
    for path in paths {
      precondition(origin(of: path.hops[0]) == source, "paths start on different types")
      precondition(
        zip(path.hops, path.hops.dropFirst()).allSatisfy { destination(of: $0) == origin(of: $1) }, "a path is broken")
      precondition(path.weight > 0 && path.weight.isFinite, "a path weighs \(path.weight)")
      let target = destination(of: path.hops[path.hops.count - 1])
      blocks.append((target, width))
      width += table(of: target).count
    }
    let starts = blocks.map(\.start)
    let total = Atomic<Int>(0)
    let count = table(of: source).count
    let chunkSize = max(16, count / 256)
    let pieces = try concurrentMap(count: count, chunkSize: chunkSize, execution: execution) { range in
      var rows = PathRows()
      var walks = paths.map { PathRow($0, in: self) }
      for node in range {
        if node % 64 == 0 { try execution.cancellation.check() }
        let before = rows.neighbors.count
        for place in walks.indices { try walks[place].append(of: UInt32(node), from: starts[place], to: &rows) }
        rows.counts.append(rows.neighbors.count - before)
      }
      guard total.wrappingAdd(rows.neighbors.count, ordering: .relaxed).newValue <= Self.pathEdgeLimit else {
        throw GraphError.tooManyEdges(relation: "path", limit: Self.pathEdgeLimit)
      }
      return rows
    }
    var position = 0
    let rows = WeightedRows(counts: pieces.flatMap(\.counts), columnCount: width) { node, neighbors, weights in
      if node % chunkSize == 0 { position = 0 }
      let piece = pieces[node / chunkSize]
      let row = position..<position + piece.counts[node % chunkSize]
      neighbors += piece.neighbors[row]
      weights += piece.weights[row]
      position = row.upperBound
    }
    return joined(rows, source: source, blocks: blocks, width: width)
  }

  private func joined(
    _ rows: WeightedRows, source: NodeTypeID, blocks: [(type: NodeTypeID, start: Int)], width: Int
  ) -> PathGraph {
    var schema = schema
    var nodes = nodes
    var target = blocks[0].type
    if blocks.count > 1 {
      target = NodeTypeID(rawValue: UInt16(nodes.count))
      schema.nodeTypes.append(NodeType(name: "path", count: width))
      nodes.append(NodeTable(unnamed: width))
    }
    var relation = Relation(name: "path", source: source, target: target, duplicates: .last, weightName: "ways")
    relation.edgeCount = rows.neighbors.count
    schema.relations.append(relation)
    let edges = RelationEdges(rows, columnCount: width)
    return PathGraph(
      snapshot: Snapshot(self, schema: schema, nodes: nodes, relations: relations + [edges]),
      hop: Hop(relation: relations.count, direction: .forward), blocks: blocks)
  }
}

/// Rows of the product, one after the other.
private struct PathRows: Sendable {
  var counts: [Int] = []
  var neighbors: [UInt32] = []
  var weights: [Float] = []
}

/// The accumulators of one thread over one path.
private struct PathRow {
  private let steps: [Adjacency]
  private let weight: Double
  /// By hop, then by the nodes that it ends on; zero between rows.
  private var sums: [[Double]]

  init(_ path: NodePath, in snapshot: Snapshot) {
    steps = path.hops.map { snapshot.adjacency($0) }
    weight = path.weight
    sums = steps.map { [Double](repeating: 0, count: $0.neighborCount) }
  }

  /// Appends what the path leads to from `node`, ascending, as targets from `start` on.
  mutating func append(of node: UInt32, from start: Int, to rows: inout PathRows) throws {
    var reached = [node]
    for step in steps.indices {
      var touched: [UInt32] = []
      for from in reached {
        let amount = step == 0 ? weight : sums[step - 1][Int(from)]
        for edge in try steps[step].edges(of: from) {
          let target = try steps[step].neighbor(at: edge)
          // Amounts are above zero, so zero says that it was not met.
          if sums[step][Int(target)] == 0 { touched.append(target) }
          sums[step][Int(target)] += amount * Double(steps[step].attributes.weight(at: edge))
        }
      }
      if step > 0 { for from in reached { sums[step - 1][Int(from)] = 0 } }
      touched.sort()
      reached = touched
    }
    for target in reached {
      rows.neighbors.append(UInt32(start) + target)
      rows.weights.append(
        min(max(Float(sums[steps.count - 1][Int(target)]), .leastNonzeroMagnitude), .greatestFiniteMagnitude))
      sums[steps.count - 1][Int(target)] = 0
    }
  }
}
