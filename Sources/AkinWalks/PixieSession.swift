import AkinGraph
import AkinParallel
import AkinRanking
import Glibc

/// Counters of one thread over `Pixie`, and the walk of one query.
final class PixieSession: RankingSession {
  private let pixie: Pixie
  private let outward: Adjacency
  private var counts: VisitCounts

  init(_ pixie: Pixie) {
    self.pixie = pixie
    outward = pixie.snapshot.adjacency(pixie.hop)
    counts = VisitCounts(candidateCount: outward.nodeCount)
  }

  func rank(_ query: Query, k: Int) throws -> RankedList {
    precondition(k >= 1, "k must be at least 1, found \(k)")
    let effort = try walk(query)
    defer { counts.clear() }
    var top = TopK(min(k, counts.touched.count))
    var admitted = 0
    for index in counts.touched where query.candidates.admits(index) {
      admitted += 1
      top.offer(index, score: try score(of: index))
    }
    let items = top.ranked(type: pixie.candidateType)
    var shortfall: Shortfall?
    if items.count < k {
      shortfall =
        counts.touched.isEmpty
        ? .isolatedSources : .reachedOnly(admitted, filtered: counts.touched.count - admitted)
    }
    return RankedList(items: items, shortfall: shortfall, effort: effort)
  }

  func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] {
    _ = try walk(query)
    defer { counts.clear() }
    return try nodes.map { node in
      guard node.type == pixie.candidateType, counts.isTouched(node.index), query.candidates.admits(node.index) else {
        return nil
      }
      return try score(of: node.index)
    }
  }

  private func score(of index: UInt32) throws(GraphError) -> Double {
    let certain = counts.root(of: index, caution: pixie.options.caution)
    let boosted = certain * certain / Double(pixie.options.steps)
    guard pixie.options.hubExponent > 0 else { return boosted }
    let degree = Double(try outward.degree(of: index))
    return boosted / pow(degree + pixie.options.hubSmoothing, pixie.options.hubExponent)
  }

  /// Fills `counts`.
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
        try pixie.walk(start, preference: preference, seed: query.seed) { block in
          walked += block.steps
          counts.add(block)
        }
        counts.finishSource()
      }
    } catch {
      counts.clear()
      throw error
    }
    return .walk(steps: walked, budget: pixie.options.steps)
  }
}
