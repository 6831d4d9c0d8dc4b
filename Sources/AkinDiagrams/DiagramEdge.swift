/// One line of a picture.
public struct DiagramEdge: Sendable, Equatable {
  /// Keys of the two nodes.
  public var from: String
  /// Key of the node at the other end, where the arrowhead is.
  public var to: String
  /// 0...1: strong edges are drawn wider and darker. In the layout `flow` this is the share of the widest ribbon.
  public var weight: Double
  /// Draws an arrowhead at `to`.
  public var isDirected: Bool
  /// Shown beside the line; empty for none.
  public var label: String
  /// Shown on hover in SVG; `nil` shows the labels of the two nodes.
  public var tooltip: String?
  /// Its colour.
  public var tone: DiagramTone

  /// `from` and `to` are keys of nodes; `weight` is in 0...1. `Diagram` checks both.
  public init(
    from: String, to: String, weight: Double = 0.5, isDirected: Bool = false, label: String = "",
    tooltip: String? = nil, tone: DiagramTone = .plain
  ) {
    self.from = from
    self.to = to
    self.weight = weight
    self.isDirected = isDirected
    self.label = label
    self.tooltip = tooltip
    self.tone = tone
  }
}

/// The colour of a line.
public enum DiagramTone: Sendable, Equatable {
  case plain
  /// A hue of the palette: flows of different origin are told apart by it.
  case hue(Int)
  /// What speaks against; drawn broken.
  case against
  /// What is not drawn in detail; drawn broken and pale.
  case rest
}
