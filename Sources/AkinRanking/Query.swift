/// A question to a recommendation method: which nodes of one type belong with these sources?
///
/// Every method answers the same query; a method's own parameters live in the method.
public struct Query: Sendable, Equatable {
  /// Where the question starts; not empty, each node once.
  public let sources: [WeightedSource]
  /// Which nodes may be in the answer, and of which type they are.
  public let candidates: CandidateFilter
  /// Seed of the random generator. Methods without randomness ignore it.
  public var seed: UInt64

  /// Sources given twice are merged and their weights added; order of first appearance is kept.
  public init(sources: [WeightedSource], candidates: CandidateFilter, seed: UInt64 = 0) {
    precondition(!sources.isEmpty, "a query needs at least one source")
    var position: [NodeID: Int] = [:]
    var merged: [WeightedSource] = []
    for source in sources {
      if let known = position[source.node] {
        merged[known] = WeightedSource(source.node, weight: merged[known].weight + source.weight)
      } else {
        position[source.node] = merged.count
        merged.append(source)
      }
    }
    self.sources = merged
    self.candidates = candidates
    self.seed = seed
  }
}

/// A node to start from, and how much it counts.
public struct WeightedSource: Sendable, Equatable {
  /// The node, of any type that the method can start from.
  public let node: NodeID
  /// Share of the query that this source stands for, relative to the others; positive and finite.
  public let weight: Double

  /// `weight` is positive and finite; only its ratio to the other sources' weights matters.
  public init(_ node: NodeID, weight: Double = 1) {
    precondition(weight > 0 && weight.isFinite, "the weight of a source must be positive and finite, found \(weight)")
    self.node = node
    self.weight = weight
  }
}

/// Which nodes may appear in an answer. Methods apply it while they rank, so that a list is full whenever it can be.
public struct CandidateFilter: Sendable, Equatable {
  /// Answers are of this type.
  public var type: NodeTypeID
  /// Nodes that must not appear: the sources themselves, what the user has seen, what a rule forbids.
  public var excluded: NodeSet
  /// When given, only these may appear.
  public var allowed: NodeSet?

  /// By default every node of `type` may appear. A node that is both allowed and excluded is excluded.
  public init(type: NodeTypeID, excluded: NodeSet = NodeSet(), allowed: NodeSet? = nil) {
    self.type = type
    self.excluded = excluded
    self.allowed = allowed
  }

  /// Whether the node of this index, of the filter's type, may appear: allowed and not excluded.
  ///
  /// - Complexity: O(log of the sets' sizes).
  public func admits(_ index: UInt32) -> Bool {
    !excluded.contains(index) && (allowed?.contains(index) ?? true)
  }
}
