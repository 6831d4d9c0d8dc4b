import AkinGraph
import AkinParallel
import AkinRanking
import Glibc

/// Counters of one thread over `Pixie`, and the walk of one query.
final class PixieSession: RankingSession {
  private let pixie: Pixie
  private let outward: Adjacency
  private let inward: Adjacency
  /// Visits of one source, by candidate; zero outside a query.
  private var visits: [UInt32]
  /// Σ √visits over the sources so far, by candidate; zero outside a query.
  private var roots: [Double]
  /// Candidates with a root above zero, in order of first visit.
  private var touched: [UInt32] = []

  init(_ pixie: Pixie) {
    self.pixie = pixie
    outward = pixie.snapshot.adjacency(pixie.hop)
    inward = pixie.snapshot.adjacency(Hop(relation: pixie.hop.relation, direction: pixie.hop.direction.opposite))
    visits = [UInt32](repeating: 0, count: outward.nodeCount)
    roots = [Double](repeating: 0, count: outward.nodeCount)
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
    let boosted = roots[Int(index)] * roots[Int(index)] / Double(pixie.options.steps)
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
      for start in try pixie.starts(for: query) {
        let blocks = try pixie.blocks(of: start, seed: query.seed, recordConnectors: false)
        var visited: [UInt32] = []
        for block in blocks {
          walked += block.steps
          for index in block.candidates {
            if visits[Int(index)] == 0 { visited.append(index) }
            visits[Int(index)] += 1
          }
        }
        for index in visited {
          if roots[Int(index)] == 0 { touched.append(index) }
          roots[Int(index)] += Double(visits[Int(index)]).squareRoot()
          visits[Int(index)] = 0
        }
      }
    } catch {
      clear()
      throw error
    }
    return .walk(steps: walked, budget: pixie.options.steps)
  }

  private func clear() {
    for index in touched { roots[Int(index)] = 0 }
    touched.removeAll(keepingCapacity: true)
  }
}
