/// Title, caption and legend, on top of the picture.
struct Heading {
  private let title: [String]
  private let caption: [String]
  private let items: [Item]
  private let theme: DiagramTheme
  /// What the longest line takes, and what a legend needs to be legible.
  let width: Double

  private struct Item {
    var text: String
    /// `nil`: what a thick line means.
    var style: NodeStyle?
    var width: Double
  }

  private static let titleSize = 17.0
  private static let captionSize = 10.0
  private static let legendSize = 9.0

  init(diagram: Diagram, style: DiagramStyle) {
    theme = style.theme
    title = style.showsTitle ? wrapped(cleaned(diagram.title), columns: 70, maximumLines: 2) : []
    caption = style.showsTitle ? wrapped(cleaned(diagram.caption), columns: 100, maximumLines: 3) : []
    items = style.showsLegend ? Self.items(of: diagram, style: style) : []
    let lines =
      title.map { Typesetter.width($0, size: Self.titleSize, isBold: true) }
      + caption.map { Typesetter.width($0, size: Self.captionSize) }
    let legend = items.map(\.width).reduce(0) { $0 + $1 + 8 }
    width = max(lines.max() ?? 0, min(legend, 520), items.map(\.width).max() ?? 0)
  }

  private static func items(of diagram: Diagram, style: DiagramStyle) -> [Item] {
    let roles = DiagramRole.allCases.filter { role in diagram.nodes.contains { $0.role == role } }
    let hasCommunities = diagram.nodes.contains { $0.community != nil }
    var items: [Item] = []
    func add(_ text: String, _ look: NodeStyle?) {
      items.append(
        Item(text: text, style: look, width: Typesetter.width(text, size: legendSize) + (look == nil ? 40 : 14)))
    }
    for role in roles {
      for (kind, description) in diagram.kinds.enumerated()
      where diagram.nodes.contains(where: { $0.kind == kind && $0.role == role }) {
        if hasCommunities, role == .related { continue }
        let look = NodeStyle(
          kind: kind, shape: description.shape, role: role, theme: style.theme, override: style.types[description.name])
        add(text(kind: description, role: role, isOnly: roles.count == 1), look)
        if role == .more { break }
      }
    }
    for (community, name) in diagram.communities.enumerated()
    where diagram.nodes.contains(where: { $0.community == community }) {
      add(
        shortened(cleaned(name), to: 32),
        NodeStyle(kind: 0, community: community, shape: diagram.kinds.first?.shape, role: .related, theme: style.theme))
    }
    if let meaning = diagram.weightMeaning, !diagram.edges.isEmpty { add(shortened(cleaned(meaning), to: 48), nil) }
    return items
  }

  /// With a single role in the picture, its name would say nothing.
  private static func text(kind: DiagramKind, role: DiagramRole, isOnly: Bool) -> String {
    let name = shortened(cleaned(kind.name), to: 24)
    if role == .more { return role.name }
    if isOnly { return name.isEmpty ? "node" : name }
    return name.isEmpty ? role.name : "\(role.name): \(name)"
  }

  /// How much larger the heading of a picture is drawn so that it can still be read when all of the picture is seen.
  static func scale(forWidth width: Double) -> Double { max(1, min(2, width / 1400)) }

  /// From `origin` down, broken to `width`, everything `scale` times as large.
  func arranged(
    width: Double, at origin: Point, scale: Double
  ) -> (lines: [TextLine], legend: [LegendFigure], height: Double) {
    let plain = arranged(width: width / scale, at: Point(0, 0))
    func placed(_ point: Point) -> Point { Point(origin.x + point.x * scale, origin.y + point.y * scale) }
    func placed(_ line: TextLine) -> TextLine {
      TextLine(
        line.text, at: placed(line.at), isCentered: line.isCentered, size: line.size * scale, isBold: line.isBold,
        color: line.color)
    }
    let legend = plain.legend.map { figure in
      LegendFigure(
        text: placed(figure.text),
        chip: figure.chip.map { chip in
          (placed(chip.origin), Size(width: chip.size.width * scale, height: chip.size.height * scale), chip.style)
        },
        strokes: figure.strokes.map { (placed($0.from), placed($0.to), $0.width, $0.color) })
    }
    return (plain.lines.map(placed), legend, plain.height * scale)
  }

  private func arranged(width: Double, at origin: Point) -> (lines: [TextLine], legend: [LegendFigure], height: Double)
  {
    var y = origin.y
    var lines: [TextLine] = []
    for text in title {
      lines.append(
        TextLine(
          text, at: Point(origin.x, y + Self.titleSize), isCentered: false, size: Self.titleSize, isBold: true,
          color: theme.ink))
      y += Self.titleSize * 1.3
    }
    for text in caption {
      lines.append(
        TextLine(
          text, at: Point(origin.x, y + Self.captionSize + 2), isCentered: false, size: Self.captionSize,
          color: theme.mutedInk))
      y += Self.captionSize * 1.4
    }
    guard !items.isEmpty else { return (lines, [], y - origin.y) }
    y += 8
    var x = origin.x
    var legend: [LegendFigure] = []
    let height = 17.0
    for item in items {
      if x > origin.x, x + item.width > origin.x + width {
        x = origin.x
        y += height + 5
      }
      let baseline = y + height / 2 + Self.legendSize * 0.36
      func text(at x: Double, _ color: String) -> TextLine {
        TextLine(item.text, at: Point(x, baseline), isCentered: false, size: Self.legendSize, color: color)
      }
      if let style = item.style {
        legend.append(
          LegendFigure(
            text: text(at: x + 7, style.text),
            chip: (Point(x, y), Size(width: item.width, height: height), style)))
      } else {
        let middle = y + height / 2
        let thin = EdgeStyle(weight: 0.2, theme: theme)
        let thick = EdgeStyle(weight: 1, theme: theme)
        legend.append(
          LegendFigure(
            text: text(at: x + 36, theme.ink),
            strokes: [
              (Point(x + 4, middle), Point(x + 17, middle), thin.width, thin.color),
              (Point(x + 18, middle), Point(x + 31, middle), thick.width, thick.color),
            ]))
      }
      x += item.width + 8
    }
    return (lines, legend, y + height - origin.y)
  }
}
