import AkinGraph
import AkinRanking

extension MethodDefinition {
  /// Popularity within the categories of the sources.
  static let categoryPopular = MethodDefinition(
    name: "popular-in-category", summary: "most popular in the categories of the sources", parameters: [],
    make: { context in
      let categories = try context.snapshot.categoryRelation(for: context.hop)
      return CategoryPopular(
        snapshot: context.snapshot, hop: context.hop, categories: categories,
        info: context.info(of: "popular-in-category"))
    })
}

extension Snapshot {
  /// The relation that says what category a candidate is in: the first from the candidates' type to a third type.
  func categoryRelation(for hop: Hop) throws(EngineError) -> Int {
    let candidates = origin(of: hop)
    let ends = [candidates, destination(of: hop)]
    let found = schema.relations.indices.first { number in
      schema.relations[number].sourceType == candidates && !ends.contains(schema.relations[number].targetType)
    }
    guard let found else {
      throw .missingData(
        method: "popular-in-category", found: "no relation from '\(schema.name(of: candidates))' to a category",
        expected: "one such as '\(schema.name(of: candidates)) –in→ category'")
    }
    return found
  }
}

/// Scores a candidate by its degree, times the share of the sources' weight that lies in its categories:
///
///     score(i) = degree(i) · Σ_{c of i} share(c),   share(c) = Σ_{s in c} w_s / (number of categories of s) / Σ_s w_s
///
/// Sources without a category, and those of other types, have no say. A candidate that shares no category with any
/// source is not reached.
///
/// - Complexity: O(items of the sources' categories) a query.
struct CategoryPopular: Recommender {
  let snapshot: Snapshot
  let hop: Hop
  /// Position of the relation from items to categories.
  let categories: Int
  let info: MethodInfo

  func makeSession() -> any RankingSession { Session(self) }

  private final class Session: RankingSession {
    private let method: CategoryPopular
    private let type: NodeTypeID
    private let connectors: Adjacency
    private let categoriesOf: Adjacency
    private let membersOf: Adjacency
    /// By candidate; zero outside a query.
    private var scores: [Double]
    private var touched: [UInt32] = []

    init(_ method: CategoryPopular) {
      self.method = method
      type = method.snapshot.origin(of: method.hop)
      connectors = method.snapshot.adjacency(method.hop)
      categoriesOf = method.snapshot.relations[method.categories].forward
      membersOf = method.snapshot.relations[method.categories].reverse
      scores = [Double](repeating: 0, count: connectors.nodeCount)
    }

    func rank(_ query: Query, k: Int) throws -> RankedList {
      precondition(k >= 1, "k must be at least 1, found \(k)")
      let hasCategory = try fill(query)
      defer { clear() }
      var top = TopK(min(k, touched.count))
      var admitted = 0
      for index in touched where query.candidates.admits(index) {
        admitted += 1
        top.offer(index, score: scores[Int(index)])
      }
      let items = top.ranked(type: type)
      var shortfall: Shortfall?
      if items.count < k {
        shortfall = hasCategory ? .reachedOnly(admitted, filtered: touched.count - admitted) : .isolatedSources
      }
      return RankedList(items: items, shortfall: shortfall, effort: .scan(candidates: touched.count))
    }

    func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] {
      _ = try fill(query)
      defer { clear() }
      return nodes.map { node in
        guard node.type == type, Int(node.index) < scores.count, scores[Int(node.index)] > 0,
          query.candidates.admits(node.index)
        else { return nil }
        return scores[Int(node.index)]
      }
    }

    /// - Returns: whether any source has a category.
    private func fill(_ query: Query) throws -> Bool {
      guard query.candidates.type == type else {
        throw BaselineError.candidateTypeMismatch(method: method.info.name)
      }
      do {
        var shares: [UInt32: Double] = [:]
        var total = 0.0
        // In order of node, so that sums do not depend on the order of the sources.
        for source in query.sources.sorted(by: { $0.node < $1.node }) where source.node.type == type {
          let own = try categoriesOf.edges(of: source.node.index)
          guard !own.isEmpty else { continue }
          total += source.weight
          for edge in own {
            shares[try categoriesOf.neighbor(at: edge), default: 0] += source.weight / Double(own.count)
          }
        }
        for (category, share) in shares.sorted(by: { $0.key < $1.key }) {
          for edge in try membersOf.edges(of: category) {
            let member = try membersOf.neighbor(at: edge)
            let degree = try connectors.degree(of: member)
            guard degree > 0 else { continue }
            if scores[Int(member)] == 0 { touched.append(member) }
            scores[Int(member)] += Double(degree) * share / total
          }
        }
        return total > 0
      } catch {
        clear()
        throw error
      }
    }

    private func clear() {
      for index in touched { scores[Int(index)] = 0 }
      touched.removeAll(keepingCapacity: true)
    }
  }
}
