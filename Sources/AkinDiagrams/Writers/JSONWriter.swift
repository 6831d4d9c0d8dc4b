/// Writes a scene as JSON: what is drawn and where, in points from the upper left corner.
///
/// The form is `akin.diagram/1`, described in `docs/diagrams.md`.
enum JSONWriter {
  static func text(of scene: Scene, diagram: Diagram) -> String {
    let nodes = scene.nodes.map { figure in
      JSONText.object([
        ("key", JSONText.string(figure.node.key)), ("id", figure.node.id.map { JSONText.string($0) }),
        ("label", JSONText.string(DiagramText.visibleLabel(of: figure.node))),
        ("detail", figure.node.detail.isEmpty ? nil : JSONText.string(figure.node.detail)),
        ("type", JSONText.string(diagram.kinds[figure.node.kind].name)),
        ("role", JSONText.string(figure.node.role.rawValue)),
        ("community", figure.node.community.map { JSONText.string(diagram.communities[$0]) }),
        ("x", JSONText.number(figure.center.x)), ("y", JSONText.number(figure.center.y)),
        ("width", JSONText.number(figure.size.width)), ("height", JSONText.number(figure.size.height)),
        ("link", figure.link.map { JSONText.string($0) }),
      ])
    }
    let edges = scene.edges.map { figure in
      JSONText.object([
        ("from", JSONText.string(figure.edge.from)), ("to", JSONText.string(figure.edge.to)),
        ("weight", DotText.number(figure.edge.weight, decimals: 6)),
        ("directed", figure.edge.isDirected ? "true" : "false"),
        ("label", figure.edge.label.isEmpty ? nil : JSONText.string(figure.edge.label)),
        (
          "curve",
          "["
            + figure.curve.map { "[\(JSONText.number($0.x)), \(JSONText.number($0.y))]" }.joined(separator: ", ")
            + "]"
        ),
      ])
    }
    func list(_ rows: [String]) -> String { rows.isEmpty ? "[]" : "[\n    \(rows.joined(separator: ",\n    "))\n  ]" }
    return """
      {
        "format": "akin.diagram/1",
        "title": \(JSONText.string(diagram.title)),
        "caption": \(JSONText.string(diagram.caption)),
        "layout": \(JSONText.string(diagram.layout.rawValue)),
        "width": \(JSONText.number(scene.width)),
        "height": \(JSONText.number(scene.height)),
        "nodes": \(list(nodes)),
        "edges": \(list(edges))
      }

      """
  }
}
