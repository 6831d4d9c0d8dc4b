import AkinGraph
public import AkinRanking

/// An explanation as people may see it: bounded in size, and with nobody to be recognised.
public struct Evidence: Sendable, Equatable {
  /// The node that is explained.
  public var node: NodeID
  /// On the scale of the list.
  public var score: Double
  /// By descending amount.
  public var parts: [Part]
  /// What the parts leave out; parts and remainder sum to the score.
  public var remainder: Double
  /// Paths that too few people make, kept back in the remainder.
  public var hiddenPathCount: Int
  /// What the sources contribute by all their ways that may be shown, the largest first, no more than parts; each way is
  /// empty.
  public var sources: [Part] = []
  /// How many sources contribute.
  public var sourceCount = 0
  /// Whether each part is a source with all its ways together.
  public private(set) var isBySource = false

  /// What sources of the parts contribute by ways that are no part, where that is more than half a percent of the score; in
  /// the order of the parts.
  var unnamed: [(source: NodeID, amount: Double)] {
    var order: [NodeID] = []
    var named: [NodeID: Double] = [:]
    for part in parts {
      if named[part.source] == nil { order.append(part.source) }
      named[part.source, default: 0] += part.amount
    }
    let totals = Dictionary(uniqueKeysWithValues: sources.map { ($0.source, $0.amount) })
    return order.compactMap { source in
      guard let total = totals[source] else { return nil }
      let amount = total - named[source]!
      return amount > 0.005 * abs(score) ? (source, amount) : nil
    }
  }

  /// The same, told by sources alone instead of by ways.
  public var bySource: Evidence {
    var evidence = self
    evidence.isBySource = true
    evidence.parts = sources
    evidence.remainder = score - sources.reduce(0) { $0 + $1.amount }
    if abs(evidence.remainder) < 1e-12 * abs(score) { evidence.remainder = 0 }
    return evidence
  }

  /// What one source contributes by one way.
  public struct Part: Sendable, Equatable {
    /// The source of the query.
    public var source: NodeID
    /// From the source to the node; empty where the method knows the source alone.
    public var way: [Stop]
    /// Whether nodes that are not named lie between the source and the first stop, which it has no edge with: walks
    /// name where they came from in the end.
    public var isLonger = false
    /// On the scale of the score; negative where it speaks against the node.
    public var amount: Double
  }

  /// A station of a way.
  public enum Stop: Sendable, Hashable {
    case node(NodeID)
    /// So many different people, taken together.
    case crowd(NodeTypeID, count: Int)
  }

  /// The `limit` largest parts of an explanation.
  ///
  /// With `minUsers` above 1, ways that differ only in their people are one path; a path made by fewer people than that is
  /// kept back in the remainder, and of the others it is said how many people make them, not who. The explanation must
  /// then hold all its parts, or people are not counted in full and paths are kept back that need not be.
  public init(_ explanation: Explanation, limit: Int, minUsers: Int = 1, naming: NodeNaming) {
    precondition(limit >= 1, "limit must be at least 1, found \(limit)")
    var all: [Part] = []
    hiddenPathCount = 0
    if minUsers <= 1 {
      all = explanation.parts.map {
        Part(
          source: $0.source, way: $0.way.map { .node($0) }, isLonger: Self.isLonger($0, in: naming.snapshot),
          amount: $0.amount)
      }
      sources = explanation.sources.map { Part(source: $0.source, way: [], amount: $0.amount) }
    } else {
      struct Path: Hashable {
        var source: NodeID
        var way: [NodeID?]
        var isLonger: Bool
      }
      var order: [Path] = []
      var groups: [Path: (amount: Double, people: Set<[NodeID]>)] = [:]
      for part in explanation.parts {
        let path = Path(
          source: part.source, way: part.way.map { naming.isPrivate($0) ? nil : $0 },
          isLonger: Self.isLonger(part, in: naming.snapshot))
        if groups[path] == nil { order.append(path) }
        groups[path, default: (0, [])].amount += part.amount
        groups[path]!.people.insert(part.way.filter { naming.isPrivate($0) })
      }
      for path in order {
        let (amount, people) = groups[path]!
        let isOfPeople = path.way.contains(nil)
        // Each place in the way has its own people; the scarcest decides.
        let places = path.way.filter { $0 == nil }.count
        let counts = (0..<places).map { place in Set(people.map { $0[place] }).count }
        guard !isOfPeople || (counts.min() ?? 0) >= minUsers else {
          hiddenPathCount += 1
          continue
        }
        var place = 0
        let way = path.way.map { node -> Stop in
          if let node { return .node(node) }
          place += 1
          return .crowd(naming.privateType!, count: counts[place - 1])
        }
        all.append(Part(source: path.source, way: way, isLonger: path.isLonger, amount: amount))
      }
      all = all.enumerated().sorted { ($1.element.amount, $0.offset) < ($0.element.amount, $1.offset) }.map(\.element)
      // Of what is shown alone: a sum with what is kept back would tell it.
      var sums: [NodeID: Double] = [:]
      for part in all { sums[part.source, default: 0] += part.amount }
      sources = sums.map { Part(source: $0.key, way: [], amount: $0.value) }.sorted {
        $0.amount != $1.amount ? $0.amount > $1.amount : $0.source < $1.source
      }
    }
    sourceCount = sources.count
    sources = Array(sources.prefix(limit))
    node = explanation.node
    score = explanation.score
    parts = Array(all.prefix(limit))
    remainder = explanation.total - parts.reduce(0) { $0 + $1.amount }
    // A difference of sums of the same numbers may leave a speck where there is nothing.
    if abs(remainder) < 1e-12 * abs(score) { remainder = 0 }
  }

  private static func isLonger(_ part: ScorePart, in snapshot: Snapshot) -> Bool {
    guard let first = part.way.first else { return false }
    for (number, relation) in snapshot.schema.relations.enumerated() {
      for (from, to) in [(part.source, first), (first, part.source)]
      where relation.sourceType == from.type && relation.targetType == to.type {
        // A damaged row has been found out by what explains.
        if (try? snapshot.relations[number].forward.hasEdge(from: from.index, to: to.index)) ?? true { return false }
      }
    }
    return true
  }

  /// "12 %" of the score; the bare amount where the score is not above 0, since shares of it would mislead.
  public func share(_ amount: Double) -> String {
    guard score > 0 else { return Self.text(amount) }
    return Self.percent(amount / score * 100)
  }

  /// "12 %", "0.4 %"
  public static func percent(_ percent: Double) -> String {
    let digits = abs(percent) >= 9.95 || percent == 0 ? 0 : abs(percent) >= 0.095 ? 1 : 2
    return DotText.number(percent, decimals: digits) + " %"
  }

  /// Four significant digits.
  public static func text(_ amount: Double) -> String {
    guard amount != 0 else { return "0" }
    guard amount.isFinite else { return "\(amount)" }
    var scale = 0
    var size = abs(amount)
    while size < 1000, scale < 12 {
      size *= 10
      scale += 1
    }
    return DotText.number(amount, decimals: scale)
  }
}
