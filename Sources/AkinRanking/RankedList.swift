/// The answer to a query: best first.
public struct RankedList: Sendable, Equatable {
  /// By descending score; equal scores by ascending node index. Each node once.
  public var items: [RankedNode]
  /// Why there are fewer items than asked for; `nil` when there are not.
  public var shortfall: Shortfall?
  /// What it took, in the method's own units.
  public var effort: Effort

  /// `items` must be in order already, each node once.
  public init(items: [RankedNode], shortfall: Shortfall? = nil, effort: Effort) {
    self.items = items
    self.shortfall = shortfall
    self.effort = effort
  }
}

/// One item of a list: a node and what it scored.
public struct RankedNode: Sendable, Equatable {
  /// The candidate.
  public var node: NodeID
  /// Higher is better; comparable within one list only.
  public var score: Double

  /// `score` is not NaN.
  public init(node: NodeID, score: Double) {
    self.node = node
    self.score = score
  }
}

/// Why a list is shorter than asked.
public enum Shortfall: Sendable, Equatable {
  /// No source has an edge to follow.
  case isolatedSources
  /// The method has nothing to go by for any source: no vector, or one of zeros.
  case unknownSources
  /// The method reached only this many nodes besides those that the filter removed.
  case reachedOnly(Int, filtered: Int)
}

/// How a method came to its answer.
public enum Effort: Sendable, Equatable {
  /// Steps walked out of a budget; fewer than the budget when the walk was stopped early or nowhere to go.
  case walk(steps: Int, budget: Int)
  /// Candidates looked at, none of them in more than one step.
  case scan(candidates: Int)
  /// Edges that count against the budget, and passes over the whole graph; a bound on the L1 error of all scores, and
  /// what is proven of the list.
  case search(edges: Int, passes: Int, errorBound: Double, proof: RankProof)
  /// Computed in full, from this many edges followed.
  case exact(edges: Int)
}

/// What is proven of a list whose scores are known within bounds. Never more than the bounds give.
public struct RankProof: Sendable, Equatable {
  /// Items of the list that certainly are among the truly best ones, as many as the list was to hold.
  public var certainMembers: Int
  /// Items of the list that certainly have their true rank.
  public var certainRanks: Int

  /// Both are counts of items, at most the length of the list; 0 claims nothing.
  public init(certainMembers: Int, certainRanks: Int) {
    self.certainMembers = certainMembers
    self.certainRanks = certainRanks
  }
}
