/// How many edges of a relation the nodes at its ends need to have.
public struct DegreeFloor: Sendable, Equatable {
  /// Position in `Schema.relations`.
  public var relation: Int
  /// The fewest edges that a source node of the relation must keep; 0 asks nothing.
  public var source: Int
  /// The fewest edges that a target node must keep; 0 asks nothing.
  public var target: Int

  /// `relation` is a position in `Schema.relations`.
  public init(relation: Int, source: Int, target: Int) {
    self.relation = relation
    self.source = source
    self.target = target
  }
}

extension Snapshot {
  /// The largest set of nodes in which every node has as many edges to others of the set as the floors ask: one flag a
  /// node, by node type. With one floor k on both sides of one relation that is the k-core.
  ///
  /// Parallel edges count one by one. Only nodes at the ends of the relations named can go.
  ///
  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(nodes + edges of the relations named).
  ///
  /// Source: Batagelj, Zaveršnik, "An O(m) Algorithm for Cores Decomposition of Networks", 2003, arXiv:cs/0310049.
  public func core(_ floors: [DegreeFloor]) throws(GraphError) -> [[Bool]] {
    var kept = schema.nodeTypes.map { [Bool](repeating: true, count: $0.count) }
    // Per floor, how many edges each node has left: as a source and as a target.
    var degrees: [(source: [Int], target: [Int])] = []
    for floor in floors {
      let edges = relations[floor.relation]
      func all(_ adjacency: Adjacency) throws(GraphError) -> [Int] {
        var counts: [Int] = []
        for node in 0..<adjacency.nodeCount { counts.append(try adjacency.degree(of: UInt32(node))) }
        return counts
      }
      degrees.append((try all(edges.forward), try all(edges.reverse)))
    }
    var doomed: [(type: Int, node: Int)] = []
    func judge(_ type: Int, _ node: Int) {
      guard kept[type][node] else { return }
      for (floor, degree) in zip(floors, degrees) {
        let relation = schema.relations[floor.relation]
        if (relation.source == type && degree.source[node] < floor.source)
          || (relation.target == type && degree.target[node] < floor.target)
        {
          kept[type][node] = false
          doomed.append((type, node))
          return
        }
      }
    }
    for type in kept.indices { for node in kept[type].indices { judge(type, node) } }
    while let gone = doomed.popLast() {
      for (number, floor) in floors.enumerated() {
        let relation = schema.relations[floor.relation]
        let edges = relations[floor.relation]
        if relation.source == gone.type {
          for edge in try edges.forward.edges(of: UInt32(gone.node)) {
            let target = Int(try edges.forward.neighbor(at: edge))
            degrees[number].target[target] -= 1
            judge(relation.target, target)
          }
        }
        if relation.target == gone.type {
          for edge in try edges.reverse.edges(of: UInt32(gone.node)) {
            let source = Int(try edges.reverse.neighbor(at: edge))
            degrees[number].source[source] -= 1
            judge(relation.source, source)
          }
        }
      }
    }
    return kept
  }

  /// Which nodes have an edge of any relation: one flag a node, by node type.
  ///
  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(nodes · relations).
  public func connected() throws(GraphError) -> [[Bool]] {
    var kept = schema.nodeTypes.map { [Bool](repeating: false, count: $0.count) }
    for (relation, edges) in zip(schema.relations, relations) {
      for (type, adjacency) in [(relation.source, edges.forward), (relation.target, edges.reverse)] {
        for node in 0..<adjacency.nodeCount where try adjacency.degree(of: UInt32(node)) > 0 { kept[type][node] = true }
      }
    }
    return kept
  }
}
