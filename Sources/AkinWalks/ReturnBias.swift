import AkinParallel
import AkinRanking

/// node2vec's second-order bias: from t over v, neighbour x of v is kept with a probability in proportion to
///
///     1/p   if x = t
///     1     if an edge leads from t to x
///     1/q   otherwise
///
/// by rejection against the largest of the three, so that no table for pairs of edges is needed. The first hop of a walk
/// has no t and is drawn as it is. Between two types, as from item to user to item, t and x are of one type with no edge
/// between them, and only p against q matters.
///
/// Source: Grover & Leskovec, "node2vec: scalable feature learning for networks", KDD 2016, doi:10.1145/2939672.2939754;
/// rejection as in Zhou et al., "KnightKing", SOSP 2019, doi:10.1145/3341301.3359634.
struct ReturnBias: StepRule {
  private let tables: StepTables
  /// Acceptances of going back, of staying near, of going on.
  private let back: Double
  private let near: Double
  private let onward: Double
  /// What is kept whatever it is.
  private let least: Double
  /// By state of t and state of x: the ways by which t may have an edge to x.
  private let joins: [[[Int]]]

  /// - Parameters:
  ///   - p: return parameter, above 0.
  ///   - q: in-out parameter, above 0.
  init(p: Double, q: Double, tables: StepTables) {
    self.tables = tables
    let largest = max(1 / p, 1, 1 / q)
    back = 1 / p / largest
    near = 1 / largest
    onward = 1 / q / largest
    least = min(back, near, onward)
    let states = tables.path.states
    joins = tables.states.map { from in
      states.map { to in
        (Int(from.first)..<Int(from.first + from.count)).filter { way in
          states[unsafe Int(tables.ways[way].next)].type == to.type
        }
      }
    }
  }

  @inline(__always)
  func keeps(_ walker: inout Walker, degree: Int) -> Bool {
    if walker.hops == 0 { return true }
    let draw = walker.random.drawUnit()
    // Most draws are decided without asking whether t and x are neighbours.
    return draw < least || draw < acceptance(of: walker.node, by: walker)
  }

  func acceptance(of node: UInt32, by walker: Walker) -> Double {
    if walker.hops == 0 { return 1 }
    let states = tables.states
    let isBack =
      node == walker.earlier
      && states[Int(walker.earlierState)].type == states[Int(walker.state)].type
    if isBack { return back }
    if near == onward { return near }
    for way in joins[Int(walker.earlierState)][Int(walker.state)]
    where tables.hasEdge(way: way, from: walker.earlier, to: node) {
      return near
    }
    return onward
  }
}
