import AkinGraph
import AkinRanking

/// A method whose scores do not depend on the query: candidates are put in order once, and a query takes the first that
/// its filter admits.
///
/// - Complexity: O(k + candidates excluded) a query.
struct ScoredCandidates: Recommender {
  let info: MethodInfo
  let type: NodeTypeID
  /// By candidate; 0 for one that is not to be recommended.
  let scores: [Double]
  /// Candidates with a score above 0, best first, equal ones by index.
  private let order: [UInt32]

  init(info: MethodInfo, type: NodeTypeID, scores: [Double]) {
    self.info = info
    self.type = type
    self.scores = scores
    order = (0..<UInt32(scores.count)).filter { scores[Int($0)] > 0 }
      .sorted { (scores[Int($1)], $0) < (scores[Int($0)], $1) }
  }

  func makeSession() -> any RankingSession { Session(method: self) }

  private final class Session: RankingSession {
    let method: ScoredCandidates
    init(method: ScoredCandidates) { self.method = method }

    func rank(_ query: Query, k: Int) throws -> RankedList {
      precondition(k >= 1, "k must be at least 1, found \(k)")
      try method.check(query)
      var items: [RankedNode] = []
      var filtered = 0
      for index in method.order {
        guard items.count < k else { break }
        if query.candidates.admits(index) {
          items.append(RankedNode(node: NodeID(type: method.type, index: index), score: method.scores[Int(index)]))
        } else {
          filtered += 1
        }
      }
      return RankedList(
        items: items, shortfall: items.count < k ? .reachedOnly(items.count, filtered: filtered) : nil,
        effort: .scan(candidates: items.count + filtered))
    }

    func scores(of nodes: [NodeID], for query: Query) throws -> [Double?] {
      try method.check(query)
      return nodes.map { node in
        guard node.type == method.type, Int(node.index) < method.scores.count, method.scores[Int(node.index)] > 0,
          query.candidates.admits(node.index)
        else { return nil }
        return method.scores[Int(node.index)]
      }
    }
  }

  private func check(_ query: Query) throws(BaselineError) {
    guard query.candidates.type == type else { throw .candidateTypeMismatch(method: info.name) }
  }
}

/// What can be wrong with a query to a baseline.
public enum BaselineError: Error, Equatable, CustomStringConvertible {
  case candidateTypeMismatch(method: String)

  public var description: String {
    switch self {
    case .candidateTypeMismatch(let method):
      "method '\(method)' was made for nodes of another type than the query asks for"
    }
  }
}
