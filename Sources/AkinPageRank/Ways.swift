public import AkinGraph

/// Which edges the surfer of PageRank may follow, and how much each kind of edge counts.
///
/// The surfer moves between *layers*, each a copy of one node type. From a node of a layer every edge that leads on is
/// taken with a probability in proportion to its own weight times the weight of its hop.
public enum Ways: Sendable, Equatable {
  /// One relation there and back, from candidates to what connects them: two layers, even where the relation joins a
  /// type to itself. Scores of the first layer are those of candidates.
  case thereAndBack(Hop)
  /// These hops in turn, again and again: one layer a hop. The last hop must end on the type where the first begins.
  case metapath([Hop])
  /// Any of these hops at any time: one layer a node type.
  case hops([WeightedHop])

  /// Every relation of a graph in both directions.
  ///
  /// - Parameter weights: by name of a relation, 1 where absent; a relation of weight 0 is not followed.
  public static func wholeGraph(_ schema: Schema, weights: [String: Double] = [:]) -> Ways {
    .hops(
      schema.relations.indices.flatMap { number in
        let weight = weights[schema.relations[number].name] ?? 1
        return weight == 0
          ? []
          : Direction.allCases.map { WeightedHop(Hop(relation: number, direction: $0), weight: weight) }
      })
  }
}

/// A hop, and how much its edges count beside those of other hops.
public struct WeightedHop: Sendable, Equatable {
  /// The relation, and the direction in which it is followed.
  public var hop: Hop
  /// Multiplies the weight of every edge of the hop; positive and finite.
  public var weight: Double

  /// `weight` is positive and finite.
  public init(_ hop: Hop, weight: Double = 1) {
    self.hop = hop
    self.weight = weight
  }
}
