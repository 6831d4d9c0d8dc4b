/// A picture with everything in its place, before it becomes the bytes of a format. Points, y downwards from the top.
struct Scene {
  var width: Double
  var height: Double
  var theme: DiagramTheme
  /// Spoken and shown as the name of the picture.
  var title: String
  /// The picture in a sentence or three, for who cannot see it.
  var description: String
  var heading: [TextLine]
  var legend: [LegendFigure]
  /// In order of the diagram; drawn before the nodes.
  var edges: [EdgeFigure]
  var nodes: [NodeFigure]
}

/// A line of text of known width.
struct TextLine {
  var text: String
  /// Start or middle of the baseline.
  var at: Point
  var isCentered: Bool
  var size: Double
  var isBold = false
  var color: String
  var width: Double

  init(_ text: String, at: Point, isCentered: Bool, size: Double, isBold: Bool = false, color: String) {
    self.text = text
    self.at = at
    self.isCentered = isCentered
    self.size = size
    self.isBold = isBold
    self.color = color
    width = Typesetter.width(text, size: size, isBold: isBold)
  }

  var left: Double { isCentered ? at.x - width / 2 : at.x }
}

struct NodeFigure {
  var node: DiagramNode
  var style: NodeStyle
  var center: Point
  var size: Size
  var lines: [TextLine]
  var image: NodeImage?
  /// Where the image goes.
  var imageBox: (origin: Point, side: Double)?
  var tooltip: String
  var link: String?

  var outline: Outline { Outline(shape: style.shape, center: center, size: size) }
}

struct EdgeFigure {
  var edge: DiagramEdge
  /// 1 + 3n points of cubic curves.
  var curve: [Point]
  var width: Double
  var color: String
  var isDashed: Bool
  /// Corners of the arrowhead.
  var arrow: [Point]
  var label: TextLine?
  /// The ground of the label, so that no line strikes it through; `nil` on ribbons.
  var labelGround: String?
  var tooltip: String
}

/// What a colour, an outline or a line means.
struct LegendFigure {
  var text: TextLine
  var chip: (origin: Point, size: Size, style: NodeStyle)?
  /// Thin and thick lines side by side.
  var strokes: [(from: Point, to: Point, width: Double, color: String)] = []
}

/// The outline of a node: where text must stay and where lines end.
struct Outline {
  var shape: DiagramShape
  var center: Point
  var size: Size

  /// How far the slanted sides of hexagon and parallelogram reach inwards.
  static func slant(height: Double) -> Double { height * 0.35 }

  /// Corners in order; empty for ellipses. The rounded box counts as a rectangle.
  var corners: [Point] {
    let (w, h) = (size.width / 2, size.height / 2)
    let slant = Outline.slant(height: size.height)
    let relative: [Point] =
      switch shape {
      case .ellipse: []
      case .roundedBox: [Point(-w, -h), Point(w, -h), Point(w, h), Point(-w, h)]
      case .hexagon:
        [
          Point(-w + slant, -h), Point(w - slant, -h), Point(w, 0), Point(w - slant, h), Point(-w + slant, h),
          Point(-w, 0),
        ]
      case .parallelogram: [Point(-w + slant, -h), Point(w, -h), Point(w - slant, h), Point(-w, h)]
      case .diamond: [Point(0, -h), Point(w, 0), Point(0, h), Point(-w, 0)]
      }
    return relative.map { $0 + center }
  }

  func contains(_ point: Point) -> Bool {
    let relative = point - center
    let (w, h) = (size.width / 2, size.height / 2)
    guard shape != .ellipse else {
      return (relative.x / w) * (relative.x / w) + (relative.y / h) * (relative.y / h) <= 1
    }
    let corners = corners
    return corners.indices.allSatisfy { position in
      let (a, b) = (corners[position], corners[(position + 1) % corners.count])
      return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) >= -1e-9
    }
  }

  /// Where the way from `outside` to the centre enters; the centre where it is inside already.
  func entry(from outside: Point) -> Point {
    guard !contains(outside) else { return center }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if contains(outside + (center - outside) * middle) { high = middle } else { low = middle }
    }
    return outside + (center - outside) * high
  }

  /// The smallest outline of a shape around text of this size, with margins.
  static func size(
    around text: Size, shape: DiagramShape, margin: (across: Double, up: Double), leastHeight: Double
  ) -> Size {
    let (tw, th) = (text.width + 2 * margin.across, text.height + 2 * margin.up)
    switch shape {
    case .roundedBox: return Size(width: max(tw, leastHeight), height: max(th, leastHeight))
    case .ellipse:
      // Text touches an ellipse at four points alone, so that margins can be small.
      let (width, height) = (text.width + 8, text.height + 2)
      let up = max(height * 1.4, min(leastHeight, height * 2))
      let share = height / up
      return Size(width: max(up, width / (1 - share * share).squareRoot()), height: up, isRound: true)
    case .hexagon, .parallelogram:
      let height = max(th, leastHeight)
      return Size(width: tw + 2 * slant(height: height) * (shape == .hexagon ? th / height : 1), height: height)
    case .diamond:
      let height = max(th * 1.9, leastHeight)
      return Size(width: tw / (1 - th / height), height: height)
    }
  }
}
