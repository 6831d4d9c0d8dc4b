import AkinGraph
import AkinPageRank
import AkinRanking

/// What 'akin rank' prints.
struct RankReport: Encodable {
  /// Name and version of this form of JSON.
  var format = "akin.rank/1"
  var graph: String
  var fingerprint: String
  var damping: Double
  var tolerance: Double
  var iterations: Int
  var errorBound: Double
  var converged: Bool
  /// Where the surfer starts; absent for every node alike.
  var sources: [ListReport.Node]?
  var items: [ListReport.Item] = []

  init(
    graph: String, snapshot: Snapshot, options: PageRankOptions, result: PageRankResult, sources: [WeightedSource],
    types: [NodeTypeID], k: Int
  ) throws {
    self.sources = sources.isEmpty ? nil : try sources.map { try ListReport.Node($0.node, in: snapshot) }

    self.graph = graph
    fingerprint = hex(snapshot.fingerprint)
    damping = options.damping
    tolerance = options.tolerance
    iterations = result.iterations
    errorBound = result.errorBound
    converged = result.converged
    for type in types {
      let scores = result.scores[Int(type.rawValue)]
      var top = TopK(min(k, scores.count))
      for index in scores.indices { top.offer(UInt32(index), score: scores[index]) }
      for (position, ranked) in top.ranked(type: type).enumerated() {
        let node = try ListReport.Node(ranked.node, in: snapshot)
        items.append(
          ListReport.Item(
            rank: position + 1, score: ranked.score, type: node.type, id: node.id, label: node.label))
      }
    }
  }

  func remarks() -> String {
    converged
      ? ""
      : "warning: not converged after \(grouped(iterations)) passes: the error of all scores is at most "
        + "\(rounded(errorBound)), expected at most \(rounded(tolerance)); --max-iterations allows more\n"
  }

  func printed(_ options: ListOptions) throws -> String {
    if options.json { return try Output.json(self) }
    var table = Table(columns: [.init(name: "rank", isNumber: true), .init(name: "score", isNumber: true)])
    if options.form.isForPeople {
      let hasLabels = items.contains { $0.label != nil }
      table.columns += [.init(name: "type"), .init(name: "name")]
      if hasLabels { table.columns.append(.init(name: "id")) }
      table.rows = items.map { item in
        ["\(item.rank)", rounded(item.score), item.type, item.label ?? item.id] + (hasLabels ? [item.id] : [])
      }
      return options.form.text(table)
    }
    table.columns += [.init(name: "type"), .init(name: "id"), .init(name: "label")]
    table.rows = items.map { ["\($0.rank)", "\($0.score)", $0.type, $0.id, $0.label ?? ""] }
    return options.form.text(table)
  }
}
