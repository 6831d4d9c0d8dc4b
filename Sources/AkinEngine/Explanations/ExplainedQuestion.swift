import AkinGraph
import AkinParallel
public import AkinRanking

extension Engine {
  /// The type that stands for people: who asks, where that is another type than what is recommended. Its nodes are shown
  /// under pseudonyms unless the asker wants names.
  public var privateType: NodeTypeID? { askingType == recommendedType ? nil : askingType }

  /// Why `node` has its score for `question`.
  ///
  /// - Parameter limit: how many parts are named.
  /// - Throws: `EngineError.cannotExplain` where the method gives no reasons, `EngineError.noScore` where there is no score;
  ///   what the method throws.
  public func explanation(
    of node: NodeID, for question: Question, by method: any Recommender, limit: Int
  ) throws -> Explanation {
    let session = try explainingSession(of: method)
    guard let explanation = try session.explanation(of: node, for: question.query, limit: limit) else {
      throw EngineError.noScore(
        node: try snapshot.name(of: node), method: method.info.name,
        reason: question.query.candidates.admits(node.index) && node.type == question.query.candidates.type
          ? "it was not reached" : "it is left out as a source, as seen, or as of another type")
    }
    return explanation
  }

  /// A session that gives reasons.
  ///
  /// - Throws: `EngineError.cannotExplain`.
  public func explainingSession(of method: any Recommender) throws(EngineError) -> any ExplainingSession {
    guard let session = method.makeSession() as? any ExplainingSession else {
      throw .cannotExplain(method: method.info.name, able: MethodRegistry.explaining)
    }
    return session
  }
}

extension MethodRegistry {
  /// The names of methods that give reasons, found by making each on a graph of four edges.
  public static var explaining: [String] {
    guard let snapshot = try? fourEdges() else { return [] }
    let engine = Engine(snapshot)
    return all.map(\.name).filter { name in
      let method = try? engine.method(
        named: name, parameters: [:], hop: Hop(relation: 0, direction: .reverse), purpose: .related,
        queryExecution: .serial)
      return method?.makeSession() is any ExplainingSession
    }
  }

  /// With weights and times, so that no method finds something missing.
  private static func fourEdges() throws -> Snapshot {
    var builder = GraphBuilder()
    let users = builder.addNodeType("user")
    let items = builder.addNodeType("item")
    let rated = builder.addRelation("rated", from: users, to: items, duplicates: .last)
    for (user, item, weight) in [("a", "x", 1), ("a", "y", 2), ("b", "x", 3), ("b", "y", 5)]
      as [(String, String, Float)]
    {
      let (from, to) = (try builder.intern(user, type: users), try builder.intern(item, type: items))
      builder.addEdge(rated, from: from, to: to, weight: weight, time: 1)
    }
    return try builder.build().snapshot
  }
}
