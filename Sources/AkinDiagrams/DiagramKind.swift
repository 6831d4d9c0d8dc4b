/// A node type as the legend names it and the picture shapes it.
public struct DiagramKind: Sendable, Equatable {
  /// As the legend has it; by it `DiagramStyle.types` finds the kind.
  public var name: String
  /// `nil` takes the shape that belongs to the kind's position.
  public var shape: DiagramShape?

  /// Without a `shape`, the kind gets that of its position.
  public init(_ name: String, shape: DiagramShape? = nil) {
    self.name = name
    self.shape = shape
  }
}

/// The outlines in use: few, so that they are told apart at a glance and without colour.
public enum DiagramShape: String, Sendable, CaseIterable {
  /// Fits long titles best.
  case roundedBox
  case ellipse
  case hexagon
  case parallelogram
  /// For short labels: it grows to twice the width of its text.
  case diamond
}
