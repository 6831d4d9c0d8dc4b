import AkinDiagrams
import AkinGraph
import AkinRanking

/// Evidence in words, for tables and JSON.
struct ReasonText: Encodable {
  var score: Double
  var parts: [Part] = []
  /// What the parts leave out; parts and remainder sum to the score.
  var remainder: Double
  var remainderShare: Double?
  /// Paths kept back, being made by too few people.
  var hiddenPaths: Int

  struct Part: Encodable {
    var source: Stop
    var way: [Stop]
    var amount: Double
    /// Of the score; absent where the score is not above 0.
    var share: Double?
  }

  struct Stop: Encodable {
    var type: String
    /// Absent for people under a pseudonym, and for several taken together.
    var id: String?
    var label: String
    /// How many people, where they are taken together.
    var count: Int?
  }

  /// In words what `parts` hold, for `Part` by `Part`.
  private(set) var lines: [(share: String, amount: Double, way: String)] = []
  /// The same without the node that all ways end in.
  private var summaries: [String] = []

  private enum CodingKeys: CodingKey { case score, parts, remainder, remainderShare, hiddenPaths }

  init(_ evidence: Evidence, naming: inout NodeNaming) throws {
    score = evidence.score
    remainder = evidence.remainder
    hiddenPaths = evidence.hiddenPathCount
    func share(_ amount: Double) -> Double? { evidence.score > 0 ? amount / evidence.score : nil }
    remainderShare = share(evidence.remainder)
    func stop(_ stop: Evidence.Stop) throws -> Stop {
      let schema = naming.snapshot.schema
      switch stop {
      case .node(let node):
        return Stop(type: schema.name(of: node.type), id: try naming.id(of: node), label: try naming.label(of: node))
      case .crowd(let type, let count):
        return Stop(type: schema.name(of: type), label: "\(schema.name(of: type)) × \(count)", count: count)
      }
    }
    let end = try naming.label(of: evidence.node)
    for part in evidence.parts {
      let source = try stop(.node(part.source))
      let way = try part.way.map(stop)
      let stops = ([source] + way).map(\.label).joined(separator: " → ")
      parts.append(Part(source: source, way: way, amount: part.amount, share: share(part.amount)))
      lines.append(
        (evidence.share(part.amount), part.amount, stops + " → " + end)
      )
      summaries.append("\(evidence.share(part.amount)) \(stops)")
    }
    if evidence.remainder != 0 || evidence.parts.isEmpty {
      let hidden = hiddenPaths > 0 ? "; paths of too few people in it: \(hiddenPaths)" : ""
      lines.append((evidence.share(evidence.remainder), evidence.remainder, "everything else" + hidden))
      summaries.append("\(evidence.share(evidence.remainder)) everything else" + hidden)
    }
  }

  /// The largest reasons in one line.
  var summary: String { summaries.prefix(3).joined(separator: "; ") }
}
