public import AkinParallel

/// How alike two nodes are, from the connectors that they share: a small value, one per measure.
///
/// For a pair (i, j) every shared connector u adds a term to a sum, and the sum becomes a score once:
///
///     score( ⊕_u add(x_iu · weight(u), x_ju), overlap, i, j )
///
/// where x is an edge's number as `value` transforms it and overlap is how many connectors are shared. A new measure
/// says what differs from the defaults. Pairs with a score of zero or below are not neighbours of each other.
public protocol SimilarityMeasure: Sendable {
  /// What is added up over the shared connectors of a pair: `Double`, unless a measure needs more.
  associatedtype Sum: PairSum

  /// What the measure asks about nodes and connectors besides the degrees of nodes.
  var needs: MeasureNeeds { get }
  /// Whether edges may have numbers below zero.
  var acceptsNegativeValues: Bool { get }
  /// What the measure comes to where all edges are alike, if that is a matter of counting; `nil` by default.
  var whenBinary: (any CountMeasure)? { get }
  /// Whether the measure is the cosine of the numbers as they are, which has a faster way where these are whole multiples
  /// of one unit; false by default.
  var isPlainCosine: Bool { get }

  /// x: the number of an edge as the measure sees it; the number itself by default.
  func value(_ number: Double, node: NodeTotals, connector: NodeTotals, in population: Population) -> Double
  /// How much a shared connector matters; 1 by default.
  func weight(of connector: NodeTotals, in population: Population) -> Double
  /// What a shared connector adds.
  func add(_ left: EdgeTerm, _ right: EdgeTerm, to sum: inout Sum)
  /// How much of the score of a pair a shared connector holds, relative to the pair's other ones; what it adds to the sum
  /// by default. Explanations split a score in this proportion.
  ///
  /// - Parameters:
  ///   - sum: over all shared connectors.
  func share(_ left: EdgeTerm, _ right: EdgeTerm, of sum: Sum, overlap: Int) -> Double
  /// - Parameter overlap: the number of shared connectors, at least 1.
  func score(_ sum: Sum, overlap: Int, left: NodeProfile, right: NodeProfile, in population: Population) -> Double

  /// Provided for all measures, as is `product`; requirements so that each has loops of its own, compiled for its type.
  func rows(over relation: MeasuredRelation) -> SimilarityRows
  /// The `k` best neighbours of every node, by a whole product whose factors are laid out beforehand.
  func product(over relation: MeasuredRelation, k: Int, share: RowShare, execution: Execution) throws -> NeighborTable
}

extension SimilarityMeasure {
  public var needs: MeasureNeeds { [] }
  public var acceptsNegativeValues: Bool { false }
  public var whenBinary: (any CountMeasure)? { nil }
  public var isPlainCosine: Bool { false }
  public func value(_ number: Double, node: NodeTotals, connector: NodeTotals, in population: Population) -> Double {
    number
  }
  public func weight(of connector: NodeTotals, in population: Population) -> Double { 1 }
}

extension SimilarityMeasure where Sum == Double {
  public func share(_ left: EdgeTerm, _ right: EdgeTerm, of sum: Double, overlap: Int) -> Double {
    var share = 0.0
    add(left, right, to: &share)
    return share
  }
  public func add(_ left: EdgeTerm, _ right: EdgeTerm, to sum: inout Double) { sum += left.value * right.value }
}

/// A measure of the overlap and the two degrees alone. All pairs of such a measure are compared much faster.
///
/// Where it is above zero, `score` must not fall as the overlap grows, nor rise with the degree of `right`.
public protocol CountMeasure: SimilarityMeasure where Sum == NoSum {
  /// Whether `score` is the same to the last bit with `left` and `right` exchanged, and does not rise with either; false
  /// by default. Each pair is counted once then.
  var isSymmetric: Bool { get }

  /// The score of a pair from how many connectors it shares (at least 1) and how many each side has.
  func score(overlap: Int, left: Int, right: Int, in population: Population) -> Double

  /// Provided for all measures; a requirement so that each has loops of its own, compiled for its type.
  func neighbors(over relation: MeasuredRelation, k: Int, share: RowShare, execution: Execution) throws -> NeighborTable
}

extension CountMeasure {
  public var whenBinary: (any CountMeasure)? { self }
  public var isSymmetric: Bool { false }
  public func add(_ left: EdgeTerm, _ right: EdgeTerm, to sum: inout NoSum) {}
  /// All alike: such a measure does not tell one shared connector from another.
  public func share(_ left: EdgeTerm, _ right: EdgeTerm, of sum: NoSum, overlap: Int) -> Double { 1 }
  public func score(_ sum: NoSum, overlap: Int, left: NodeProfile, right: NodeProfile, in population: Population)
    -> Double
  { score(overlap: overlap, left: left.degree, right: right.degree, in: population) }
}

/// What is added up over the shared connectors of a pair.
public protocol PairSum: Sendable {
  /// The sum over no connector.
  static var zero: Self { get }
}

extension Double: PairSum {}

/// The sum of measures that only count.
public struct NoSum: PairSum {
  /// There is nothing to add up.
  public static let zero = NoSum()
}

/// What a measure asks about nodes and connectors besides the degrees of nodes. What it does not name, its scores do not
/// depend on: stored rows are kept as long as what they need is unchanged.
public struct MeasureNeeds: OptionSet, Sendable {
  /// One bit a need.
  public let rawValue: Int
  /// For bits of the constants below only.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// `NodeTotals.sum` of connectors.
  public static let connectorSums = MeasureNeeds(rawValue: 1)
  /// `NodeTotals.sum` of nodes.
  public static let nodeSums = MeasureNeeds(rawValue: 2)
  /// `NodeProfile.sum` and `squares`.
  public static let profiles = MeasureNeeds(rawValue: 4)
  /// `EdgeTerm.time`.
  public static let times = MeasureNeeds(rawValue: 8)
  /// `Population.meanSum`.
  public static let meanSum = MeasureNeeds(rawValue: 16)
  /// `value` is not the number itself.
  public static let transform = MeasureNeeds(rawValue: 32)
  /// Degrees of connectors, in `value` or `weight`.
  public static let connectors = MeasureNeeds(rawValue: 64)
  /// `Population.nodes` or `connectors`.
  public static let counts = MeasureNeeds(rawValue: 128)
}

/// Degree and sum of the numbers of one node's edges, as they are in the graph.
public struct NodeTotals: Sendable, Equatable {
  /// Distinct neighbours.
  public var degree: Int
  /// The degree where edges are binary; 0 where the measure does not need it.
  public var sum: Double

  /// Mean of the numbers of the node's edges; 0 without edges, and where the measure does not need sums.
  public var mean: Double { degree == 0 ? 0 : sum / Double(degree) }
}

/// One side of a pair: its edges' numbers as the measure transforms them.
public struct NodeProfile: Sendable, Equatable {
  /// Distinct neighbours.
  public var degree: Int
  /// Σ x over all edges of the node; 0 where the measure does not need it.
  public var sum = 0.0
  /// Σ x² over all edges of the node; 0 where the measure does not need it.
  public var squares = 0.0
}

/// One edge of a shared connector.
public struct EdgeTerm: Sendable, Equatable {
  /// x: the number of the edge as the measure transforms it.
  public var value: Double
  /// Seconds since 1970; NaN where unknown or not asked for.
  public var time = Double.nan
}

/// What the pairs are taken from.
public struct Population: Sendable, Equatable {
  /// Nodes of the type that is compared.
  public var nodes: Int
  /// Nodes of the type that connects them.
  public var connectors: Int
  /// Mean of the nodes' sums of edge numbers; 0 where the measure does not need it.
  public var meanSum = 0.0
}
