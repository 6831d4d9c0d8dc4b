import CGraphviz
import Glibc
import Synchronization

/// Places nodes with the Graphviz libraries, in this process.
///
/// Graphviz keeps its state in globals: layouts wait for each other behind one lock of the process. One holds its thread
/// until it is done and cannot be stopped; the bounds of `DiagramLayout` keep that to seconds.
///
/// Places are the same at each run, to the last bit: the generator of the C library, which some layouts draw from without
/// setting it, is set before each, and nothing is asked of Graphviz whose sums run in the order of addresses.
public struct GraphvizLayout: LayoutRunner {
  /// Costs nothing; Graphviz is set up at the first layout of the process.
  public init() {}

  /// One context for the life of the process: each new one would leak some kilobytes of plugin tables.
  private static let engine = Mutex(Engine())
  /// What Graphviz reported during the layout that holds `engine`.
  private static let messages = Mutex<[String]>([])

  public func place(_ request: LayoutRequest) throws(DiagramError) -> Placement {
    try Self.run { $0.placed(request) }
  }

  /// Whether Graphviz can read `dot`: the names of its nodes and the number of its edges.
  static func outline(of dot: String) throws(DiagramError) -> (nodes: [String], edgeCount: Int) {
    try run { $0.outline(of: dot) }
  }

  private static func run<Value: Sendable>(
    _ body: sending (inout Engine) -> Value?
  ) throws(DiagramError) -> Value {
    let outcome: Result<Value, DiagramError> = engine.withLock { engine in
      messages.withLock { $0 = [] }
      let previous = unsafe agseterrf { message in
        if let message = unsafe message {
          let text = unsafe String(cString: message)
          GraphvizLayout.messages.withLock { $0.append(text) }
        }
        return 0
      }
      defer { unsafe agseterrf(previous) }
      _ = agreseterrors()
      let value = body(&engine)
      let hasFailed = agreseterrors() >= Int32(AGERR.rawValue)
      if let value, !hasFailed { return .success(value) }
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

/// The Graphviz context, made at the first layout. Safe: the pointer never leaves and lives as long as the process.
@safe private struct Engine {
  private var context: OpaquePointer?

  /// `nil` when a step failed; Graphviz then has said why.
  mutating func placed(_ request: LayoutRequest) -> Placement? {
    if unsafe context == nil { unsafe context = gvContext() }
    srand(1)
    srand48(1)
    guard let graph = unsafe agmemread(request.dot) else { return nil }
    defer { unsafe agclose(graph) }
    guard unsafe gvLayout(context, graph, request.layout.rawValue) == 0 else { return nil }
    defer { unsafe gvFreeLayout(context, graph) }
    var placement = Placement(nodes: [], edges: [], labels: [])
    var nodes: [UnsafeMutablePointer<Agnode_t>] = unsafe []
    for number in 0..<request.nodeCount {
      guard let node = unsafe akin_node(graph, "n\(number)") else { return nil }
      unsafe nodes.append(node)
      placement.nodes.append(unsafe Point(akin_node_x(node), -akin_node_y(node)))
    }
    for (number, ends) in request.edges.enumerated() {
      guard let edge = unsafe akin_edge(graph, nodes[ends.tail], nodes[ends.head], "e\(number)") else { return nil }
      var points: [Point] = []
      for spline in 0..<(unsafe akin_spline_count(edge)) {
        for point in 0..<(unsafe akin_point_count(edge, spline)) {
          points.append(
            unsafe Point(akin_point_x(edge, spline, point), -akin_point_y(edge, spline, point)))
        }
      }
      placement.edges.append(points)
      placement.labels.append(
        unsafe akin_has_label(edge) == 0 ? nil : Point(akin_label_x(edge), -akin_label_y(edge)))
    }
    // Nothing is drawn at a place that is no number.
    guard (placement.nodes + placement.edges.joined()).allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
      return nil
    }
    return placement
  }

  mutating func outline(of dot: String) -> (nodes: [String], edgeCount: Int)? {
    guard let graph = unsafe agmemread(dot) else { return nil }
    defer { unsafe agclose(graph) }
    var names: [String] = []
    var node = unsafe agfstnode(graph)
    while let current = unsafe node {
      names.append(unsafe String(cString: agnameof(current)))
      unsafe node = agnxtnode(graph, current)
    }
    return (names, Int(unsafe agnedges(graph)))
  }
}
