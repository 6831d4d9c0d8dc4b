/// How a walker chooses among the edges of a node: a small value over the one loop of `StepTables.walk`.
///
/// The loop draws an edge, each alike or by `EdgeDraws`, and goes to look at the node at its end. There the rule keeps or
/// refuses it; refused, the walker draws again from the node it came from. That makes the probability of neighbour x
///
///     P(x) ∝ draw(x) · acceptance(x)
///
/// without a table for every query or every pair of edges. What the rule needs of a node is asked of memory together
/// with the node's row. A rule that is exact is asked again and again; after `StepRule.patience` refusals in a row
/// the loop weighs the whole row by `acceptance`, so that a step costs at most a pass over the row. The mixture of both
/// has the same distribution.
protocol StepRule: Sendable {
  /// Whether the node that the walker looks at is kept.
  ///
  /// - Parameter degree: of that node, by the way that the walker would leave it.
  func keeps(_ walker: inout Walker, degree: Int) -> Bool

  /// The walker was put at its source, without a draw.
  func placed(_ walker: inout Walker, degree: Int)

  /// How readily `node` is kept, in 0...1, by a walker that looks at it: `walker.previous` is where it is drawn from.
  func acceptance(of node: UInt32, by walker: Walker) -> Double

  /// Asks for the memory that `keeps` will read.
  func prefetch(for walker: Walker)

  /// Whether refusals are to be made good by weighing the row.
  var isExact: Bool { get }

  /// Whether the rule asks anything at all: of one that does not, nothing is called and nothing is remembered for it.
  static var looks: Bool { get }

  /// The same in the words of the kernels; `nil` where they have none.
  var plain: PlainRule? { get }
}

extension StepRule {
  /// Refusals in a row after which the whole row is weighed.
  static var patience: UInt16 { 32 }

  @inline(__always) func placed(_ walker: inout Walker, degree: Int) {}
  @inline(__always) func prefetch(for walker: Walker) {}
  var isExact: Bool { true }
  static var looks: Bool { true }
  var plain: PlainRule? { nil }
}

/// Every draw is kept.
struct AnyEdge: StepRule {
  static var looks: Bool { false }
  var plain: PlainRule? { PlainRule() }
  @inline(__always) func keeps(_ walker: inout Walker, degree: Int) -> Bool { true }
  @inline(__always) func acceptance(of node: UInt32, by walker: Walker) -> Double { 1 }
}

/// Two rules at once: the product of their acceptances.
struct Both<First: StepRule, Second: StepRule>: StepRule {
  var first: First
  var second: Second

  @inline(__always) func keeps(_ walker: inout Walker, degree: Int) -> Bool {
    first.keeps(&walker, degree: degree) && second.keeps(&walker, degree: degree)
  }
  @inline(__always) func acceptance(of node: UInt32, by walker: Walker) -> Double {
    first.acceptance(of: node, by: walker) * second.acceptance(of: node, by: walker)
  }
  @inline(__always) func prefetch(for walker: Walker) {
    first.prefetch(for: walker)
    second.prefetch(for: walker)
  }
  @inline(__always) func placed(_ walker: inout Walker, degree: Int) {
    first.placed(&walker, degree: degree)
    second.placed(&walker, degree: degree)
  }
  var isExact: Bool { first.isExact && second.isExact }
}
