/// Writes a diagram as a Mermaid flow chart: text that wikis and code hosts draw.
///
/// Labels stand in quotes with everything that Mermaid or HTML could take for its own written as a numeric entity.
enum MermaidWriter {
  static func text(of diagram: Diagram, style: DiagramStyle) -> String {
    var lines = ["---", "title: \(JSONText.string(cleaned(diagram.title)))", "---", "flowchart LR"]
    let position = Dictionary(uniqueKeysWithValues: diagram.nodes.enumerated().map { ($1.key, $0) })
    var classes: [(name: String, style: NodeStyle)] = []
    for (number, node) in diagram.nodes.enumerated() {
      let look = style.node(node, in: diagram)
      let name = "\(node.role.rawValue)\(node.community ?? node.kind)"
      if !classes.contains(where: { $0.name == name }) { classes.append((name, look)) }
      let words = wrapped(DiagramText.visibleLabel(of: node), columns: look.columns, maximumLines: look.maximumLines)
      let detail = cleaned(node.detail)
      let text = (words + (detail.isEmpty ? [] : [shortened(detail, to: 30)])).map(escaped).joined(separator: "<br/>")
      let (open, close) = brackets(of: look.shape)
      lines.append("  n\(number)\(open)\"\(text)\"\(close):::\(name)")
    }
    for edge in diagram.edges {
      let label = shortened(cleaned(edge.label), to: 30)
      let arrow = edge.isDirected || diagram.layout == .flow ? "-->" : "---"
      let middle = label.isEmpty ? "" : "|\"\(escaped(label))\"|"
      lines.append("  n\(position[edge.from]!) \(arrow)\(middle) n\(position[edge.to]!)")
    }
    for (name, look) in classes {
      lines.append(
        "  classDef \(name) fill:\(look.fill),stroke:\(look.outline),color:\(look.text)"
          + (look.isDashed ? ",stroke-dasharray:4 3" : ""))
    }
    for (number, edge) in diagram.edges.enumerated() {
      let look = EdgeStyle(weight: edge.weight, tone: edge.tone, theme: style.theme)
      let width = diagram.layout == .flow ? max(1, edge.weight * 12) : look.width
      lines.append("  linkStyle \(number) stroke:\(look.color),stroke-width:\(DotText.number(width))px")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func brackets(of shape: DiagramShape) -> (String, String) {
    switch shape {
    case .roundedBox: ("(", ")")
    case .ellipse: ("([", "])")
    case .hexagon: ("{{", "}}")
    case .parallelogram: ("[/", "/]")
    case .diamond: ("{", "}")
    }
  }

  /// Letters, digits, spaces and harmless marks as they are, the rest of ASCII as `#code;`.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      let isPlain =
        !scalar.isASCII || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || " .,:-+/()'!?%".unicodeScalars.contains(scalar)
      if isPlain { result.unicodeScalars.append(scalar) } else { result += "#\(scalar.value);" }
    }
  }
}
