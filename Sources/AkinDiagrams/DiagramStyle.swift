/// How a node of one kind and role looks.
struct NodeStyle {
  var shape: DiagramShape
  var fill: String
  var outline: String
  var text: String
  var detailText: String
  var fontSize: Int
  var detailSize: Int { max(8, fontSize - 3) }
  var isBold: Bool
  /// Wrapping of the label.
  var columns: Int
  var maximumLines: Int
  /// Inches between text and outline, across and up; least height.
  var margin: (Double, Double)
  var height: Double

  /// Kind decides hue and shape, role decides lightness, size and outline.
  init(kind: Int, shape: DiagramShape?, role: DiagramRole) {
    let hue = DiagramPalette.hues[kind % DiagramPalette.hues.count]
    self.shape = shape ?? DiagramShape.allCases[kind % DiagramShape.allCases.count]
    outline = hue.strong
    isBold = role == .source
    switch role {
    case .source:
      (fill, text, detailText) = (hue.strong, DiagramPalette.white, DiagramPalette.white)
      (fontSize, columns, maximumLines) = (13, 18, 3)
      (margin, height) = ((0.2, 0.12), 0.6)
    case .connector:
      (fill, text, detailText) = (DiagramPalette.white, DiagramPalette.ink, DiagramPalette.mutedInk)
      (fontSize, columns, maximumLines) = (9, 18, 2)
      (margin, height) = (self.shape == .roundedBox ? (0.08, 0.05) : (0.05, 0.02), 0.28)
    case .related:
      (fill, text, detailText) = (hue.tint, DiagramPalette.ink, DiagramPalette.mutedInk)
      (fontSize, columns, maximumLines) = (11, 24, 3)
      (margin, height) = ((0.12, 0.06), 0.34)
    }
  }
}

extension NodeStyle {
  /// All but text and width, in DOT.
  var attributes: [String] {
    [
      shape == .roundedBox ? "shape=box style=\"rounded,filled\"" : "shape=\(shape.rawValue)",
      "fillcolor=\"\(fill)\"", "color=\"\(outline)\"", "fontcolor=\"\(text)\"", "fontsize=\(fontSize)",
      "margin=\"\(DotText.number(margin.0)),\(DotText.number(margin.1))\"", "height=\(DotText.number(height))",
    ]
  }

  /// Inches that lines of text need at least, so that the nodes of one column are equally wide; letters of DejaVu Sans
  /// take 0.6 of the type size on average. Graphviz widens what turns out wider.
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

  init(weight: Double) {
    width = 0.5 + 2.5 * weight
    let darkness = weight
    func channel(_ light: Double, _ dark: Double) -> String {
      let value = Int((light + (dark - light) * darkness).rounded())
      return (value < 16 ? "0" : "") + String(value, radix: 16, uppercase: true)
    }
    color = "#" + channel(0xBE, 0x4F) + channel(0xC6, 0x5B) + channel(0xD2, 0x70)
  }
}
