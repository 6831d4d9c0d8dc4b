/// A session that can say where a score came from.
public protocol ExplainingSession: RankingSession {
  /// The parts of the score of `node` for `query`; `nil` where `scores(of:for:)` gives `nil`.
  ///
  /// The score is the one that `rank` and `scores` give, to the bit. Of its parts the `limit` largest are named, and what
  /// the others hold is the remainder, so that `explanation.total` is the score to 1e-9 of its size.
  ///
  /// - Parameter limit: at least 1. Memory is bounded by it where a method can find its largest parts without all of them.
  func explanation(of node: NodeID, for query: Query, limit: Int) throws -> Explanation?
}

/// Why a node has its score: how much came from which source by which way.
public struct Explanation: Sendable, Equatable {
  /// The node that is explained, a candidate of the query.
  public var node: NodeID
  /// On the scale of the list.
  public var score: Double
  /// By descending amount; equal amounts by source, then by way. Each pair of source and way once.
  public var parts: [ScorePart]
  /// What the parts leave out: ways beyond the limit, and what belongs to no single way, such as the mean of all ratings.
  public var remainder: Double
  /// What each source contributes by all its ways together, those beyond the limit included; by descending amount, equal
  /// amounts by source. They leave out of the score what belongs to no source.
  public var sources: [SourceAmount]

  /// `parts` are in descending order of amount; parts and `remainder` add up to `score`, up to rounding.
  public init(
    node: NodeID, score: Double, parts: [ScorePart], remainder: Double, sources: [SourceAmount] = []
  ) {
    self.node = node
    self.score = score
    self.parts = parts
    self.remainder = remainder
    self.sources = sources
  }

  /// Parts and remainder together: the score, up to rounding.
  public var total: Double { parts.reduce(remainder) { $0 + $1.amount } }
}

/// What one source contributes by one way.
public struct ScorePart: Sendable, Equatable {
  /// The source of the query that the amount comes from.
  public var source: NodeID
  /// The nodes between source and explained node, in this order: the user who has both, the tag of both. Walks and other
  /// methods that go far name the last node alone, which then need not touch the source. Empty where
  /// a method knows the source alone, as a dot product of embeddings does.
  public var way: [NodeID]
  /// On the scale of the score. Negative where it speaks against the node.
  public var amount: Double

  /// An empty `way` where the method knows the source alone; `amount` is finite, of any sign.
  public init(source: NodeID, way: [NodeID], amount: Double) {
    self.source = source
    self.way = way
    self.amount = amount
  }
}

/// What one source contributes, by whatever ways.
public struct SourceAmount: Sendable, Equatable {
  /// A source of the query.
  public var source: NodeID
  /// On the scale of the score. Negative where it speaks against the node.
  public var amount: Double

  /// `amount` is finite, of any sign.
  public init(source: NodeID, amount: Double) {
    self.source = source
    self.amount = amount
  }
}
