/// Who places the nodes: the layout programs of Graphviz.
public enum DiagramLayout: String, Sendable, CaseIterable {
  /// Layers, from left to right; the one for columns.
  case dot
  /// Springs; for small pictures without columns.
  case neato
  /// Springs, coarse to fine; for large ones.
  case sfdp
  /// Rings around the source.
  case twopi
  case fdp
  /// One circle.
  case circo

  /// The largest picture that is laid out; above it, time runs away (`circo` takes 10 s for 120 nodes and 300 edges).
  public var maximumNodeCount: Int {
    switch self {
    case .circo: 80
    case .dot: 200
    case .neato, .fdp, .twopi: 300
    case .sfdp: 1000
    }
  }

  public var maximumEdgeCount: Int {
    switch self {
    case .circo: 160
    case .dot: 400
    case .neato, .fdp, .twopi: 900
    case .sfdp: 3000
    }
  }

  /// `dot` for columns, `neato` for what it can lay out, `sfdp` for what is larger.
  public static func suggested(nodeCount: Int, edgeCount: Int, hasColumns: Bool) -> DiagramLayout {
    if hasColumns { return .dot }
    let neato = DiagramLayout.neato
    return nodeCount <= neato.maximumNodeCount && edgeCount <= neato.maximumEdgeCount ? neato : .sfdp
  }
}
