/// How pictures look: a theme, and what is to differ from it.
public struct DiagramStyle: Sendable, Equatable {
  /// Colours of background, text and lines.
  public var theme = DiagramTheme.light
  /// By name of the node type.
  public var types: [String: TypeStyle] = [:]
  /// Whether kinds and lines are explained below.
  public var showsLegend = true
  /// Whether title and caption are drawn; the accessible name stays.
  public var showsTitle = true

  /// The theme as it is, with legend and title.
  public init(theme: DiagramTheme = .light) { self.theme = theme }

  /// How nodes of one type look; `nil` leaves the theme's choice. Colours hold for nodes that are not sources.
  public struct TypeStyle: Sendable, Equatable {
    /// The outline.
    public var shape: DiagramShape?
    /// `#RRGGBB` each.
    public var fill: String?
    /// Colour of the outline, `#RRGGBB`.
    public var outline: String?
    /// Colour of the label, `#RRGGBB`.
    public var text: String?
    /// Points, 6...40.
    public var fontSize: Int?
    /// Points, 0...10.
    public var lineWidth: Double?
    /// Where a click leads: an http or https address in which `{id}`, `{label}` and `{type}` are filled in.
    public var link: String?
    /// The attribute of the graph that says which image nodes show; whoever has the graph fills `images` by it.
    public var imageAttribute: String?
    /// What nodes of the type show above their labels, by id.
    public var images: [String: NodeImage] = [:]

    /// Nothing differs from the theme.
    public init() {}
  }

  func node(_ node: DiagramNode, in diagram: Diagram) -> NodeStyle {
    let kind = diagram.kinds[node.kind]
    return NodeStyle(
      kind: node.kind, community: node.community, shape: kind.shape, role: node.role, theme: theme,
      override: types[kind.name], emphasis: node.emphasis)
  }
}

/// How a node of one kind and role looks.
struct NodeStyle: Equatable {
  var shape: DiagramShape
  var fill: String
  var outline: String
  var text: String
  var detailText: String
  var fontSize: Int
  var detailSize: Int { max(8, fontSize - 3) }
  var isBold: Bool
  var lineWidth = 1.0
  var isDashed = false
  /// Wrapping of the label.
  var columns: Int
  var maximumLines: Int
  /// Inches between text and outline, across and up; least height.
  var margin: (across: Double, up: Double)
  var height: Double

  /// Kind decides hue and shape, role decides lightness, size and outline.
  init(
    kind: Int, community: Int? = nil, shape: DiagramShape?, role: DiagramRole, theme: DiagramTheme = .light,
    override: DiagramStyle.TypeStyle? = nil, emphasis: Double = 1
  ) {
    let hues = theme.hues
    let hue = hues[(community ?? kind) % hues.count]
    // More communities than hues are told apart by shape.
    let outlines = DiagramShape.allCases
    let round = community.map { $0 / hues.count } ?? 0
    self.shape =
      round > 0
      ? outlines[round % outlines.count] : override?.shape ?? shape ?? outlines[kind % outlines.count]
    outline = hue.strong
    isBold = role == .source
    switch role {
    case .source:
      (fill, text, detailText) = (hue.strong, theme.inkOnStrong, theme.inkOnStrong)
      (fontSize, columns, maximumLines) = (13, 18, 3)
      (margin, height) = ((0.2, 0.12), 0.6)
    case .connector:
      (fill, text, detailText) = (theme.ground, theme.ink, theme.mutedInk)
      (fontSize, columns, maximumLines) = (9, 18, 2)
      (margin, height) = (self.shape == .roundedBox ? (0.08, 0.05) : (0.05, 0.02), 0.28)
    case .related, .entered, .left:
      (fill, text, detailText) = (hue.tint, theme.ink, theme.mutedInk)
      (fontSize, columns, maximumLines) = (11, 24, 3)
      (margin, height) = ((0.12, 0.06), 0.34)
      if role == .entered { (lineWidth, isBold) = (2.4, true) }
      if role == .left { (fill, text, isDashed) = (theme.ground, theme.mutedInk, true) }
    case .more:
      self.shape = .roundedBox
      (fill, text, detailText) = (theme.ground, theme.mutedInk, theme.mutedInk)
      (outline, isDashed) = (theme.mutedInk, true)
      (fontSize, columns, maximumLines) = (9, 24, 2)
      (margin, height) = ((0.08, 0.05), 0.28)
    }
    if emphasis != 1 { fontSize = max(6, Int((Double(fontSize) * emphasis).rounded())) }
    guard let override, role != .more else { return }
    if role != .source {
      if let color = override.fill, role != .left { fill = color }
      if let color = override.text { (text, detailText) = (color, color) }
    }
    if let color = override.outline { outline = color }
    if let size = override.fontSize { fontSize = size }
    if let width = override.lineWidth { lineWidth = width }
  }

  static func == (left: Self, right: Self) -> Bool {
    left.attributes == right.attributes && left.columns == right.columns && left.maximumLines == right.maximumLines
  }
}

extension NodeStyle {
  /// All but text and width, in DOT.
  var attributes: [String] {
    var styles = shape == .roundedBox ? ["rounded", "filled"] : ["filled"]
    if isDashed { styles.append("dashed") }
    var result = [
      shape == .roundedBox ? "shape=box" : "shape=\(shape.rawValue)", "style=\"\(styles.joined(separator: ","))\"",
      "fillcolor=\"\(fill)\"", "color=\"\(outline)\"", "fontcolor=\"\(text)\"", "fontsize=\(fontSize)",
      "margin=\"\(DotText.number(margin.across)),\(DotText.number(margin.up))\"", "height=\(DotText.number(height))",
    ]
    if lineWidth != 1 { result.append("penwidth=\(DotText.number(lineWidth))") }
    return result
  }

  /// Inches that lines of text need at least in DOT, where nobody measures; letters of DejaVu Sans take 0.6 of the type
  /// size on average. Graphviz widens what turns out wider.
  func width(columns: Int) -> Double {
    let room =
      switch shape {
      case .roundedBox: 1.0
      case .ellipse, .hexagon: 1.35
      case .parallelogram: 1.6
      case .diamond: 2.0
      }
    return Double(columns) * 0.6 * Double(fontSize) / 72 * room + 0.2
  }
}

/// How an edge of one weight looks: from thin and light to wide and dark.
struct EdgeStyle: Equatable {
  var width: Double
  var color: String
  var isDashed = false

  init(weight: Double, tone: DiagramTone = .plain, theme: DiagramTheme = .light) {
    width = 0.5 + 2.5 * weight
    switch tone {
    case .plain: color = Color.mixed(theme.lines.faint, theme.lines.full, share: weight)
    case .hue(let hue):
      color = Color.mixed(theme.ground, theme.hues[hue % theme.hues.count].strong, share: 0.5 + 0.5 * weight)
    case .against: (color, isDashed) = (theme.warning, true)
    case .rest: (color, isDashed) = (theme.lines.faint, true)
    }
  }
}
