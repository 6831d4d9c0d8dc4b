import CGraphviz
import Synchronization

/// Turns diagrams into pictures with the Graphviz libraries, in this process.
///
/// Graphviz keeps its state in globals: renders wait for each other behind one lock of the process. A render holds its
/// thread until it is done and cannot be stopped; the bounds of `DiagramLayout` keep that to seconds. Graphviz 2.43
/// leaks about 70 bytes for every line of text that it draws.
public enum GraphvizRenderer {
  /// The bytes of a picture; equal diagrams give equal bytes on machines with the same Graphviz and fonts.
  ///
  /// PNG and PDF show the characters that the installed fonts have; an SVG leaves that to its reader.
  ///
  /// - Parameter resolution: dots per inch of PNG, 24...600; the other formats have none.
  /// - Throws: `DiagramError.tooLarge` above the bounds of the layout, before any work (never for `.dot`, which is not
  ///   laid out); `DiagramError.graphviz` with Graphviz's own words.
  public static func render(
    _ diagram: Diagram, as format: ImageFormat, resolution: Int = 192
  ) throws(DiagramError) -> [UInt8] {
    precondition(
      (24...600).contains(resolution), "resolution must be from 24 to 600 dots per inch, found \(resolution)")
    let text = DotWriter.text(of: diagram)
    if format == .dot { return Array(text.utf8) }
    let layout = diagram.layout
    guard diagram.nodes.count <= layout.maximumNodeCount, diagram.edges.count <= layout.maximumEdgeCount else {
      throw .tooLarge(layout, nodeCount: diagram.nodes.count, edgeCount: diagram.edges.count)
    }
    let bytes = try render(dot: text, layout: layout, as: format, resolution: resolution)
    return switch format {
    case .svg: SVGTidying.tidied(bytes, describing: diagram)
    case .pdf: PDFTidying.withoutDate(bytes)
    case .png, .dot: bytes
    }
  }

  /// One context for the life of the process: each new one would leak some kilobytes of plugin tables.
  private static let engine = Mutex(Engine())
  /// What Graphviz reported during the render that holds `engine`.
  private static let messages = Mutex<[String]>([])

  /// - Parameter dot: trusted text, since DOT can name files to read.
  static func render(
    dot: String, layout: DiagramLayout, as format: ImageFormat, resolution: Int
  ) throws(DiagramError) -> [UInt8] {
    let outcome: Result<[UInt8], DiagramError> = engine.withLock { engine in
      messages.withLock { $0 = [] }
      let previous = unsafe agseterrf { message in
        if let message = unsafe message {
          let text = unsafe String(cString: message)
          GraphvizRenderer.messages.withLock { $0.append(text) }
        }
        return 0
      }
      defer { unsafe agseterrf(previous) }
      _ = agreseterrors()
      let bytes = engine.drawn(dot, layout: layout, as: format, resolution: resolution)
      let hasFailed = agreseterrors() >= Int32(AGERR.rawValue)
      if let bytes, !hasFailed { return .success(bytes) }
      return .failure(.graphviz(joined(messages.withLock { $0 })))
    }
    return try outcome.get()
  }

  /// Graphviz reports in pieces ("Error: ", "syntax error in line 3"): one line of them.
  private static func joined(_ pieces: [String]) -> String {
    let text = cleaned(pieces.joined())
    return text.isEmpty ? "it gave no reason" : text
  }
}

/// The Graphviz context, made at the first render. Safe: the pointer never leaves and lives as long as the process.
@safe private struct Engine {
  private var context: OpaquePointer?

  /// `nil` when a step failed; Graphviz then has said why.
  mutating func drawn(_ dot: String, layout: DiagramLayout, as format: ImageFormat, resolution: Int) -> [UInt8]? {
    if unsafe context == nil { unsafe context = gvContext() }
    guard let graph = unsafe agmemread(dot) else { return nil }
    defer { unsafe agclose(graph) }
    if format == .png { unsafe akin_set_graph_attribute(graph, "dpi", String(resolution)) }
    guard unsafe gvLayout(context, graph, layout.rawValue) == 0 else { return nil }
    defer { unsafe gvFreeLayout(context, graph) }
    var data: UnsafeMutablePointer<CChar>?
    var length: UInt32 = 0
    guard unsafe gvRenderData(context, graph, format.rawValue, &data, &length) == 0, let data = unsafe data else {
      return nil
    }
    defer { unsafe gvFreeRenderData(data) }
    return unsafe Array(UnsafeRawBufferPointer(start: data, count: Int(length)))
  }
}
