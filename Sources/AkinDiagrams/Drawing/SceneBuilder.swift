/// Puts a diagram together: text is measured, a layout places nodes, lines are led to outlines, and the heading goes on top.
struct SceneBuilder {
  let diagram: Diagram
  let style: DiagramStyle
  private var theme: DiagramTheme { style.theme }

  static let padding = 18.0
  private static let imageSide = 54.0
  /// Points between two nodes that no column holds apart.
  private static let nodeGap = 12.0
  private static let tooltipLimit = 400

  /// A node with its text, before its place is known.
  private struct Face {
    var style: NodeStyle
    var lines: [(text: String, size: Double, isBold: Bool, color: String)]
    var size: Size
    var image: NodeImage?
  }

  func scene(runner: some LayoutRunner) throws(DiagramError) -> Scene {
    var faces = diagram.nodes.map(face)
    align(&faces)
    let labels = diagram.edges.map { edge -> TextLine? in
      let text = shortened(cleaned(edge.label), to: 30)
      return text.isEmpty
        ? nil : TextLine(text, at: Point(0, 0), isCentered: diagram.layout != .flow, size: 8.5, color: theme.ink)
    }
    var placement: Placement
    if diagram.layout == .flow {
      let flow = FlowLayout(
        diagram: diagram, sizes: faces.map(\.size), labelHeights: labels.map { $0 == nil ? 0 : 11 })
      placement = flow.placement
      for (number, size) in flow.sizes.enumerated() { faces[number].size = size }
    } else if diagram.nodes.isEmpty {
      placement = Placement(nodes: [], edges: [], labels: [])
    } else {
      let sizes = labels.map { label in label.map { Size(width: $0.width + 8, height: 12) } }
      let plan = LayoutPlan(of: diagram)
      if diagram.layout == .rings {
        let rings = RingLayout(diagram: diagram, sizes: faces.map(\.size), ends: plan.ends)
        let none = [[Point]](repeating: [], count: diagram.edges.count)
        placement = Placement(nodes: rings.centers, edges: none, labels: none.map { _ in nil })
      } else {
        placement = try runner.place(plan.request(sizes: faces.map(\.size), labelSizes: sizes))
      }
      if !diagram.layout.leadsLines {
        placement.nodes = OverlapRemoval.separated(
          placement.nodes, sizes: faces.map(\.size), edges: plan.ends,
          edgeLength: Self.edgeLength(diagram), gap: Self.nodeGap)
      }
    }
    let heading = Heading(diagram: diagram, style: style)
    let figures = self.figures(faces, labels: labels, placement: placement)
    return assembled(figures.nodes, figures.edges, heading)
  }

  private func face(_ node: DiagramNode) -> Face {
    let look = style.node(node, in: diagram)
    let label = DiagramText.visibleLabel(of: node)
    var lines = wrapped(label, columns: look.columns, maximumLines: look.maximumLines).map {
      (text: $0, size: Double(look.fontSize), isBold: look.isBold, color: look.text)
    }
    let detail = cleaned(node.detail)
    if !detail.isEmpty {
      lines.append((shortened(detail, to: look.columns + 6), Double(look.detailSize), false, look.detailText))
    }
    var text = Size(
      width: lines.map { Typesetter.width($0.text, size: $0.size, isBold: $0.isBold) }.max() ?? 0,
      height: lines.reduce(0) { $0 + Self.lineHeight($1.size) })
    let image = node.id.flatMap { style.types[diagram.kinds[node.kind].name]?.images[$0] }
    var final = look
    if image != nil {
      text.width = max(text.width, Self.imageSide)
      text.height += Self.imageSide + 3
      final.shape = .roundedBox
    }
    let size = Outline.size(
      around: text, shape: final.shape, margin: (final.margin.across * 72, final.margin.up * 72),
      leastHeight: final.height * 72)
    return Face(style: final, lines: lines, size: size, image: image)
  }

  /// For `OverlapRemoval`: lines need room to be followed, the more of them the more; large pictures must stay small.
  private static func edgeLength(_ diagram: Diagram) -> Double {
    diagram.layout == .sfdp ? 2 : min(3.6, 2 + 0.04 * Double(diagram.nodes.count))
  }

  private static func lineHeight(_ size: Double) -> Double { (size * 1.2 * 4).rounded() / 4 }

  /// The nodes of one column are equally wide.
  private func align(_ faces: inout [Face]) {
    let plan = DiagramColumns(of: diagram)
    let position = Dictionary(uniqueKeysWithValues: diagram.nodes.enumerated().map { ($1.key, $0) })
    for (_, nodes) in plan.members {
      let members = nodes.map { position[$0.key]! }
      let width = members.map { faces[$0].size.width }.max() ?? 0
      for member in members { faces[member].size.width = width }
    }
  }

  private func figures(
    _ faces: [Face], labels: [TextLine?], placement: Placement
  ) -> (nodes: [NodeFigure], edges: [EdgeFigure]) {
    let nodes = diagram.nodes.indices.map { number in
      figure(of: diagram.nodes[number], faces[number], at: placement.nodes[number])
    }
    let position = Dictionary(uniqueKeysWithValues: diagram.nodes.enumerated().map { ($1.key, $0) })
    let isRouted = !diagram.layout.leadsLines && !EdgeBundling.applies(to: diagram)
    let curves: [[Point]]
    if isRouted {
      let outlines = nodes.map(\.outline)
      curves = diagram.edges.map {
        EdgeRouting.curve(from: position[$0.from]!, to: position[$0.to]!, outlines: outlines)
      }
    } else {
      let straight = placement.edges.enumerated().map { number, curve in
        curve.count >= 4
          ? curve
          : Bezier.line(
            from: placement.nodes[position[diagram.edges[number].from]!],
            to: placement.nodes[position[diagram.edges[number].to]!])
      }
      curves = EdgeBundling.bundled(straight, of: diagram)
    }
    let edges = diagram.edges.enumerated().map { number, edge in
      figure(
        of: edge, from: nodes[position[edge.from]!], to: nodes[position[edge.to]!], curve: curves[number],
        isRouted: isRouted, label: labels[number], labelPlace: placement.labels[number])
    }
    return (nodes, edges)
  }

  private func figure(of node: DiagramNode, _ face: Face, at center: Point) -> NodeFigure {
    let textHeight = face.lines.reduce(face.image == nil ? 0 : Self.imageSide + 3) { $0 + Self.lineHeight($1.size) }
    var y = center.y - textHeight / 2
    var imageBox: (origin: Point, side: Double)?
    if face.image != nil {
      imageBox = (Point(center.x - Self.imageSide / 2, y), Self.imageSide)
      y += Self.imageSide + 3
    }
    let lines = face.lines.map { line -> TextLine in
      let height = Self.lineHeight(line.size)
      // The letters of DejaVu Sans stand from 0.76 above to 0.24 below the baseline, give or take accents.
      let baseline = y + height / 2 + line.size * 0.36
      y += height
      return TextLine(
        line.text, at: Point(center.x, baseline), isCentered: true, size: line.size, isBold: line.isBold,
        color: line.color)
    }
    let detail = cleaned(node.detail)
    let label = DiagramText.visibleLabel(of: node)
    let tooltip = node.tooltip.map(cleaned) ?? (detail.isEmpty ? label : "\(label) · \(detail)")
    return NodeFigure(
      node: node, style: face.style, center: center, size: face.size, lines: lines, image: face.image,
      imageBox: imageBox, tooltip: shortened(tooltip, to: Self.tooltipLimit), link: link(of: node))
  }

  private func link(of node: DiagramNode) -> String? {
    let kind = diagram.kinds[node.kind].name
    guard let id = node.id, let template = style.types[kind]?.link else { return nil }
    return LinkTemplate.filled(template, ["id": id, "label": node.label, "type": kind])
  }

  private func figure(
    of edge: DiagramEdge, from: NodeFigure, to: NodeFigure, curve: [Point], isRouted: Bool, label: TextLine?,
    labelPlace: Point?
  ) -> EdgeFigure {
    let look = EdgeStyle(weight: edge.weight, tone: edge.tone, theme: theme)
    let ends = [from, to].map { shortened(DiagramText.visibleLabel(of: $0.node), to: 100) }
    let tooltip = edge.tooltip.map(cleaned) ?? ends.joined(separator: edge.isDirected ? " → " : " – ")
    var figure = EdgeFigure(
      edge: edge, curve: curve, width: look.width, color: look.color, isDashed: look.isDashed, arrow: [],
      label: nil, labelGround: theme.ground, tooltip: shortened(tooltip, to: Self.tooltipLimit))
    if diagram.layout == .flow {
      figure.width = max(1, edge.weight * FlowLayout.widestRibbon)
      figure.color = ribbonColor(edge.tone)
      figure.isDashed = false
      // A thin ribbon would strike its label through.
      if figure.width > 9 { figure.labelGround = nil }
      if var label, let start = curve.first {
        label.at = Point(start.x + 5, start.y + 3)
        figure.label = label
      }
      return figure
    }
    // Graphviz knows rectangles and ellipses, and may have turned the edge round.
    var curve = (curve[0] - from.center).length <= (curve[0] - to.center).length ? curve : curve.reversed()
    if from.node.key != to.node.key, !isRouted {
      let last = curve.count - 1
      let start = from.outline.entry(from: curve[1] == curve[0] ? curve[2] : curve[1])
      let end = to.outline.entry(from: curve[last - 1] == curve[last] ? curve[last - 2] : curve[last - 1])
      if diagram.layout == .dot, let first = from.node.column, let second = to.node.column, first != second {
        // From the side of one column to the facing side of the other.
        let way = first < second ? 1.0 : -1
        let start = from.outline.entry(from: from.center + Point(way * from.size.width, 0))
        let end = to.outline.entry(from: to.center - Point(way * to.size.width, 0))
        if isStraight(curve) {
          curve = Bezier.line(from: start, to: end)
        } else {
          (curve[0], curve[last]) = (start, end)
        }
      } else if curve.count == 4, diagram.layout != .dot || isStraight(curve) {
        curve = Bezier.line(from: from.outline.entry(from: to.center), to: to.outline.entry(from: from.center))
      } else if diagram.layout != .dot, curve.count <= 3 * 8 + 1 {
        // Bundled lines are left as they come, so that none has a kink at its end.
        if !from.outline.contains(curve[1]) { curve[0] = start }
        if !to.outline.contains(curve[last - 1]) { curve[last] = end }
      }
    }
    if edge.isDirected { figure.arrow = Bezier.shortenForArrow(&curve, width: look.width) }
    figure.curve = curve
    if var label {
      let middle = labelPlace ?? Bezier.point(on: curve, at: 0.5)
      label.at = Point(middle.x, middle.y + (labelPlace == nil ? 3 : 1))
      figure.label = label
    }
    return figure
  }

  private func isStraight(_ curve: [Point]) -> Bool {
    let (a, b) = (curve[0], curve[3])
    let length = max(1e-9, (b - a).length)
    return curve.allSatisfy { abs((b.x - a.x) * ($0.y - a.y) - (b.y - a.y) * ($0.x - a.x)) / length < 0.5 }
  }

  /// Light enough for text to be read upon it.
  private func ribbonColor(_ tone: DiagramTone) -> String {
    switch tone {
    case .plain: theme.hues[0].tint
    case .hue(let hue): theme == .print ? "#D4D4D4" : theme.hues[hue % theme.hues.count].tint
    case .against: Color.mixed(theme.ground, theme.warning, share: 0.3)
    case .rest: Color.mixed(theme.ground, theme.lines.faint, share: 0.5)
    }
  }

  /// Heading on top, picture below, all moved so that the upper left corner is the origin.
  private func assembled(_ nodes: [NodeFigure], _ edges: [EdgeFigure], _ heading: Heading) -> Scene {
    var (left, top, right, bottom) = (Double.infinity, Double.infinity, -Double.infinity, -Double.infinity)
    func cover(_ point: Point, _ reach: Double = 0) {
      (left, right) = (min(left, point.x - reach), max(right, point.x + reach))
      (top, bottom) = (min(top, point.y - reach), max(bottom, point.y + reach))
    }
    for figure in nodes {
      cover(figure.center - Point(figure.size.width / 2, figure.size.height / 2), figure.style.lineWidth)
      cover(figure.center + Point(figure.size.width / 2, figure.size.height / 2), figure.style.lineWidth)
    }
    for figure in edges {
      // Not the handles, which lie outside where a curve bends.
      let steps = max(1, (figure.curve.count - 1) / 3 * 8)
      for step in 0...steps {
        cover(Bezier.point(on: figure.curve, at: Double(step) / Double(steps)), figure.width / 2)
      }
      if let label = figure.label {
        cover(Point(label.left, label.at.y - 9))
        cover(Point(label.left + label.width, label.at.y + 3))
      }
    }
    if left > right { (left, top, right, bottom) = (0, 0, 0, 0) }
    let scale = Heading.scale(forWidth: right - left)
    let headed = max(right - left, heading.width * scale)
    let width = headed + 2 * Self.padding
    let arranged = heading.arranged(width: headed, at: Point(Self.padding, Self.padding), scale: scale)
    let offset = Point(
      Self.padding - left + max(0, (headed - (right - left)) / 2),
      Self.padding + arranged.height + (arranged.height > 0 ? 14 : 0) - top)
    var scene = Scene(
      width: width, height: bottom + offset.y + Self.padding, theme: theme, title: cleaned(diagram.title),
      description: DiagramText.description(of: diagram), heading: arranged.lines, legend: arranged.legend,
      edges: edges, nodes: nodes)
    for number in scene.nodes.indices {
      scene.nodes[number].center = scene.nodes[number].center + offset
      for line in scene.nodes[number].lines.indices {
        scene.nodes[number].lines[line].at = scene.nodes[number].lines[line].at + offset
      }
      if let box = scene.nodes[number].imageBox { scene.nodes[number].imageBox = (box.origin + offset, box.side) }
    }
    for number in scene.edges.indices {
      scene.edges[number].curve = scene.edges[number].curve.map { $0 + offset }
      scene.edges[number].arrow = scene.edges[number].arrow.map { $0 + offset }
      if let label = scene.edges[number].label { scene.edges[number].label!.at = label.at + offset }
    }
    return scene
  }
}
