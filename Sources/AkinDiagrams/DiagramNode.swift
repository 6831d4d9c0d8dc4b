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
  /// What the node does in the picture.
  public var role: DiagramRole
  /// Where the node stands in a picture of columns, from left to right (layouts `dot` and `flow` alone). `nil`: where
  /// its edges lead.
  public var column: Int?
  /// Shown on hover in SVG; `nil` shows the whole label and detail.
  public var tooltip: String?
  /// The caller's own id, for links and for other programs; `nil` where the node stands for nobody in particular.
  public var id: String?
  /// The community that the node belongs to: takes the place of the kind in the choice of colour.
  public var community: Int?
  /// How large the node is drawn beside others of its role; 1 for as usual, from 0.5 to 2.
  public var emphasis: Double

  /// `key` is unique in the diagram, `kind` a position in its kinds; `emphasis` is in 0.5...2.
  public init(
    key: String, label: String, detail: String = "", kind: Int, role: DiagramRole, column: Int? = nil,
    tooltip: String? = nil, id: String? = nil, community: Int? = nil, emphasis: Double = 1
  ) {
    self.key = key
    self.label = label
    self.detail = detail
    self.kind = kind
    self.role = role
    self.column = column
    self.tooltip = tooltip
    self.id = id
    self.community = community
    self.emphasis = min(2, max(0.5, emphasis))
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
  /// In the second of two lists and not in the first: like an answer, with a heavy outline.
  case entered
  /// In the first of two lists and not in the second: like an answer, pale with a broken outline.
  case left
  /// What was left out, such as "+ 214 more": pale, without emphasis.
  case more

  /// How the legend calls it.
  var name: String { self == .more ? "not drawn" : rawValue }
}
