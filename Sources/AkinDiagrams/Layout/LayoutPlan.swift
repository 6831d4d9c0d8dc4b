/// What Graphviz is told of a diagram besides text and colours.
struct LayoutPlan {
  let diagram: Diagram
  let columns: DiagramColumns

  init(of diagram: Diagram) {
    self.diagram = diagram
    columns = DiagramColumns(of: diagram)
  }

  /// The attributes of the whole graph that decide where nodes and lines go, for whoever has Graphviz do all of it.
  ///
  /// - Parameter name: the name of a node in DOT.
  func graphAttributes(name: (DiagramNode) -> String) -> [String] {
    // Curves around nodes cost Graphviz more than all the rest: 9 s for 300 edges, where lines take a tenth of a second.
    let allowsCurves = diagram.edges.count <= 120
    let lines = ["splines=\(columns.allowsLines || !allowsCurves ? "line" : "true")"]
    let placing = placingAttributes(name: name)
    return [placing[0]] + lines + placing.dropFirst()
      + (diagram.layout.leadsLines ? [] : ["overlap=prism", "sep=\"+6\""])
  }

  private func placingAttributes(name: (DiagramNode) -> String) -> [String] {
    // Who has Graphviz draw it gets what comes nearest.
    let layout: DiagramLayout =
      diagram.layout == .flow ? .dot : diagram.layout == .rings ? .twopi : diagram.layout
    var graph = ["layout=\(layout.rawValue)"]
    switch layout {
    case .dot, .flow:
      graph += ["rankdir=LR", "nodesep=0.12", "ranksep=\(columns.isUsed ? "2" : "0.8")", "nslimit=2", "nslimit1=2"]
    case .neato: break
    case .sfdp: graph += ["K=0.8"]
    case .twopi, .rings:
      graph += ["ranksep=1.6"]
      if let root = diagram.nodes.first(where: { $0.role == .source }) { graph.append("root=\(name(root))") }
    }
    return graph
  }

  /// The edge as `dot` wants it, which ranks the tail before the head: one that leads to the left is the other way round.
  func edge(_ edge: DiagramEdge, from: DiagramNode, to: DiagramNode) -> (isTurned: Bool, attributes: [String]) {
    switch columns.direction(from: from, to: to) {
    case .left: (true, ["tailport=e", "headport=w"])
    case .right: (false, ["tailport=e", "headport=w"])
    case .within: (false, ["constraint=false"])
    case .free: (false, [])
    }
  }

  /// Positions of the nodes that each edge joins.
  var ends: [(from: Int, to: Int)] {
    let position = Dictionary(uniqueKeysWithValues: diagram.nodes.enumerated().map { ($1.key, $0) })
    return diagram.edges.map { (position[$0.from]!, position[$0.to]!) }
  }

  /// The diagram with sizes in points for names: all that a layout program needs to know.
  func request(sizes: [Size], labelSizes: [Size?]) -> LayoutRequest {
    let position = Dictionary(uniqueKeysWithValues: diagram.nodes.enumerated().map { ($1.key, $0) })
    func inches(_ points: Double) -> String { DotText.number(points / 72, decimals: 4) }
    func name(_ node: DiagramNode) -> String { "n\(position[node.key]!)" }
    // Other layouts than `dot` place nodes alone: nodes are parted and lines led afterwards, by addresses' order never.
    let graph =
      diagram.layout.leadsLines
      ? graphAttributes(name: name) : placingAttributes(name: name) + ["overlap=true", "splines=none"]
    var statements = [
      "graph [\(graph.joined(separator: " "))]",
      "node [label=\"\" fixedsize=true]", "edge [dir=none label=\"\"]",
    ]
    for (number, node) in diagram.nodes.enumerated() {
      // Rectangles for all but ellipses: where a line meets another outline is found afterwards.
      let shape = sizes[number].isRound ? "ellipse" : "box"
      statements.append(
        "\(name(node)) [shape=\(shape) width=\(inches(sizes[number].width)) height=\(inches(sizes[number].height))]")
    }
    var ends: [LayoutRequest.Ends] = []
    for (number, edge) in diagram.edges.enumerated() {
      let (from, to) = (position[edge.from]!, position[edge.to]!)
      let (isTurned, attributes) = self.edge(edge, from: diagram.nodes[from], to: diagram.nodes[to])
      ends.append(isTurned ? .init(tail: to, head: from) : .init(tail: from, head: to))
      var all = ["key=e\(number)"] + attributes
      if let size = labelSizes[number], diagram.layout == .dot {
        all.append(
          "label=<<table border=\"0\" fixedsize=\"true\" width=\"\(Int(size.width.rounded(.up)))\" "
            + "height=\"\(Int(size.height.rounded(.up)))\"><tr><td></td></tr></table>>")
      }
      statements.append("n\(ends[number].tail) -> n\(ends[number].head) [\(all.joined(separator: " "))]")
    }
    statements += columns.statements(name: name)
    return LayoutRequest(
      layout: diagram.layout, dot: "digraph {\n" + statements.map { "\($0);\n" }.joined() + "}\n",
      nodeCount: diagram.nodes.count, edges: ends)
  }
}

/// Points across and down.
struct Size: Equatable {
  var width: Double
  var height: Double
  var isRound = false
}
