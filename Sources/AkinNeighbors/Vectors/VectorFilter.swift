public import AkinRanking

/// Which vectors may be found. Applied while an index searches, so that a list is full whenever it can be.
public struct VectorFilter: Sendable {
  /// When given, only these.
  public var allowed: NodeSet?
  /// When given, only those that it admits: asked for the row of the query and a position, from any thread, in any
  /// order, and not for all.
  public var admits: (@Sendable (_ query: Int, _ position: UInt32) -> Bool)?

  /// By default everything is admitted; where both are given, both must admit.
  public init(allowed: NodeSet? = nil, admits: (@Sendable (Int, UInt32) -> Bool)? = nil) {
    self.allowed = allowed
    self.admits = admits
  }

  /// Admits everything.
  public static let all = VectorFilter()

  /// Not these.
  public static func without(_ excluded: NodeSet) -> VectorFilter {
    VectorFilter { !excluded.contains($1) }
  }

  func isAdmitted(_ position: UInt32, query: Int) -> Bool {
    (allowed?.contains(position) ?? true) && (admits?(query, position) ?? true)
  }

  /// Whether everything is admitted.
  var isOpen: Bool { allowed == nil && admits == nil }
}
