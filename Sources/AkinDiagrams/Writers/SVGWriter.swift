/// Writes a scene as SVG 1.1: one group for each edge and each node, hover texts as `<title>`, nothing that needs a network
/// but what the caller asked for.
enum SVGWriter {
  static func text(of scene: Scene) -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element(of: scene)
  }

  /// The `<svg>` element alone, for a page.
  static func element(of scene: Scene, id: String = "akin") -> String {
    var writer = Writer()
    let (width, height) = (number(scene.width), number(scene.height))
    writer.line(
      """
      <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" \
      aria-labelledby="\(id)-title \(id)-desc" width="\(width)pt" height="\(height)pt" viewBox="0 0 \(width) \(height)" \
      font-family="\(xmlEscaped(Typesetter.families))">
      """)
    writer.line("<title id=\"\(id)-title\">\(xmlEscaped(scene.title))</title>")
    writer.line("<desc id=\"\(id)-desc\">\(xmlEscaped(scene.description))</desc>")
    writer.line("<rect class=\"ground\" width=\"\(width)\" height=\"\(height)\" fill=\"\(scene.theme.ground)\"/>")
    if !scene.heading.isEmpty || !scene.legend.isEmpty {
      writer.line("<g class=\"heading\">")
      for line in scene.heading { writer.text(line) }
      for figure in scene.legend { writer.legend(figure) }
      writer.line("</g>")
    }
    for (number, edge) in scene.edges.enumerated() { writer.edge(edge, number) }
    // On top of all lines, so that none strikes a label through.
    for edge in scene.edges where edge.label != nil { writer.label(of: edge) }
    for (number, node) in scene.nodes.enumerated() { writer.node(node, number) }
    writer.line("</svg>")
    return writer.result
  }

  private static func number(_ value: Double) -> String { Writer.number(value) }

  private struct Writer {
    var result = ""

    mutating func line(_ text: String) {
      result += text
      result += "\n"
    }

    /// Up to two decimals.
    static func number(_ value: Double) -> String {
      var text = DotText.number(value)[...]
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
      return text.isEmpty ? "0" : String(text)
    }

    private func point(_ point: Point) -> String { "\(Self.number(point.x)),\(Self.number(point.y))" }

    mutating func text(_ line: TextLine) {
      var attributes =
        "x=\"\(Self.number(line.at.x))\" y=\"\(Self.number(line.at.y))\" font-size=\"\(Self.number(line.size))\""
      if line.isCentered { attributes += " text-anchor=\"middle\"" }
      if line.isBold { attributes += " font-weight=\"bold\"" }
      // With another font than ours a label would leave its outline: its width is part of the picture.
      attributes +=
        " textLength=\"\(Self.number(line.width))\" lengthAdjust=\"spacingAndGlyphs\" fill=\"\(line.color)\""
      self.line("<text \(attributes)>\(xmlEscaped(line.text))</text>")
    }

    mutating func legend(_ figure: LegendFigure) {
      if let chip = figure.chip {
        let style = chip.style
        line(
          """
          <rect x="\(Self.number(chip.origin.x))" y="\(Self.number(chip.origin.y))" width="\(Self.number(chip.size.width))" \
          height="\(Self.number(chip.size.height))" rx="\(style.shape == .ellipse ? Self.number(chip.size.height / 2) : "3")" fill="\(style.fill)" \
          stroke="\(style.outline)"\(dashes(style.isDashed))/>
          """)
      }
      for stroke in figure.strokes {
        line(
          """
          <path d="M\(point(stroke.from))L\(point(stroke.to))" stroke="\(stroke.color)" \
          stroke-width="\(Self.number(stroke.width))"/>
          """)
      }
      text(figure.text)
    }

    private func dashes(_ isDashed: Bool) -> String { isDashed ? " stroke-dasharray=\"4,3\"" : "" }

    mutating func edge(_ edge: EdgeFigure, _ number: Int) {
      line("<g class=\"edge\" id=\"edge\(number)\">")
      line("<title>\(xmlEscaped(edge.tooltip))</title>")
      var path = "M\(point(edge.curve[0]))"
      for start in stride(from: 1, to: edge.curve.count - 2, by: 3) {
        path += "C\(point(edge.curve[start])) \(point(edge.curve[start + 1])) \(point(edge.curve[start + 2]))"
      }
      line(
        """
        <path fill="none" stroke="\(edge.color)" stroke-width="\(Self.number(edge.width))"\(dashes(edge.isDashed)) \
        d="\(path)"/>
        """)
      if !edge.arrow.isEmpty {
        line("<polygon fill=\"\(edge.color)\" points=\"\(edge.arrow.map { point($0) }.joined(separator: " "))\"/>")
      }
      line("</g>")
    }

    mutating func label(of edge: EdgeFigure) {
      guard let label = edge.label else { return }
      if let ground = edge.labelGround {
        line(
          """
          <rect x="\(Self.number(label.left - 2))" y="\(Self.number(label.at.y - label.size))" \
          width="\(Self.number(label.width + 4))" height="\(Self.number(label.size * 1.3))" fill="\(ground)" \
          fill-opacity="0.85"/>
          """)
      }
      text(label)
    }

    mutating func node(_ figure: NodeFigure, _ number: Int) {
      line("<g class=\"node\" data-role=\"\(figure.node.role.rawValue)\" id=\"node\(number)\">")
      line("<title>\(xmlEscaped(figure.tooltip))</title>")
      if let link = figure.link { line("<a xlink:href=\"\(xmlEscaped(link))\" target=\"_blank\">") }
      outline(figure)
      if let box = figure.imageBox, let address = address(of: figure.image) {
        line(
          """
          <image x="\(Self.number(box.origin.x))" y="\(Self.number(box.origin.y))" width="\(Self.number(box.side))" \
          height="\(Self.number(box.side))" preserveAspectRatio="xMidYMid meet" xlink:href="\(xmlEscaped(address))"/>
          """)
      }
      for line in figure.lines { text(line) }
      if figure.link != nil { line("</a>") }
      line("</g>")
    }

    private func address(of image: NodeImage?) -> String? {
      switch image {
      case .png(let bytes): "data:image/png;base64," + base64(bytes)
      case .jpeg(let bytes): "data:image/jpeg;base64," + base64(bytes)
      case .remote(let address): address
      case nil: nil
      }
    }

    private mutating func outline(_ figure: NodeFigure) {
      let style = figure.style
      var paint = "fill=\"\(style.fill)\" stroke=\"\(style.outline)\"\(dashes(style.isDashed))"
      if style.lineWidth != 1 { paint += " stroke-width=\"\(Self.number(style.lineWidth))\"" }
      let (center, size) = (figure.center, figure.size)
      switch style.shape {
      case .roundedBox:
        line(
          """
          <rect x="\(Self.number(center.x - size.width / 2))" y="\(Self.number(center.y - size.height / 2))" \
          width="\(Self.number(size.width))" height="\(Self.number(size.height))" rx="5" \(paint)/>
          """)
      case .ellipse:
        line(
          """
          <ellipse cx="\(Self.number(center.x))" cy="\(Self.number(center.y))" rx="\(Self.number(size.width / 2))" \
          ry="\(Self.number(size.height / 2))" \(paint)/>
          """)
      case .hexagon, .parallelogram, .diamond:
        line("<polygon points=\"\(figure.outline.corners.map { point($0) }.joined(separator: " "))\" \(paint)/>")
      }
    }
  }
}
