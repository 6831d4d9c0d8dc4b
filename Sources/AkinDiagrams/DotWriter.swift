/// Writes a diagram in the DOT language: one node or edge a line, in the diagram's order, every attribute spelled out.
public enum DotWriter {
  /// DOT text that `GraphvizRenderer`, and any Graphviz, can lay out.
  ///
  /// Equal diagrams give equal text. Labels are escaped: no text can add an attribute, a tag or a node.
  public static func text(of diagram: Diagram) -> String {
    let columns = DiagramColumns(of: diagram)
    let nodes = Dictionary(uniqueKeysWithValues: diagram.nodes.map { ($0.key, $0) })
    var statements = defaults(of: diagram, columns)
    statements += diagram.nodes.map { node($0, in: diagram, columns) }
    statements += diagram.edges.map { edge($0, from: nodes[$0.from]!, to: nodes[$0.to]!, columns) }
    statements += columns.statements
    return "digraph akin {\n" + statements.map { "  \($0);\n" }.joined() + "}\n"
  }

  /// What a node is called where people read it. Without visible text it is called by its key: an empty HTML-like
  /// label is a syntax error, and nobody could name the node.
  static func visibleLabel(of node: DiagramNode) -> String {
    let label = cleaned(node.label)
    if !label.isEmpty { return label }
    let key = cleaned(node.key)
    return key.isEmpty ? "(no name)" : key
  }

  /// DejaVu is what Debian's Graphviz brings; Verdana has nearly its widths, for browsers without it.
  private static let fonts = "DejaVu Sans,Verdana,sans-serif"
  private static let tooltipLimit = 400

  private static func defaults(of diagram: Diagram, _ columns: DiagramColumns) -> [String] {
    var graph = [
      "layout=\(diagram.layout.rawValue)", "bgcolor=white", "pad=0.3", "fontname=\"\(fonts)\"", "charset=\"UTF-8\"",
      "outputorder=edgesfirst", "labelloc=t", "labeljust=l",
    ]
    // Curves around nodes cost more than all the rest: 9 s for 300 edges, where lines take a tenth of a second.
    let allowsCurves = diagram.edges.count <= 120
    graph.append("splines=\(columns.allowsLines || !allowsCurves ? "line" : "true")")
    switch diagram.layout {
    case .dot: graph += ["rankdir=LR", "nodesep=0.12", "ranksep=2", "nslimit=2", "nslimit1=2"]
    case .neato: graph += ["overlap=false", "sep=\"+8\""]
    case .fdp, .sfdp: graph += ["overlap=prism", "sep=\"+8\"", "K=0.8"]
    case .twopi:
      graph += ["overlap=prism", "sep=\"+6\"", "ranksep=1.8"]
      if let root = diagram.nodes.first(where: { $0.role == .source }) {
        graph.append("root=\(DotText.name(root.key))")
      }
    case .circo: graph += ["mindist=0.3"]
    }
    var result = ["graph [\(graph.joined(separator: " "))]"]
    if let heading = heading(of: diagram) { result.append("graph [label=<\(heading)>]") }
    return result + [
      "node [fontname=\"\(fonts)\" style=filled]",
      "edge [fontname=\"\(fonts)\" fontsize=8 fontcolor=\"\(DiagramPalette.mutedInk)\" dir=none arrowsize=0.6]",
    ]
  }

  private static func node(_ node: DiagramNode, in diagram: Diagram, _ columns: DiagramColumns) -> String {
    let style = NodeStyle(kind: node.kind, shape: diagram.kinds[node.kind].shape, role: node.role)
    let label = visibleLabel(of: node)
    let lines = wrapped(label, columns: style.columns, maximumLines: style.maximumLines).map(DotText.html)
    var html = lines.joined(separator: "<br/>")
    if style.isBold { html = "<b>\(html)</b>" }
    let detail = cleaned(node.detail)
    if !detail.isEmpty {
      let text = DotText.html(shortened(detail, to: style.columns + 6))
      html += "<br/><font point-size=\"\(style.detailSize)\" color=\"\(style.detailText)\">\(text)</font>"
    }
    let tooltip = node.tooltip.map(cleaned) ?? (detail.isEmpty ? label : "\(label) · \(detail)")
    var attributes = ["label=<\(html)>", "tooltip=\(DotText.quoted(shortened(tooltip, to: tooltipLimit)))"]
    attributes += style.attributes
    if let width = columns.width(of: node) { attributes.append("width=\(DotText.number(width))") }
    return "\(DotText.name(node.key)) [\(attributes.joined(separator: " "))]"
  }

  private static func edge(
    _ edge: DiagramEdge, from: DiagramNode, to: DiagramNode, _ columns: DiagramColumns
  ) -> String {
    let style = EdgeStyle(weight: edge.weight)
    let direction = columns.direction(from: from, to: to)
    // `dot` ranks the tail before the head: an edge that leads to the left is written the other way round.
    let (tail, head) = direction == .left ? (to, from) : (from, to)
    var attributes = ["penwidth=\(DotText.number(style.width))", "color=\"\(style.color)\""]
    if edge.isDirected { attributes.append(direction == .left ? "dir=back" : "dir=forward") }
    switch direction {
    case .left, .right: attributes += ["tailport=e", "headport=w"]
    case .within: attributes.append("constraint=false")
    case .free: break
    }
    let label = shortened(cleaned(edge.label), to: 30)
    if !label.isEmpty { attributes.append("label=<\(DotText.html(label))>") }
    let ends = [from, to].map { shortened(visibleLabel(of: $0), to: 100) }
    let tooltip = edge.tooltip.map(cleaned) ?? ends.joined(separator: edge.isDirected ? " → " : " – ")
    attributes.append("tooltip=\(DotText.quoted(shortened(tooltip, to: tooltipLimit)))")
    return "\(DotText.name(tail.key)) -> \(DotText.name(head.key)) [\(attributes.joined(separator: " "))]"
  }
}
