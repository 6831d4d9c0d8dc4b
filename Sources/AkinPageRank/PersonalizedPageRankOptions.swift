/// Parameters of ranked lists by personalized PageRank.
public struct PersonalizedPageRankOptions: Sendable, Equatable {
  /// Probability of following an edge rather than restarting; in 0..<1.
  public var damping = 0.85
  /// Whether edges count by their weight; otherwise all edges of a hop count alike.
  public var usesWeights = true
  /// Most edges to follow for a query, ≥ 0, heeded to within a few thousand; 0 for as many as the proof takes. A pass over
  /// the whole graph reads its edges in order and counts for a sixteenth of them.
  public var edges = 350_000
  /// Most time to spend on a query, ≥ 0; 0 for no limit. The answer then depends on the machine, and says how far it came.
  public var milliseconds = 0.0
  /// Whether all scores are found to within `tolerance` as an L1 error, in passes over the whole graph that many queries
  /// share, instead of searching near the sources. `edges` and `milliseconds` then limit nothing.
  public var isExact = false
  /// Without a limit, the search ends when the k best are proven, or when the L1 error of all scores is at most this.
  public var tolerance = 1e-10
  /// The popularity dial β ≥ 0: scores are divided by (popularity + `hubSmoothing`)^β. At 0 they are PageRank itself.
  public var hubExponent = 0.0
  /// Added to a popularity before it is penalised, ≥ 0.
  public var hubSmoothing = 10.0
  /// What popularity is.
  public var hubMeasure = HubMeasure.degree

  /// What the popularity of a candidate is measured by.
  public enum HubMeasure: String, Sendable, CaseIterable {
    /// Edges that lead to the candidate.
    case degree
    /// The candidate's PageRank with every node as a source, as a share of that of all candidates, times the edges that
    /// lead to candidates: on the scale of degrees, but an edge from where surfers often are counts for more. Costs a
    /// solution of the whole graph when the method is made.
    case rank
  }

  static let passDiscount = 16

  /// PageRank itself with damping 0.85, within 350,000 edges a query.
  public init() {}

  func check() {
    precondition(damping >= 0 && damping < 1, "damping must be in 0..<1, found \(damping)")
    precondition(edges >= 0, "edges must not be negative, found \(edges)")
    precondition(milliseconds >= 0, "milliseconds must not be negative, found \(milliseconds)")
    precondition(tolerance > 0, "tolerance must be above 0, found \(tolerance)")
    precondition(hubExponent >= 0, "hubExponent must not be negative, found \(hubExponent)")
    precondition(hubSmoothing >= 0, "hubSmoothing must not be negative, found \(hubSmoothing)")
  }
}
