import CPango

/// Draws a scene into a PNG or a PDF.
enum CairoPainter {
  /// Cairo's bound on the width and the height of an image.
  static let mostPixels = 32_767

  static func png(of scene: Scene, resolution: Int) throws(DiagramError) -> Picture {
    let scale = Double(resolution) / 72
    let (width, height) = (Int((scene.width * scale).rounded(.up)), Int((scene.height * scale).rounded(.up)))
    guard width <= mostPixels, height <= mostPixels else {
      throw .tooManyPixels(width: width, height: height, resolution: resolution)
    }
    let surface = unsafe cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    defer { unsafe cairo_surface_destroy(surface) }
    try unsafe paint(scene, on: surface, scale: scale)
    var picture = Picture(bytes: try unsafe PNGWriter.bytes(of: surface, resolution: resolution))
    picture.notes = notes(scene, "PNG")
    return picture
  }

  static func pdf(of scene: Scene) throws(DiagramError) -> Picture {
    let sink = Sink()
    // Safe: the sink lives until the surface is finished, after which nothing is written.
    let surface = unsafe cairo_pdf_surface_create_for_stream(
      Sink.write, Unmanaged.passUnretained(sink).toOpaque(), scene.width, scene.height)
    defer { unsafe cairo_surface_destroy(surface) }
    unsafe cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, scene.title)
    // The time of the render would make each PDF another one.
    unsafe cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "1970-01-01T00:00:00Z")
    try unsafe paint(scene, on: surface, scale: 1)
    unsafe cairo_surface_finish(surface)
    try unsafe check(cairo_surface_status(surface))
    var picture = Picture(bytes: sink.bytes)
    picture.notes = notes(scene, "PDF")
    withExtendedLifetime(sink) {}
    return picture
  }

  /// Where Cairo writes to.
  private final class Sink {
    var bytes: [UInt8] = []

    static let write: cairo_write_func_t = { closure, data, length in
      guard let closure = unsafe closure else { return CAIRO_STATUS_WRITE_ERROR }
      let sink = unsafe Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue()
      unsafe sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
      return CAIRO_STATUS_SUCCESS
    }
  }

  private static func notes(_ scene: Scene, _ format: String) -> [String] {
    let missing = scene.nodes.count { if case .remote = $0.image { true } else { false } }
    return missing == 0
      ? []
      : [
        "\(missing == 1 ? "1 image is" : "\(missing) images are") left out of the \(format), addresses that SVG and HTML show"
      ]
  }

  private static func check(_ status: cairo_status_t) throws(DiagramError) {
    guard status == CAIRO_STATUS_SUCCESS else {
      throw .cairo(unsafe String(cString: cairo_status_to_string(status)))
    }
  }

  /// - Parameter scale: device units in a point.
  @unsafe private static func paint(
    _ scene: Scene, on surface: OpaquePointer?, scale: Double
  ) throws(DiagramError) {
    try unsafe check(cairo_surface_status(surface))
    guard let cairo = unsafe cairo_create(surface) else { return }
    defer { unsafe cairo_destroy(cairo) }
    let brush = unsafe Brush(cairo: cairo)
    unsafe cairo_scale(cairo, scale, scale)
    brush.color(scene.theme.ground)
    unsafe cairo_paint(cairo)
    for line in scene.heading { brush.text(line) }
    for figure in scene.legend { brush.legend(figure) }
    for edge in scene.edges { brush.edge(edge) }
    for edge in scene.edges { brush.label(of: edge) }
    for node in scene.nodes { brush.node(node) }
    try unsafe check(cairo_status(cairo))
  }
}

/// Draws figures into a Cairo context. Safe: lives inside `paint`, which keeps the context alive.
@safe private struct Brush {
  private let cairo: OpaquePointer

  @unsafe init(cairo: OpaquePointer) { unsafe self.cairo = unsafe cairo }

  func color(_ text: String, opacity: Double = 1) {
    let channels = (Color(text) ?? Color("#000000")!).channels
    unsafe cairo_set_source_rgba(cairo, channels[0], channels[1], channels[2], opacity)
  }

  func text(_ line: TextLine) {
    color(line.color)
    unsafe Typesetter.draw(
      Typesetter.Line(text: line.text, size: line.size, isBold: line.isBold), in: cairo, at: Point(line.left, line.at.y)
    )
  }

  private func dash(_ isDashed: Bool) {
    let dashes = isDashed ? [4.0, 3.0] : []
    unsafe cairo_set_dash(cairo, dashes, Int32(dashes.count), 0)
  }

  private func stroke(_ paint: String, width: Double, isDashed: Bool = false) {
    color(paint)
    dash(isDashed)
    unsafe cairo_set_line_width(cairo, width)
    unsafe cairo_stroke(cairo)
  }

  private func polygon(_ points: [Point]) {
    guard let first = points.first else { return }
    unsafe cairo_move_to(cairo, first.x, first.y)
    for point in points.dropFirst() { unsafe cairo_line_to(cairo, point.x, point.y) }
    unsafe cairo_close_path(cairo)
  }

  private func roundedBox(_ origin: Point, _ size: Size, radius: Double) {
    let (r, right, bottom) = (min(radius, size.height / 2), origin.x + size.width, origin.y + size.height)
    unsafe cairo_new_sub_path(cairo)
    unsafe cairo_arc(cairo, right - r, origin.y + r, r, -.pi / 2, 0)
    unsafe cairo_arc(cairo, right - r, bottom - r, r, 0, .pi / 2)
    unsafe cairo_arc(cairo, origin.x + r, bottom - r, r, .pi / 2, .pi)
    unsafe cairo_arc(cairo, origin.x + r, origin.y + r, r, .pi, 1.5 * .pi)
    unsafe cairo_close_path(cairo)
  }

  private func fillAndStroke(_ style: NodeStyle) {
    color(style.fill)
    unsafe cairo_fill_preserve(cairo)
    if style.lineWidth > 0 {
      stroke(style.outline, width: style.lineWidth, isDashed: style.isDashed)
    } else {
      unsafe cairo_new_path(cairo)
    }
  }

  func legend(_ figure: LegendFigure) {
    if let chip = figure.chip {
      roundedBox(chip.origin, chip.size, radius: chip.style.shape == .ellipse ? chip.size.height / 2 : 3)
      fillAndStroke(chip.style)
    }
    for line in figure.strokes {
      unsafe cairo_move_to(cairo, line.from.x, line.from.y)
      unsafe cairo_line_to(cairo, line.to.x, line.to.y)
      stroke(line.color, width: line.width)
    }
    text(figure.text)
  }

  func edge(_ edge: EdgeFigure) {
    unsafe cairo_move_to(cairo, edge.curve[0].x, edge.curve[0].y)
    for start in stride(from: 1, to: edge.curve.count - 2, by: 3) {
      let (a, b, c) = (edge.curve[start], edge.curve[start + 1], edge.curve[start + 2])
      unsafe cairo_curve_to(cairo, a.x, a.y, b.x, b.y, c.x, c.y)
    }
    stroke(edge.color, width: edge.width, isDashed: edge.isDashed)
    guard !edge.arrow.isEmpty else { return }
    polygon(edge.arrow)
    color(edge.color)
    unsafe cairo_fill(cairo)
  }

  func label(of edge: EdgeFigure) {
    guard let label = edge.label else { return }
    if let ground = edge.labelGround {
      color(ground, opacity: 0.85)
      unsafe cairo_rectangle(cairo, label.left - 2, label.at.y - label.size, label.width + 4, label.size * 1.3)
      unsafe cairo_fill(cairo)
    }
    text(label)
  }

  func node(_ figure: NodeFigure) {
    let (center, size) = (figure.center, figure.size)
    switch figure.style.shape {
    case .roundedBox: roundedBox(center - Point(size.width / 2, size.height / 2), size, radius: 5)
    case .ellipse:
      unsafe cairo_save(cairo)
      unsafe cairo_translate(cairo, center.x, center.y)
      unsafe cairo_scale(cairo, size.width / 2, size.height / 2)
      unsafe cairo_new_sub_path(cairo)
      unsafe cairo_arc(cairo, 0, 0, 1, 0, 2 * .pi)
      unsafe cairo_restore(cairo)
    case .hexagon, .parallelogram, .diamond: polygon(figure.outline.corners)
    }
    fillAndStroke(figure.style)
    if let face = figure.image, let box = figure.imageBox { image(face, at: box.origin, side: box.side) }
    for line in figure.lines { text(line) }
  }

  /// Fitted into a square; an image that cannot be read leaves it empty.
  private func image(_ image: NodeImage, at origin: Point, side: Double) {
    guard let face = FaceSurface(image) else { return }
    let scale = side / max(face.width, face.height)
    unsafe cairo_save(cairo)
    unsafe cairo_translate(
      cairo, origin.x + (side - face.width * scale) / 2, origin.y + (side - face.height * scale) / 2)
    unsafe cairo_scale(cairo, scale, scale)
    unsafe face.withSurface { unsafe cairo_set_source_surface(cairo, $0, 0, 0) }
    unsafe cairo_paint(cairo)
    unsafe cairo_restore(cairo)
  }
}
