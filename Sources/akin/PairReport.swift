import AkinGraph
import AkinPageRank
import AkinRanking

/// What 'akin rank' prints of a single score.
struct PairReport: Encodable {
  /// Name and version of this form of JSON.
  var format = "akin.pair/1"
  var graph: String
  var fingerprint: String
  var damping: Double
  var relativeError: Double
  var threshold: Double
  /// The probability that the estimate is off by more; 0 where it is certain.
  var failure: Double
  var seed: UInt64
  var sources: [ListReport.Node]
  var target: ListReport.Node
  var score: Double
  var lower: Double
  var upper: Double
  var edges: Int
  var walks: Int

  init(
    graph: String, snapshot: Snapshot, options: PairPageRankOptions, sources: [WeightedSource], target: NodeID,
    result: PairScore, seed: UInt64
  ) throws {
    self.graph = graph
    fingerprint = hex(snapshot.fingerprint)
    damping = options.damping
    relativeError = options.relativeError
    threshold = options.threshold
    failure = result.walks == 0 ? 0 : options.failure
    self.seed = seed
    self.sources = try sources.map { try ListReport.Node($0.node, in: snapshot) }
    self.target = try ListReport.Node(target, in: snapshot)
    score = result.score
    lower = result.lower
    upper = result.upper
    edges = result.edges
    walks = result.walks
  }

  func remarks() -> String {
    let bounds = "It lies between \(rounded(lower)) and \(rounded(upper)) for certain.\n"
    if upper < threshold { return "The score is below \(rounded(threshold)). \(bounds)" }
    return walks == 0
      ? bounds
      : "The score is met to \(rounded(100 * relativeError)) % with probability \(rounded(1 - failure)), from "
        + "\(counted(edges, "edge")) and \(counted(walks, "walk")). \(bounds)"
  }

  func printed(_ options: ListOptions) throws -> String {
    if options.json { return try Output.json(self) }
    var table = Table(columns: ["score", "lower", "upper"].map { .init(name: $0, isNumber: true) })
    table.columns += [.init(name: "type"), .init(name: "id"), .init(name: "label")]
    table.rows = [
      [score, lower, upper].map { options.form.isForPeople ? rounded($0) : "\($0)" } + [
        target.type, target.id, target.label ?? "",
      ]
    ]
    return options.form.text(table)
  }
}
