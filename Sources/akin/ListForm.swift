import AkinEngine
import AkinGraph
import AkinRanking
import FoundationEssentials

/// How a list of a job is written.
struct ListForm: Sendable {
  let kind: ListJob.Kind
  let isJSON: Bool
  /// Of the nodes that are asked for, and of those that are listed.
  private let sources: StringColumn
  private let items: StringColumn

  init(_ job: ListJob, isJSON: Bool, engine: Engine) {
    kind = job.kind
    self.isJSON = isJSON
    sources = engine.snapshot.table(of: job.type).ids
    items = engine.snapshot.table(of: engine.recommendedType).ids
  }

  /// The first line of CSV: names that `akin score` knows too.
  var heading: String? {
    isJSON ? nil : kind == .related ? "source,item,rank,score\n" : "user,item,rank,score\n"
  }

  func text(_ entries: some Collection<ListJob.Entry>) throws -> [UInt8] {
    var text: [UInt8] = []
    if isJSON {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      for entry in entries { text += Array(try encoder.encode(line(entry))) + [UInt8(ascii: "\n")] }
    } else {
      text.reserveCapacity(entries.reduce(0) { $0 + $1.items.count * 40 })
      for entry in entries { try appendRecords(of: entry, to: &text) }
    }
    return text
  }

  /// Millions of records are written, so they are put together from bytes.
  private func appendRecords(of entry: ListJob.Entry, to text: inout [UInt8]) throws {
    guard let first = entry.items.first else { return }
    var source: [UInt8] = []
    try Self.appendField(entry.node, of: sources, to: &source)
    let ranks = Self.ranks
    // Neighbours on a list often have the same score.
    var score = first.score
    var written = Array(score.description.utf8)
    for (position, item) in entry.items.enumerated() {
      if item.score != score {
        score = item.score
        written = Array(score.description.utf8)
      }
      text += source
      text.append(UInt8(ascii: ","))
      try Self.appendField(item.node, of: items, to: &text)
      text += position < ranks.count ? ranks[position] : Self.rank(position)
      text += written
      text.append(UInt8(ascii: "\n"))
    }
  }

  private static let ranks = (0..<128).map { rank($0) }
  private static func rank(_ position: Int) -> [UInt8] { Array(",\(position + 1),".utf8) }

  private static func appendField(_ node: NodeID, of ids: StringColumn, to text: inout [UInt8]) throws {
    let start = text.count
    try ids.append(at: Int(node.index), to: &text)
    // What CSV has to quote, and what a damaged file may hold, goes the long way.
    if text[start...].contains(where: { $0 == 44 || $0 == 34 || $0 == 10 || $0 == 13 || $0 >= 128 }) {
      text.removeSubrange(start...)
      text += Table.csvCell(try ids.string(at: Int(node.index))).utf8
    }
  }

  private func line(_ entry: ListJob.Entry) throws -> Line {
    Line(
      source: try sources.string(at: Int(entry.node.index)),
      items: try entry.items.map { Line.Item(id: try items.string(at: Int($0.node.index)), score: $0.score) })
  }

  private struct Line: Encodable {
    var source: String
    var items: [Item]

    struct Item: Encodable {
      var id: String
      var score: Double
    }
  }
}
