/// Who places the nodes: the layout programs of Graphviz, and `flow` and `rings`, which are ours.
public enum DiagramLayout: String, Sendable, CaseIterable {
  /// Layers, from left to right; the one for columns.
  case dot
  /// Springs; for small pictures without columns.
  case neato
  /// Springs, coarse to fine; for large ones.
  case sfdp
  /// Rings around the source.
  case twopi
  /// Ribbons between columns, as wide as what flows; every node needs a column. See `FlowLayout`.
  case flow
  /// Rings around one source: what leads to the answer inside, the answer outside. See `RingLayout`.
  case rings

  /// The largest picture that is laid out; above it, time runs away.
  public var maximumNodeCount: Int {
    switch self {
    case .dot, .flow: 200
    case .neato, .twopi, .rings: 300
    case .sfdp: 1000
    }
  }

  /// The most edges that are laid out.
  public var maximumEdgeCount: Int {
    switch self {
    case .dot, .flow: 400
    case .neato, .twopi, .rings: 900
    case .sfdp: 3000
    }
  }

  /// Whether Graphviz leads the lines too: with layers they are part of the layout. Elsewhere it places nodes alone.
  var leadsLines: Bool { self == .dot || self == .flow }

  func admits(nodeCount: Int, edgeCount: Int) -> Bool {
    nodeCount <= maximumNodeCount && edgeCount <= maximumEdgeCount
  }

  /// The layout to try when this one took too long; `nil` when nothing is simpler.
  public var simpler: DiagramLayout? {
    switch self {
    case .dot, .neato: .twopi
    case .twopi: .sfdp
    case .sfdp, .flow, .rings: nil
    }
  }

  /// `dot` for columns, `neato` for what it lays out well and in no time, `sfdp` for what is larger.
  public static func suggested(nodeCount: Int, edgeCount: Int, hasColumns: Bool) -> DiagramLayout {
    if hasColumns { return .dot }
    return nodeCount <= 100 && edgeCount <= 400 ? .neato : .sfdp
  }
}
