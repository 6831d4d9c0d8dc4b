import AkinGraph
import AkinParallel
import AkinRanking
import Glibc

/// Counters of one thread over `Pixie`, and the walk of one query.
final class PixieSession: RankingSession {
  private let pixie: Pixie
  private let outward: Adjacency
  /// Counted visits of one source, by candidate; zero outside a query.
  private var visits: [Double]
  /// Sum of the squares of what was counted into `visits`.
  private var squares: [Double]
  /// Σ √visits over the sources so far, by candidate; zero outside a query.
  private var roots: [Double]
  /// Variance of `roots`, by the delta method: a quarter of squares over visits, summed over the sources.
  private var variances: [Double]
  /// Candidates with a root above zero, in order of first visit.
  private var touched: [UInt32] = []

  init(_ pixie: Pixie) {
    self.pixie = pixie
    outward = pixie.snapshot.adjacency(pixie.hop)
    visits = [Double](repeating: 0, count: outward.nodeCount)
    squares = visits
    roots = visits
    variances = visits
  }

  func rank(_ query: Query, k: Int) throws -> RankedList {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    let effort = try walk(query)
    defer { clear() }
    var top = TopK(min(k, touched.count))
    var admitted = 0
    for index in touched where query.candidates.admits(index) {
      admitted += 1
      top.offer(index, score: try score(of: index))
    }
    let items = top.ranked(type: pixie.candidateType)
    var shortfall: Shortfall?
    if items.count < k {
      shortfall =
        touched.isEmpty ? .isolatedSources : .reachedOnly(admitted, filtered: touched.count - admitted)
    }
    return RankedList(items: items, shortfall: shortfall, effort: effort)
  }

  func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] {
    _ = try walk(query)
    defer { clear() }
    return try nodes.map { node in
      guard node.type == pixie.candidateType, Int(node.index) < roots.count, roots[Int(node.index)] > 0,
        query.candidates.admits(node.index)
      else { return nil }
      return try score(of: node.index)
    }
  }

  private func score(of index: UInt32) throws(GraphError) -> Double {
    let root = roots[Int(index)]
    let relativeError = variances[Int(index)].squareRoot() / root
    let certain = root / (1 + pixie.options.caution * relativeError)
    let boosted = certain * certain / Double(pixie.options.steps)
    guard pixie.options.hubExponent > 0 else { return boosted }
    let degree = Double(try outward.degree(of: index))
    return boosted / pow(degree + pixie.options.hubSmoothing, pixie.options.hubExponent)
  }

  /// Fills `roots` and `touched`.
  private func walk(_ query: Query) throws -> Effort {
    guard query.candidates.type == pixie.candidateType else {
      throw WalkError.candidateTypeMismatch(
        found: pixie.snapshot.schema.name(of: query.candidates.type),
        expected: pixie.snapshot.schema.name(of: pixie.candidateType))
    }
    var walked = 0
    do {
      let starts = try pixie.starts(for: query)
      let preference = try pixie.preference(for: starts)
      for start in starts {
        let blocks = try pixie.blocks(of: start, preference: preference, seed: query.seed)
        var visited: [UInt32] = []
        for block in blocks {
          walked += block.steps
          for (step, index) in block.candidates.enumerated() {
            if visits[Int(index)] == 0 { visited.append(index) }
            let worth = block.worths.isEmpty ? 1 : block.worths[step]
            visits[Int(index)] += worth
            squares[Int(index)] += worth * worth
          }
        }
        for index in visited {
          if roots[Int(index)] == 0 { touched.append(index) }
          roots[Int(index)] += visits[Int(index)].squareRoot()
          variances[Int(index)] += squares[Int(index)] / visits[Int(index)] / 4
          visits[Int(index)] = 0
          squares[Int(index)] = 0
        }
      }
    } catch {
      clear()
      throw error
    }
    return .walk(steps: walked, budget: pixie.options.steps)
  }

  private func clear() {
    for index in touched {
      roots[Int(index)] = 0
      variances[Int(index)] = 0
    }
    touched.removeAll(keepingCapacity: true)
  }
}
