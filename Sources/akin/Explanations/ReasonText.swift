import AkinDiagrams
import AkinEngine
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
  /// What each of several sources contributes by all its ways, the largest first.
  var sources: [Source]?
  /// How many sources contribute.
  var sourceCount: Int?
  /// What the node has in common with a single source of its type; absent where too few people would be counted.
  var shared: Shared?

  struct Shared: Encodable {
    /// Of the neighbours.
    var type: String
    /// Neighbours of both.
    var count: Int
    var ofSource: Int
    var ofNode: Int
  }

  struct Source: Encodable {
    var source: Stop
    var amount: Double
    /// Of the score; absent where the score is not above 0.
    var share: Double?
  }

  struct Part: Encodable {
    var source: Stop
    var way: [Stop]
    /// Whether nodes that are not named lie between the source and the first stop.
    var isLonger: Bool
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

  private enum CodingKeys: CodingKey {
    case score, parts, remainder, remainderShare, hiddenPaths, sources, sourceCount, shared
  }

  /// - Parameter minUsers: fewer people than this are not counted.
  init(_ evidence: Evidence, overlap: NeighborOverlap?, minUsers: Int, naming: inout NodeNaming) throws {
    score = evidence.score
    if let overlap, minUsers <= 1 || overlap.sharedCount >= minUsers || overlap.type != naming.privateType {
      shared = Shared(
        type: naming.snapshot.schema.name(of: overlap.type), count: overlap.sharedCount, ofSource: overlap.sourceCount,
        ofNode: overlap.nodeCount)
    }
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
    if evidence.sourceCount > 1 {
      sourceCount = evidence.sourceCount
      sources = try evidence.sources.map {
        Source(source: try stop(.node($0.source)), amount: $0.amount, share: share($0.amount))
      }
    }
    let end = try naming.label(of: evidence.node)
    for part in evidence.parts {
      let source = try stop(.node(part.source))
      let way = try part.way.map(stop)
      let stops = ([source.label] + (part.isLonger ? ["…"] : []) + way.map(\.label)).joined(separator: " → ")
      parts.append(
        Part(source: source, way: way, isLonger: part.isLonger, amount: part.amount, share: share(part.amount)))
      lines.append(
        (evidence.share(part.amount), part.amount, stops + " → " + end)
      )
      summaries.append("\(evidence.share(part.amount)) \(stops)")
    }
    // What rounding leaves is no reason; it stays in the sum of JSON.
    let isRounding = abs(evidence.remainder) < 1e-6 * abs(evidence.score) && hiddenPaths == 0
    if !isRounding || evidence.parts.isEmpty {
      let hidden = hiddenPaths > 0 ? "; paths of too few people in it: \(hiddenPaths)" : ""
      lines.append((evidence.share(evidence.remainder), evidence.remainder, "everything else" + hidden))
      summaries.append("\(evidence.share(evidence.remainder)) everything else" + hidden)
    }
  }

  /// The largest reasons in one line: ways, or sources alone where there are so many ways that the largest say little.
  var summary: String {
    let named = parts.prefix(3).reduce(0) { $0 + $1.amount }
    guard score > 0, named < score / 2 else { return summaries.prefix(3).joined(separator: "; ") }
    guard let sources, let sourceCount else {
      let common =
        shared.map { ["shares \(grouped($0.count)) of its \(grouped($0.ofNode)) \($0.type) neighbours"] } ?? []
      return (common + summaries.prefix(3 - common.count)).joined(separator: "; ")
    }
    let shown = sources.prefix(3)
    let rest = score - shown.reduce(0) { $0 + $1.amount }
    let others = sourceCount > shown.count ? "\(grouped(sourceCount - shown.count)) more" : "everything else"
    func share(_ amount: Double) -> String { Evidence.percent(amount / score * 100) }
    return (shown.map { "\(share($0.amount)) \($0.source.label)" } + ["\(share(rest)) \(others)"]).joined(
      separator: "; ")
  }
}
