/// Writes a scene as GraphML, with positions as the attributes `x` and `y` of nodes.
///
/// Source: Brandes et al., "GraphML progress report", Graph Drawing 2001, doi:10.1007/3-540-45848-4_59.
enum GraphMLWriter {
  private static let nodeKeys = [
    ("label", "string"), ("detail", "string"), ("type", "string"), ("role", "string"), ("id", "string"),
    ("community", "string"), ("x", "double"), ("y", "double"), ("width", "double"), ("height", "double"),
  ]
  private static let edgeKeys = [("weight", "double"), ("label", "string")]

  static func text(of scene: Scene, diagram: Diagram) -> String {
    var lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">",
    ]
    for (keys, target) in [(nodeKeys, "node"), (edgeKeys, "edge")] {
      for (name, type) in keys {
        lines.append(
          "  <key id=\"\(target)-\(name)\" for=\"\(target)\" attr.name=\"\(name)\" attr.type=\"\(type)\"/>")
      }
    }
    lines.append("  <graph id=\"akin\" edgedefault=\"directed\">")
    let number = Dictionary(uniqueKeysWithValues: diagram.nodes.enumerated().map { ($1.key, $0) })
    for (position, figure) in scene.nodes.enumerated() {
      let node = figure.node
      let values: [String: String?] = [
        "label": DiagramText.visibleLabel(of: node), "detail": node.detail.isEmpty ? nil : cleaned(node.detail),
        "type": cleaned(diagram.kinds[node.kind].name), "role": node.role.rawValue, "id": node.id.map { cleaned($0) },
        "community": node.community.map { cleaned(diagram.communities[$0]) }, "x": DotText.number(figure.center.x),
        "y": DotText.number(figure.center.y), "width": DotText.number(figure.size.width),
        "height": DotText.number(figure.size.height),
      ]
      lines.append("    <node id=\"n\(position)\">")
      for (name, _) in nodeKeys {
        if let value = values[name]! { lines.append("      <data key=\"node-\(name)\">\(xmlEscaped(value))</data>") }
      }
      lines.append("    </node>")
    }
    for (position, figure) in scene.edges.enumerated() {
      let edge = figure.edge
      lines.append(
        "    <edge id=\"e\(position)\" source=\"n\(number[edge.from]!)\" target=\"n\(number[edge.to]!)\""
          + (edge.isDirected ? "" : " directed=\"false\"") + ">")
      lines.append("      <data key=\"edge-weight\">\(DotText.number(edge.weight, decimals: 6))</data>")
      if !edge.label.isEmpty {
        lines.append("      <data key=\"edge-label\">\(xmlEscaped(cleaned(edge.label)))</data>")
      }
      lines.append("    </edge>")
    }
    lines += ["  </graph>", "</graphml>", ""]
    return lines.joined(separator: "\n")
  }
}
