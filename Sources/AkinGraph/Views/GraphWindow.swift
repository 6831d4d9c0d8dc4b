public import AkinParallel

extension Snapshot {
  /// The graph with only those edges of one relation that happened in a window of time; those of unknown time go.
  ///
  /// - Parameters:
  ///   - from: seconds since 1970, the first that counts; `nil`: from the beginning.
  ///   - until: the first second that does not count; `nil`: to the end.
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: as `keepingEdges`.
  public func window(
    of relation: Int, from: Int64?, until: Int64?, execution: Execution = .serial
  ) throws -> Snapshot {
    let times = relations[relation].forward.attributes.times
    return try keepingEdges(of: relation, execution: execution) { edge in
      guard let time = times?.time(at: edge.position) else { return false }
      return time >= from ?? .min && time < until ?? .max
    }
  }

  /// The nodes of the largest connected part, directions of edges aside: one flag a node, by node type. Of parts of one
  /// size the one with the first node.
  ///
  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O((nodes + edges) · α(nodes)).
  public func largestComponent() throws(GraphError) -> [[Bool]] {
    var starts = [0]
    for type in schema.nodeTypes { starts.append(starts[starts.count - 1] + type.count) }
    var parent = Array(0..<starts[starts.count - 1])
    func root(_ node: Int) -> Int {
      var node = node
      while parent[node] != node {
        parent[node] = parent[parent[node]]
        node = parent[node]
      }
      return node
    }
    for (relation, edges) in zip(schema.relations, relations) {
      for source in 0..<edges.forward.nodeCount {
        for edge in try edges.forward.edges(of: UInt32(source)) {
          let target = Int(try edges.forward.neighbor(at: edge))
          let (a, b) = (root(starts[relation.source] + source), root(starts[relation.target] + target))
          // The lower number is the root, so that sizes do not decide names.
          if a != b { parent[max(a, b)] = min(a, b) }
        }
      }
    }
    var sizes = [Int](repeating: 0, count: parent.count)
    for node in parent.indices { sizes[root(node)] += 1 }
    let largest = sizes.indices.max { (sizes[$0], $1) < (sizes[$1], $0) } ?? 0
    return schema.nodeTypes.enumerated().map { type, nodes in
      (0..<nodes.count).map { root(starts[type] + $0) == largest }
    }
  }
}
