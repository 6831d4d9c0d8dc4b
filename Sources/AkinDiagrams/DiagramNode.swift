/// One node of a picture.
public struct DiagramNode: Sendable, Equatable {
  /// Identifies the node in this diagram; never shown as text. Any string.
  public var key: String
  /// Shown to people: wrapped, and shortened with an ellipsis when it is long. Any Unicode text.
  public var label: String
  /// A second line in smaller type, such as "38 visits"; empty for none.
  public var detail: String
  /// Position in `Diagram.kinds`.
  public var kind: Int
  public var role: DiagramRole
  /// Where the node stands in a picture of columns, from left to right (layout `dot` alone). `nil`: where its edges lead.
  public var column: Int?
  /// Shown on hover in SVG; `nil` shows the whole label and detail.
  public var tooltip: String?

  public init(
    key: String, label: String, detail: String = "", kind: Int, role: DiagramRole, column: Int? = nil,
    tooltip: String? = nil
  ) {
    self.key = key
    self.label = label
    self.detail = detail
    self.kind = kind
    self.role = role
    self.column = column
    self.tooltip = tooltip
  }
}

/// What a node does in the picture; decides its emphasis.
public enum DiagramRole: String, Sendable, CaseIterable {
  /// What the question was about: dark, bold, large.
  case source
  /// What leads from the sources to the answer: small and white.
  case connector
  /// The answer: lightly filled.
  case related
}
