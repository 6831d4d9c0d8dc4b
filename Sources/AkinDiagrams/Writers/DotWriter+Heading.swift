/// Title, caption and legend: one HTML-like label of the whole graph, which every layout places without moving a node.
extension DotWriter {
  /// `nil` when there is nothing to say: an empty table is a syntax error.
  static func heading(of diagram: Diagram, _ style: DiagramStyle) -> String? {
    let theme = style.theme
    var rows = wrapped(cleaned(diagram.title), columns: 70, maximumLines: 2).map {
      row("<font point-size=\"18\" color=\"\(theme.ink)\"><b>\(DotText.html($0))</b></font>")
    }
    rows += wrapped(cleaned(diagram.caption), columns: 100, maximumLines: 2).map {
      row("<font point-size=\"10\" color=\"\(theme.mutedInk)\">\(DotText.html($0))</font>")
    }
    rows += legend(of: diagram, style)
    return rows.isEmpty ? nil : table(rows.joined(), spacing: 2)
  }

  /// A grid, filled up with empty cells: Graphviz spreads the width of a long title over the cells of a row.
  private static func legend(of diagram: Diagram, _ look: DiagramStyle) -> [String] {
    let theme = look.theme
    let roles = DiagramRole.allCases.filter { role in diagram.nodes.contains { $0.role == role } }
    var cells: [String] = []
    for role in roles {
      for (kind, description) in diagram.kinds.enumerated()
      where diagram.nodes.contains(where: { $0.kind == kind && $0.role == role }) {
        let style = NodeStyle(
          kind: kind, shape: description.shape, role: role, theme: theme, override: look.types[description.name])
        cells.append(chip(style, text: chipText(kind: description, role: roles.count > 1 ? role : nil)))
      }
    }
    if let meaning = diagram.weightMeaning, !diagram.edges.isEmpty {
      let thin = EdgeStyle(weight: 0.3, theme: theme)
      let thick = EdgeStyle(weight: 1, theme: theme)
      cells.append(
        """
        <td><font color="\(thin.color)">──</font><font color="\(thick.color)"><b>━━</b></font>\
        <font color="\(theme.ink)"> \(DotText.html(shortened(cleaned(meaning), to: 40)))</font></td>
        """)
    }
    guard !cells.isEmpty else { return [] }
    cells += Array(repeating: "<td></td>", count: (legendColumns - cells.count % legendColumns) % legendColumns)
    let rows = stride(from: 0, to: cells.count, by: legendColumns).map { start in
      "\n      <tr>\(cells[start..<start + legendColumns].joined(separator: "\n        "))</tr>"
    }
    return [row("<font point-size=\"9\">\(table(rows.joined(), spacing: 4))</font>")]
  }

  private static let legendColumns = 5

  /// With a single role in the picture, its name would say nothing.
  private static func chipText(kind: DiagramKind, role: DiagramRole?) -> String {
    let name = shortened(cleaned(kind.name), to: 24)
    guard let role else { return name.isEmpty ? "node" : name }
    return name.isEmpty ? role.name : "\(role.name): \(name)"
  }

  private static func chip(_ style: NodeStyle, text: String) -> String {
    """
    <td border="1" style="rounded" cellpadding="3" color="\(style.outline)" bgcolor="\(style.fill)">\
    <font color="\(style.text)"> \(glyph(of: style.shape)) \(DotText.html(text)) </font></td>
    """
  }

  /// The outline of a shape as a character that DejaVu Sans has.
  private static func glyph(of shape: DiagramShape) -> String {
    switch shape {
    case .roundedBox: "▭"
    case .ellipse: "○"
    case .hexagon: "⬡"
    case .parallelogram: "▱"
    case .diamond: "◇"
    }
  }

  private static func row(_ content: String) -> String { "\n    <tr><td align=\"left\">\(content)</td></tr>" }

  private static func table(_ rows: String, spacing: Int) -> String {
    "<table border=\"0\" cellborder=\"0\" cellspacing=\"\(spacing)\" cellpadding=\"0\">\(rows)</table>"
  }
}
