public import AkinGraph
public import AkinRanking
import AkinParallel
import CAkinKernels
import Glibc

/// How readily walks go to each node of one type: a draw of node x is kept with probability factor(x) / max factor, so
/// that P(x) ∝ draw(x) · factor(x). Nodes of factor 0 are never gone to.
///
/// It may change from query to query, since nothing but this column depends on it.
public struct NodeBias: Sendable {
  /// The type of the nodes that are preferred or avoided.
  public let type: NodeTypeID
  /// One a node of the type; not negative, finite, one at least above 0.
  public let factors: Column<Float>

  /// - Precondition: factors as described.
  public init(type: NodeTypeID, factors: Column<Float>) {
    var largest: Float = 0
    for position in 0..<factors.count {
      let factor = factors[position]
      precondition(factor >= 0 && factor.isFinite, "factor \(position) must be a finite number ≥ 0, found \(factor)")
      largest = max(largest, factor)
    }
    precondition(factors.isEmpty || largest > 0, "one factor at least must be above 0")
    self.type = type
    self.factors = factors
  }

  /// Nodes of one category count 1 and all others `others`: walks stay in a language, or nearly.
  ///
  /// Source: the biased walk of Pixie, Eksombatchai et al., WWW 2018, arXiv:1711.07601, which draws from the matching part
  /// of a row with a probability of its own.
  ///
  /// - Parameter categories: one a node of the type.
  /// - Precondition: a node has the category, or `others` is above 0.
  public init(type: NodeTypeID, preferring category: UInt32, of categories: Column<UInt32>, others: Float) {
    self.init(
      type: type, factors: Column((0..<categories.count).map { categories[$0] == category ? 1 : others }))
  }

  /// Hubs are gone to less: factor(x) = max(1, degree(x))^(−exponent), the degree counted in `hop`, which leads to x's
  /// type.
  ///
  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(nodes of the type).
  public init(against exponent: Double, degreesIn hop: Hop, of snapshot: Snapshot) throws(GraphError) {
    precondition(exponent >= 0 && exponent.isFinite, "the exponent must be a finite number ≥ 0, found \(exponent)")
    let adjacency = snapshot.adjacency(hop.reversed)
    var factors: [Float] = []
    factors.reserveCapacity(adjacency.nodeCount)
    for node in 0..<UInt32(adjacency.nodeCount) {
      factors.append(Float(pow(Double(max(1, try adjacency.degree(of: node))), -exponent)))
    }
    type = snapshot.destination(of: hop)
    self.factors = Column(factors)
  }
}

/// The rule of biases: one factor a node, at most 1, of the types that have any.
@safe
struct NodePreference: StepRule, @unchecked Sendable {
  // Safe to share: nothing is written after `init`, and `keepers` holds what `factors` points to.
  private let factors: [UnsafePointer<Float>?]
  private let keepers: [Column<Float>]

  /// Biases of the same type are multiplied.
  init(_ biases: [NodeBias], along path: WalkPath, in snapshot: Snapshot) {
    var keepers: [Column<Float>] = []
    var byType: [NodeTypeID: Column<Float>] = [:]
    for type in Set(biases.map(\.type)).sorted() {
      let own = biases.filter { $0.type == type }
      let count = snapshot.table(of: type).count
      for bias in own {
        precondition(bias.factors.count == count, "\(bias.factors.count) factors for \(count) nodes")
      }
      var products = (0..<count).map { node in own.reduce(1) { $0 * Double($1.factors[node]) } }
      let largest = products.max() ?? 1
      if largest > 0 { for node in products.indices { products[node] /= largest } }
      let column = Column(products.map { Float($0) })
      keepers.append(column)
      byType[type] = column
    }
    unsafe factors = path.states.map { unsafe byType[$0.type]?.start }
    self.keepers = keepers
  }

  @inline(__always)
  func keeps(_ walker: inout Walker, degree: Int) -> Bool {
    guard let factors = unsafe factors[Int(walker.state)] else { return true }
    // Safe: the node is one of the type of its state, and there is a factor for each.
    let factor = unsafe factors[Int(walker.node)]
    return factor >= 1 || walker.random.drawUnit() < Double(factor)
  }

  func acceptance(of node: UInt32, by walker: Walker) -> Double {
    unsafe factors[Int(walker.state)].map { unsafe Double($0[Int(node)]) } ?? 1
  }

  @inline(__always)
  func prefetch(for walker: Walker) {
    if let factors = unsafe factors[Int(walker.state)] { unsafe akin_prefetch(factors + Int(walker.node)) }
  }
}
