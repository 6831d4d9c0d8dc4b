/// Turns diagrams into pictures.
///
/// Graphviz places the nodes; everything else, from the width of a text to the bytes of a format, is done here, so that
/// all formats show the same. Any thread may render: layouts and typesetting wait for each other.
public enum DiagramRenderer {
  /// Begins in the background what every first picture of a process waits for: reading what fonts there are. Whoever has
  /// other work before drawing calls it first.
  public static func prepare() { Typesetter.prepare() }

  /// The bytes of a picture; equal diagrams give equal bytes on machines with the same Graphviz and fonts.
  ///
  /// PNG and PDF show the characters that the installed fonts have; an SVG leaves that to its reader.
  ///
  /// - Parameters:
  ///   - resolution: dots per inch of PNG, 24...600; the other formats have none.
  ///   - runner: where Graphviz works. A layout that takes too long gives way to the next simpler one, which a note says.
  /// - Throws: `DiagramError.tooLarge` above the bounds of the layout, before any work (never for `.dot` and
  ///   `.mermaid`, which are not laid out); `DiagramError.graphviz` with Graphviz's own words; `DiagramError.timedOut`
  ///   when no layout was done in time; `DiagramError.tooManyPixels`.
  public static func render(
    _ diagram: Diagram, as format: ImageFormat, style: DiagramStyle = DiagramStyle(), resolution: Int = 192,
    runner: any LayoutRunner = GraphvizLayout()
  ) throws(DiagramError) -> Picture {
    precondition(
      (24...600).contains(resolution), "resolution must be from 24 to 600 dots per inch, found \(resolution)")
    switch format {
    case .dot: return Picture(DotWriter.text(of: diagram, style: style))
    case .mermaid: return Picture(MermaidWriter.text(of: diagram, style: style))
    default: break
    }
    let layout = diagram.layout
    guard layout.admits(nodeCount: diagram.nodes.count, edgeCount: diagram.edges.count) else {
      throw .tooLarge(layout, nodeCount: diagram.nodes.count, edgeCount: diagram.edges.count)
    }
    let (scene, notes) = try placed(diagram, style: style, runner: runner)
    var picture =
      switch format {
      case .svg: Picture(SVGWriter.text(of: scene))
      case .html: Picture(HTMLWriter.text(of: scene, diagram: diagram))
      case .json: Picture(JSONWriter.text(of: scene, diagram: diagram))
      case .graphml: Picture(GraphMLWriter.text(of: scene, diagram: diagram))
      case .png: try CairoPainter.png(of: scene, resolution: resolution)
      case .pdf: try CairoPainter.pdf(of: scene)
      case .dot, .mermaid: preconditionFailure("\(format) needs no places")
      }
    picture.notes = notes + picture.notes
    return picture
  }

  /// - Throws: `DiagramError`.
  static func placed(
    _ diagram: Diagram, style: DiagramStyle, runner: any LayoutRunner
  ) throws(DiagramError) -> (scene: Scene, notes: [String]) {
    var diagram = diagram
    var notes: [String] = []
    while true {
      do throws(DiagramError) {
        return (try SceneBuilder(diagram: diagram, style: style).scene(runner: runner), notes)
      } catch {
        guard case .timedOut = error, let simpler = diagram.layout.simpler,
          simpler.admits(nodeCount: diagram.nodes.count, edgeCount: diagram.edges.count)
        else { throw error }
        notes.append("\(error); \(simpler.rawValue) takes its place")
        diagram = diagram.laidOut(by: simpler)
      }
    }
  }
}

/// The bytes of a picture, and what its reader should know.
public struct Picture: Sendable, Equatable {
  /// The file as it is to be written: text in UTF-8, or PNG or PDF.
  public var bytes: [UInt8]
  /// What was done otherwise than asked, in sentences without a full stop.
  public var notes: [String] = []

  init(_ text: String) { bytes = Array(text.utf8) }
  init(bytes: [UInt8]) { self.bytes = bytes }
}
