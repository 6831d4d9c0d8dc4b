/// What all measures have in common.
public struct NeighborOptions: Sendable, Equatable {
  /// Which number of an edge is compared.
  public var numbers = EdgeNumbers.weights
  /// Scores are multiplied by n / (n + `shrinkage`), n the overlap, so that few shared connectors prove little; ≥ 0.
  public var shrinkage = 0.0
  /// Pairs that share fewer connectors are no neighbours; at least 1.
  public var minOverlap = 1
  /// Scores are multiplied by min(n, `significance`) / `significance`: from that overlap on they count in full. At
  /// least 1, where it changes nothing.
  ///
  /// Source: Herlocker, Konstan, Borchers & Riedl, "An algorithmic framework for performing collaborative filtering",
  /// SIGIR 1999, doi:10.1145/312624.312682.
  public var significance = 1
  /// Connectors with more neighbours than this are passed over, which bounds the work of hubs; `nil` for no limit.
  /// Degrees and norms still count all edges.
  public var connectorLimit: Int?

  /// Weights are compared, every overlap counts, and nothing is passed over.
  public init() {}

  /// The factor that an overlap puts on a score, in 0...1 and never falling as the overlap grows.
  func factor(overlap: Int) -> Double {
    guard shrinkage > 0 || significance > 1 else { return 1 }
    let overlap = Double(overlap)
    return overlap / (overlap + shrinkage) * (min(overlap, Double(significance)) / Double(significance))
  }

  /// Whether all pairs count as they are, whatever they share.
  var keepsScores: Bool { connectorLimit == nil && minOverlap == 1 && shrinkage == 0 && significance == 1 }

  func check() {
    precondition(shrinkage >= 0 && shrinkage.isFinite, "shrinkage must be at least 0 and finite, found \(shrinkage)")
    precondition(minOverlap >= 1, "minOverlap must be at least 1, found \(minOverlap)")
    precondition(significance >= 1, "significance must be at least 1, found \(significance)")
    precondition(connectorLimit.map { $0 >= 1 } ?? true, "connectorLimit must be at least 1, found \(connectorLimit!)")
  }
}

/// The number of an edge that measures work with.
public enum EdgeNumbers: Sendable, Equatable {
  /// 1 for every edge.
  case binary
  /// The weight, above zero; 1 where the relation has none.
  case weights
  /// The rating, of any sign; the weight where the relation has none.
  case values
}
