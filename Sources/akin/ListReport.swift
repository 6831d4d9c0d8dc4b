import AkinEngine
import AkinGraph
import AkinRanking

/// A ranked list with everything that is printed of it, whatever the form.
struct ListReport: Encodable {
  /// Name and version of this form of JSON.
  var format = "akin.list/1"
  var command: String
  var graph: String
  var fingerprint: String
  var method: String
  var parameters: [String: String]
  var seed: UInt64
  var sources: [Node]
  var items: [Item]
  var requested: Int
  /// Why there are fewer items than requested.
  var shortfall: String?
  var remark: String?
  /// What gives the same answer again.
  var replay: String?
  /// Of methods that know bounds of their scores.
  var search: Search?

  struct Search: Encodable {
    var edges: Int
    var passes: Int
    var errorBound: Double
    var certainMembers: Int
    var certainRanks: Int
  }

  struct Node: Encodable {
    var type: String
    var id: String
    var label: String?

    init(_ node: NodeID, in snapshot: Snapshot) throws {
      type = snapshot.schema.name(of: node.type)
      id = try snapshot.table(of: node.type).ids.string(at: Int(node.index))
      label = try snapshot.table(of: node.type).label(of: node.index)
    }
  }

  struct Item: Encodable {
    var rank: Int
    var score: Double
    var type: String
    var id: String
    var label: String?
    /// Why, where it was asked.
    var explanation: ReasonText?
  }

  init(
    command: String, graph: String, engine: Engine, method: any Recommender, question: Question, sources: [NodeID],
    list: RankedList, requested: Int, leftOutAs: String = "as sources or seen"
  ) throws {
    let snapshot = engine.snapshot
    let info = method.info
    self.command = command
    self.graph = graph
    fingerprint = hex(info.fingerprint)
    self.method = info.name
    parameters = Dictionary(uniqueKeysWithValues: info.parameters.map { ($0.name, $0.value) })
    seed = question.query.seed
    self.sources = try sources.map { try Node($0, in: snapshot) }
    items = try list.items.enumerated().map { position, item in
      let node = try Node(item.node, in: snapshot)
      return Item(rank: position + 1, score: item.score, type: node.type, id: node.id, label: node.label)
    }
    self.requested = requested
    remark = [question.remark, Self.fewSteps(list.effort, sources: question.query.sources.count)].compactMap { $0 }
      .joined(separator: "; ")
    if remark == "" { remark = nil }
    if case .search(let edges, let passes, let errorBound, let proof) = list.effort {
      search = Search(
        edges: edges, passes: passes, errorBound: errorBound, certainMembers: proof.certainMembers,
        certainRanks: proof.certainRanks)
    }
    shortfall = list.shortfall.map {
      Self.text($0, found: list.items.count, requested: requested, leftOutAs: leftOutAs)
    }
    if shortfall == nil, list.items.count < requested {
      shortfall = "\(grouped(list.items.count)) of \(grouped(requested)) asked for: --cap leaves out the others"
    }
  }

  func printed(_ options: ListOptions) throws -> String {
    if options.json { return try Output.json(self) }
    let type = items.first?.type ?? ""
    var table = Table(columns: [.init(name: "rank", isNumber: true), .init(name: "score", isNumber: true)])
    let hasReasons = items.contains { $0.explanation != nil }
    if options.form.isForPeople {
      let hasLabels = items.contains { $0.label != nil }
      table.columns.append(.init(name: type))
      if hasLabels { table.columns.append(.init(name: "id")) }
      if hasReasons { table.columns.append(.init(name: "because of")) }
      table.rows = items.map { item in
        [String(item.rank), rounded(item.score), item.label ?? item.id] + (hasLabels ? [item.id] : [])
          + (hasReasons ? [item.explanation?.summary ?? ""] : [])
      }
      return options.form.text(table)
    }
    table.columns += [.init(name: "type"), .init(name: "id"), .init(name: "label")]
    if hasReasons { table.columns.append(.init(name: "because_of")) }
    table.rows = items.map { item in
      ["\(item.rank)", "\(item.score)", item.type, item.id, item.label ?? ""]
        + (hasReasons ? [item.explanation?.summary ?? ""] : [])
    }
    return options.form.text(table)
  }

  /// Heading and remarks, for standard error.
  func remarks(_ verb: String) -> String {
    var text = ""
    if Output.isTerminal {
      let names = sources.map { $0.label ?? $0.id }.joined(separator: ", ")
      text += "\(verb) \(names) · \(method), seed \(seed)\n"
    }
    if let remark { text += "note: \(remark)\n" }
    if let search {
      text +=
        "set: \(grouped(search.certainMembers)) of \(grouped(items.count)) certain, order: "
        + "\(grouped(search.certainRanks)); error of all scores at most \(rounded(search.errorBound))\n"
    }
    if let shortfall { text += "note: \(shortfall)\n" }
    return text
  }

  /// Of long histories: with 2,000 steps a source six of ten in a list are those of another seed, with 10,000 nine.
  private static func fewSteps(_ effort: Effort, sources: Int) -> String? {
    guard case .walk(_, let budget) = effort, sources > 1, budget / sources < 4000 else { return nil }
    return "\(grouped(budget)) steps are few for \(grouped(sources)) sources, and another seed gives another list; "
      + "--set steps=\(sources * 10_000) steadies it"
  }

  private static func text(_ shortfall: Shortfall, found: Int, requested: Int, leftOutAs: String) -> String {
    switch shortfall {
    case .isolatedSources:
      "the list is empty: no source has an edge to follow"
    case .unknownSources:
      "the list is empty: no source has a vector with a direction"
    case .reachedOnly(let reached, let filtered):
      "\(grouped(found)) of \(grouped(requested)) asked for: the method reached \(counted(reached, "candidate"))"
        + (filtered > 0 ? " and \(grouped(filtered)) left out \(leftOutAs)" : "")
    }
  }
}
