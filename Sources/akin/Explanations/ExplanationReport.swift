import AkinDiagrams
import AkinEngine
import AkinGraph
import AkinRanking

/// What 'akin explain --to' prints as JSON.
struct ExplanationReport: Encodable {
  /// Name and version of this form of JSON.
  var format = "akin.explanation/1"
  var graph: String
  var fingerprint: String
  var method: String
  var parameters: [String: String]
  var seed: UInt64
  var node: ListReport.Node
  var explanation: ReasonText

  init(
    graph: String, engine: Engine, question: Question, method: any Recommender, node: NodeID, reasons: ReasonText
  ) throws {
    self.graph = graph
    fingerprint = hex(method.info.fingerprint)
    self.method = method.info.name
    parameters = Dictionary(uniqueKeysWithValues: method.info.parameters.map { ($0.name, $0.value) })
    seed = question.query.seed
    self.node = try ListReport.Node(node, in: engine.snapshot)
    explanation = reasons
  }
}

/// What 'akin explain --not' prints.
struct AbsenceReport: Encodable {
  /// Name and version of this form of JSON.
  var format = "akin.absence/1"
  var graph: String
  var fingerprint: String
  var method: String
  var seed: UInt64
  var node: ListReport.Node
  var k: Int
  var cause: String
  var rank: Int?
  var score: Double?
  var rankedCount: Int
  var last: ListReport.Item?
  var unfiltered: Unfiltered?
  var connection: Connection?
  /// The options that leave it out.
  var rules: [String]?
  /// The same for people.
  var sentences: [String] = []

  struct Unfiltered: Encodable {
    var rank: Int
    var score: Double
  }

  struct Connection: Encodable {
    var shared: Int
    var hub: String?
    var hubDegree: Int
    var medianDegree: Int
    var degree: Int
    var listedMedianDegree: Int
  }

  init(
    _ answer: WhyNot, graph: String, engine: Engine, question: Question, method: any Recommender,
    naming: inout NodeNaming
  ) throws {
    self.graph = graph
    fingerprint = hex(method.info.fingerprint)
    self.method = method.info.name
    seed = question.query.seed
    node = try ListReport.Node(answer.node, in: engine.snapshot)
    k = answer.k
    rank = answer.rank
    score = answer.score
    rankedCount = answer.rankedCount
    if let found = answer.last {
      let node = try ListReport.Node(found.node, in: engine.snapshot)
      last = ListReport.Item(
        rank: min(answer.k, answer.rankedCount), score: found.score, type: node.type, id: node.id, label: node.label)
    }
    unfiltered = answer.unfiltered.map { Unfiltered(rank: $0.rank, score: $0.score) }
    if let found = answer.connection {
      connection = Connection(
        shared: found.sharedCount, hub: try found.hub.map { try naming.label(of: $0) }, hubDegree: found.hubDegree,
        medianDegree: found.medianDegree, degree: found.degree, listedMedianDegree: found.listedMedianDegree)
    }
    let name = try naming.label(of: answer.node)
    (cause, sentences) = Self.said(answer, name: name, last: last.map { $0.label ?? $0.id }, method: method.info.name)
    sentences += about(answer, name: name, schema: engine.snapshot.schema, hop: question.hop, engine)
  }

  /// Names the rules that leave the node out.
  mutating func leftOut(by options: [String], name: String) {
    guard !options.isEmpty else { return }
    rules = options
    sentences[0] = "'\(name)' is left out by \(options.joined(separator: " and "))."
  }

  /// Says what becomes of the node where a list may hold only so many of a category.
  ///
  /// - Parameter place: in that list, from 1; `nil` where it is not in it.
  mutating func capped(by option: String, place: Int?, name: String) {
    guard let rank else { return }
    if let place {
      cause = "listed"
      rules = nil
      sentences = ["'\(name)' is in the list: place \(grouped(place)) with \(option), rank \(grouped(rank)) without."]
    } else if cause == "listed" {
      cause = "filtered"
      rules = [option]
      sentences = [
        "'\(name)' has rank \(grouped(rank)), and is left out by \(option): others of its kind stand before it."
      ]
    }
  }

  private static func said(
    _ answer: WhyNot, name: String, last: String?, method: String
  ) -> (cause: String, sentences: [String]) {
    let place = answer.rank.map { "rank \(grouped($0)) of \(grouped(answer.rankedCount))" } ?? ""
    let score = answer.score.map { "score \(Evidence.text($0))" } ?? ""
    switch answer.cause {
    case .listed:
      return ("listed", ["'\(name)' is in the list: \(place), \(score)."])
    case .outscored:
      let rival = answer.last.map { "; the last of \(answer.k), '\(last ?? "")', has \(Evidence.text($0.score))" } ?? ""
      return ("outscored", ["'\(name)' scores too low: \(place), \(score)\(rival)."])
    case .otherType(let found, let expected):
      return ("otherType", ["'\(name)' is of type '\(found)', and the list is of type '\(expected)'."])
    case .isSource:
      return ("source", ["'\(name)' is a source of the question, and sources are left out."])
    case .seen(let relation):
      return ("seen", ["'\(name)' is left out as seen already, by the relation '\(relation)'."])
    case .filtered:
      return ("filtered", ["'\(name)' is left out by the filter."])
    case .isolated(let relation):
      return ("isolated", ["'\(name)' has no edge of the relation '\(relation)', so nothing leads to it."])
    case .unconnected:
      return (
        "unconnected", ["'\(name)' has no score: it shares nothing with the sources, and \(method) did not come to it."]
      )
    case .withoutScore:
      return (
        "withoutScore",
        ["'\(name)' has no score: \(method) did not come to it, though it shares neighbours with the sources."]
      )
    }
  }

  private func about(_ answer: WhyNot, name: String, schema: Schema, hop: Hop, _ engine: Engine) -> [String] {
    var result: [String] = []
    if let unfiltered {
      result.append(
        "Were it not left out, it would have rank \(grouped(unfiltered.rank)) with score \(Evidence.text(unfiltered.score))."
      )
    }
    guard let connection, [.outscored, .withoutScore].contains(answer.cause) else { return result }
    let type = schema.name(of: engine.snapshot.destination(of: hop))
    let item = schema.name(of: engine.snapshot.origin(of: hop))
    if connection.shared == 0 {
      result.append(
        "It shares no neighbour of type '\(type)' with the sources: what score it has comes from further away.")
    } else if let hub = connection.hub {
      result.append(
        "It shares \(grouped(connection.shared)) of type '\(type)' with the sources. "
          + "Most diluting is '\(hub)', with \(grouped(connection.hubDegree)) edges to share what it passes on"
          + (connection.shared > 1 ? "; in the middle they have \(grouped(connection.medianDegree))." : "."))
    }
    result.append(
      "'\(name)' itself has \(grouped(connection.degree)) edges; a \(item) of the list has \(grouped(connection.listedMedianDegree)) in the middle."
    )
    return result
  }

  func text() -> String { Output.harmless(sentences.joined(separator: "\n")) + "\n" }
}
