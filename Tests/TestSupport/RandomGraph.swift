public import AkinGraph
import AkinRanking

/// A small random graph with everything a store must keep, and the plain list of what went in.
public struct RandomGraph: Sendable {
  public var snapshot: Snapshot
  public var merged: [Int]
  /// Edges in the order in which they were added.
  public var edges: [PlainEdge]

  public struct PlainEdge: Sendable, Equatable {
    public var relation: Int
    public var source: UInt32
    public var target: UInt32
    public var weight: Float?
    public var time: Int64?
  }

  /// Three node types (one may be empty), three relations: user to item, user to user, item to tag.
  public init(seed: UInt64, duplicates: DuplicatePolicy = .last) throws {
    var random = SplitMix64(seed: seed)
    var builder = GraphBuilder()
    let counts = [
      Int.random(in: 1...12, using: &random), Int.random(in: 1...12, using: &random),
      Int.random(in: 0...4, using: &random),
    ]
    let types = ["user", "item", "tag"].map { builder.addNodeType($0) }
    for (type, count) in zip(types, counts) {
      for number in 0..<count {
        // Ids of all lengths, empty included, the same in every type.
        let id = String(repeating: "é", count: number) + (number == 0 ? "" : "\(number)")
        let index = try builder.intern(id, type: type)
        if type == types[1], Bool.random(using: &random) {
          builder.setLabel("Item \(number % 4) “ü”", of: index, type: type)
        }
      }
    }
    var relations = [
      (builder.addRelation("saved", from: types[0], to: types[1], duplicates: duplicates), types[0], types[1])
    ]
    relations.append(
      (builder.addRelation("follows", from: types[0], to: types[0], duplicates: .keep), types[0], types[0]))
    relations.append(
      (builder.addRelation("tagged", from: types[1], to: types[2], duplicates: .count), types[1], types[2]))
    // From a stream of their own, so that edges do not depend on them.
    var attributeRandom = SplitMix64(seed: seed ^ 0xA77)
    try Self.addAttributes(to: &builder, types: types, counts: counts, using: &attributeRandom)
    let hasWide = Bool.random(using: &random)
    edges = []
    for (relation, source, target) in relations {
      let sources = counts[Int(source.rawValue)]
      let targets = counts[Int(target.rawValue)]
      guard sources > 0, targets > 0 else { continue }
      for _ in 0..<Int.random(in: 0...60, using: &random) {
        let edge = PlainEdge(
          relation: relation, source: UInt32.random(in: 0..<UInt32(sources), using: &random),
          target: UInt32.random(in: 0..<UInt32(targets), using: &random),
          weight: relation == 0 ? Float(Int.random(in: 1...9, using: &random)) / 2 : nil,
          time: relation == 0 ? Self.time(isWide: hasWide, using: &random) : nil)
        edges.append(edge)
        builder.addEdge(relation, from: edge.source, to: edge.target, weight: edge.weight, time: edge.time)
      }
    }
    let build = try builder.build()
    snapshot = build.snapshot
    merged = build.merged
  }

  /// One attribute of each kind, on types of different sizes; some nodes have none.
  private static func addAttributes(
    to builder: inout GraphBuilder, types: [NodeTypeID], counts: [Int], using random: inout SplitMix64
  ) throws {
    for (number, kind) in AttributeKind.allCases.enumerated() {
      let position = number % types.count
      let attribute = builder.addAttribute("\(kind)", kind: kind, to: types[position])
      for index in 0..<counts[position] where Int.random(in: 0..<4, using: &random) > 0 {
        builder.setAttribute(
          attribute, to: Self.value(of: kind, using: &random), of: UInt32(index), type: types[position])
      }
    }
  }

  private static func value(of kind: AttributeKind, using random: inout SplitMix64) -> AttributeValue {
    let number = Int.random(in: 0..<5, using: &random)
    return switch kind {
    case .text: .text("A “text”, number \(number)\n\t<é>")
    case .number: .number(Double(number) - 1.5)
    case .category: .category("category \(number)")
    case .categories: .categories((0...number).map { "c\($0 * 7 % 5)|" })
    case .url: .url("https://example.org/\(number)?a=b&c")
    case .time: .time(Int64(number) * 1_000_000_007 - 1_000_000_000)
    }
  }

  private static func time(isWide: Bool, using random: inout SplitMix64) -> Int64 {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: TimeColumn.unknown
    case 1 where isWide: Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &random)
    default: Int64.random(in: 1_000_000_000...1_000_000_020, using: &random)
    }
  }
}

/// A bipartite graph of users and items from pairs of ids, without weights or times.
public func bipartiteSnapshot(_ pairs: [(String, String)], sourceType: String = "user", targetType: String = "item")
  throws -> Snapshot
{
  var builder = GraphBuilder()
  let source = builder.addNodeType(sourceType)
  let target = sourceType == targetType ? source : builder.addNodeType(targetType)
  let relation = builder.addRelation("saved", from: source, to: target, duplicates: .last)
  for (from, to) in pairs {
    let left = try builder.intern(from, type: source)
    let right = try builder.intern(to, type: target)
    builder.addEdge(relation, from: left, to: right)
  }
  return try builder.build().snapshot
}
