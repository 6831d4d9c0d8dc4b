/// Writes a diagram in the DOT language: one node or edge a line, in the diagram's order, every attribute spelled out.
public enum DotWriter {
  /// DOT text that any Graphviz can draw: for other tools and for comparing.
  ///
  /// Equal diagrams give equal text. Labels are escaped: no text can add an attribute, a tag or a node.
  public static func text(of diagram: Diagram, style: DiagramStyle = DiagramStyle()) -> String {
    let plan = LayoutPlan(of: diagram)
    let nodes = Dictionary(uniqueKeysWithValues: diagram.nodes.map { ($0.key, $0) })
    let widths = widths(of: plan.columns, in: diagram, style)
    var statements = defaults(of: plan, style)
    statements += diagram.nodes.map { node($0, in: diagram, style, width: $0.column.flatMap { widths[$0] }) }
    statements += diagram.edges.map { edge($0, from: nodes[$0.from]!, to: nodes[$0.to]!, plan, style) }
    statements += plan.columns.statements { DotText.name($0.key) }
    return "digraph akin {\n" + statements.map { "  \($0);\n" }.joined() + "}\n"
  }

  private static let tooltipLimit = 400

  /// Inches; the nodes of a column are equally wide.
  private static func widths(of columns: DiagramColumns, in diagram: Diagram, _ style: DiagramStyle) -> [Int: Double] {
    var widths: [Int: Double] = [:]
    for (column, nodes) in columns.members {
      let widest = nodes.map { node in
        let look = style.node(node, in: diagram)
        let lines = wrapped(
          DiagramText.visibleLabel(of: node), columns: look.columns, maximumLines: look.maximumLines)
        return look.width(columns: lines.map { $0.reduce(0) { $0 + displayWidth($1) } }.max() ?? 0)
      }
      widths[column] = widest.max() ?? 0
    }
    return widths
  }

  private static func defaults(of plan: LayoutPlan, _ style: DiagramStyle) -> [String] {
    let theme = style.theme
    let fonts = Typesetter.families
    let graph =
      ["bgcolor=\"\(theme.ground)\"", "pad=0.3", "fontname=\"\(fonts)\"", "charset=\"UTF-8\""]
      + ["outputorder=edgesfirst", "labelloc=t", "labeljust=l"] + plan.graphAttributes { DotText.name($0.key) }
    var result = ["graph [\(graph.joined(separator: " "))]"]
    if let heading = heading(of: plan.diagram, style) { result.append("graph [label=<\(heading)>]") }
    return result + [
      "node [fontname=\"\(fonts)\"]",
      "edge [fontname=\"\(fonts)\" fontsize=8 fontcolor=\"\(theme.mutedInk)\" dir=none arrowsize=0.6]",
    ]
  }

  private static func node(
    _ node: DiagramNode, in diagram: Diagram, _ style: DiagramStyle, width: Double?
  ) -> String {
    let look = style.node(node, in: diagram)
    let label = DiagramText.visibleLabel(of: node)
    let lines = wrapped(label, columns: look.columns, maximumLines: look.maximumLines).map(DotText.html)
    var html = lines.joined(separator: "<br/>")
    if look.isBold { html = "<b>\(html)</b>" }
    let detail = cleaned(node.detail)
    if !detail.isEmpty {
      let text = DotText.html(shortened(detail, to: look.columns + 6))
      html += "<br/><font point-size=\"\(look.detailSize)\" color=\"\(look.detailText)\">\(text)</font>"
    }
    let tooltip = node.tooltip.map(cleaned) ?? (detail.isEmpty ? label : "\(label) · \(detail)")
    var attributes = ["label=<\(html)>", "tooltip=\(DotText.quoted(shortened(tooltip, to: tooltipLimit)))"]
    attributes += look.attributes
    if let width { attributes.append("width=\(DotText.number(width))") }
    let kind = diagram.kinds[node.kind].name
    if let id = node.id, let template = style.types[kind]?.link {
      let link = LinkTemplate.filled(template, ["id": id, "label": node.label, "type": kind])
      attributes.append("URL=\(DotText.quoted(cleaned(link)))")
    }
    return "\(DotText.name(node.key)) [\(attributes.joined(separator: " "))]"
  }

  private static func edge(
    _ edge: DiagramEdge, from: DiagramNode, to: DiagramNode, _ plan: LayoutPlan, _ style: DiagramStyle
  ) -> String {
    let look = EdgeStyle(weight: edge.weight, tone: edge.tone, theme: style.theme)
    let (isTurned, places) = plan.edge(edge, from: from, to: to)
    let (tail, head) = isTurned ? (to, from) : (from, to)
    let width = plan.diagram.layout == .flow ? max(1, edge.weight * 12) : look.width
    var attributes = ["penwidth=\(DotText.number(width))", "color=\"\(look.color)\""]
    if look.isDashed { attributes.append("style=dashed") }
    if edge.isDirected { attributes.append(isTurned ? "dir=back" : "dir=forward") }
    attributes += places
    let label = shortened(cleaned(edge.label), to: 30)
    if !label.isEmpty { attributes.append("label=<\(DotText.html(label))>") }
    let ends = [from, to].map { shortened(DiagramText.visibleLabel(of: $0), to: 100) }
    let tooltip = edge.tooltip.map(cleaned) ?? ends.joined(separator: edge.isDirected ? " → " : " – ")
    attributes.append("tooltip=\(DotText.quoted(shortened(tooltip, to: tooltipLimit)))")
    return "\(DotText.name(tail.key)) -> \(DotText.name(head.key)) [\(attributes.joined(separator: " "))]"
  }
}
