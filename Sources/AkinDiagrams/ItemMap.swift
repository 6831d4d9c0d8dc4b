public import AkinGraph
public import AkinRanking

/// A map of nodes of one type: alike ones are joined and lie close together, and groups have a colour.
public struct ItemMap: Sendable {
  /// The graph that the nodes are of.
  public var snapshot: Snapshot
  /// From a node to what it may share with others.
  public var hop: Hop
  /// At most 1000.
  public var nodes: [NodeID]
  /// Heading of the picture; empty for none.
  public var title = ""
  /// A smaller line below it; empty for none.
  public var caption = ""
  /// Lines that each node begins, to those most like it.
  public var linesPerNode = 3
  /// What many nodes share tells little of any: neighbours with more edges are passed over.
  public var hubLimit = 5000

  /// At most 1000 `nodes`, of the type that `hop` starts from.
  public init(snapshot: Snapshot, hop: Hop, nodes: [NodeID]) {
    precondition(
      nodes.count <= DiagramLayout.sfdp.maximumNodeCount, "found \(nodes.count) nodes, expected at most 1000")
    self.snapshot = snapshot
    self.hop = hop
    self.nodes = nodes
  }

  /// The picture: likeness is the cosine of what two nodes are joined with, communities are found among the lines drawn.
  ///
  /// - Throws: `GraphError.damagedData`; `DiagramError`.
  /// - Complexity: O(edges of the nodes + Σ over what they share of the square of how many share it).
  public func diagram(naming: NodeNaming) throws -> Diagram {
    var naming = naming
    let likeness = try alike()
    var lines: [[Int]: Double] = [:]
    for one in nodes.indices {
      let best = likeness[one].enumerated().filter { $0.element > 0 }
        .sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }.prefix(linesPerNode)
      for (other, value) in best { lines[[one, other].sorted()] = value }
    }
    let ordered = lines.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let found = Communities.find(
      nodeCount: nodes.count, edges: ordered.map { Communities.Edge($0.key[0], $0.key[1], weight: $0.value) })
    let degrees = try nodes.map { try snapshot.adjacency(hop).degree(of: $0.index) }
    let most = Double(max(1, degrees.max() ?? 1))
    let labels = try nodes.map { try naming.label(of: $0) }
    let names = (0..<((found.max() ?? -1) + 1)).map { community in
      let members = nodes.indices.filter { found[$0] == community }
      let best = members.min { (-degrees[$0], $0) < (-degrees[$1], $1) }!
      return members.count == 1 ? labels[best] : "\(shortened(cleaned(labels[best]), to: 22)) + \(members.count - 1)"
    }
    let strongest = ordered.map(\.value).max() ?? 1
    let kind = DiagramKind(snapshot.schema.name(of: snapshot.origin(of: hop)))
    return try Diagram(
      title: title, caption: caption, kinds: [kind],
      nodes: nodes.indices.map { number in
        DiagramNode(
          key: naming.key(of: nodes[number]), label: labels[number], kind: 0, role: .related,
          tooltip: "\(labels[number]) · \(degrees[number]) edges · group of \(names[found[number]])",
          id: try naming.id(of: nodes[number]), community: found[number],
          emphasis: 0.72 + 0.5 * (Double(degrees[number]) / most).squareRoot())
      },
      edges: ordered.map { ends, value in
        DiagramEdge(
          from: naming.key(of: nodes[ends[0]]), to: naming.key(of: nodes[ends[1]]),
          weight: min(1, value / strongest) * 0.6)
      }, layout: nodes.count <= 60 ? .neato : .sfdp, weightMeaning: "alike", communities: names)
  }

  /// Cosines of all pairs.
  private func alike() throws -> [[Double]] {
    let outward = snapshot.adjacency(hop)
    let inward = snapshot.adjacency(Hop(relation: hop.relation, direction: hop.direction.opposite))
    var sharing: [UInt32: [Int]] = [:]
    var degrees = [Double](repeating: 0, count: nodes.count)
    for (number, node) in nodes.enumerated() {
      for edge in try outward.edges(of: node.index) {
        let neighbor = try outward.neighbor(at: edge)
        guard try inward.degree(of: neighbor) <= hubLimit else { continue }
        degrees[number] += 1
        if sharing[neighbor]?.last != number { sharing[neighbor, default: []].append(number) }
      }
    }
    var shared = [[Double]](repeating: [Double](repeating: 0, count: nodes.count), count: nodes.count)
    for members in sharing.values {
      for (place, one) in members.enumerated() {
        for other in members[(place + 1)...] { shared[one][other] += 1 }
      }
    }
    for one in nodes.indices {
      for other in nodes.indices where one < other && shared[one][other] > 0 {
        shared[one][other] /= (degrees[one] * degrees[other]).squareRoot()
        shared[other][one] = shared[one][other]
      }
    }
    return shared
  }
}
