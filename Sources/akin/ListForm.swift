import AkinEngine
import AkinGraph
import AkinNeighbors
import AkinRanking
import FoundationEssentials

/// How a list of a job is written.
struct ListForm: Sendable {
  let kind: ListJob.Kind
  let isJSON: Bool
  /// Of the nodes that are asked for, and of those that are listed.
  private let sources: StringColumn
  private let items: StringColumn
  private let plainSources: PlainIDs
  private let plainItems: PlainIDs

  init(_ job: ListJob, isJSON: Bool, engine: Engine) {
    kind = job.kind
    self.isJSON = isJSON
    sources = engine.snapshot.table(of: job.type).ids
    items = engine.snapshot.table(of: engine.recommendedType).ids
    plainItems = PlainIDs(items)
    plainSources = job.type == engine.recommendedType ? plainItems : PlainIDs(sources)
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
      var writer = RecordWriter(plainSources, plainItems)
      for entry in entries { try appendRecords(of: entry, to: &writer) }
      text = writer.text()
    }
    return text
  }

  private func appendRecords(of entry: ListJob.Entry, to writer: inout RecordWriter) throws {
    let items = entry.items
    let isWritten = try writer.append(of: Int(entry.node.index), length: items.count) {
      (items[$0].node.index, items[$0].score)
    }
    if !isWritten { try appendQuoted(entry.node.index, items.map { ($0.node.index, $0.score) }, to: &writer) }
  }

  /// Any list: ids that CSV has to quote, and what a damaged file may hold.
  private func appendQuoted(
    _ source: UInt32, _ items: [(index: UInt32, score: Double)], to writer: inout RecordWriter
  ) throws {
    let source = Table.csvCell(try sources.string(at: Int(source)))
    for (position, item) in items.enumerated() {
      let cell = Table.csvCell(try self.items.string(at: Int(item.index)))
      writer.append(Array("\(source),\(cell),\(position + 1),\(item.score)\n".utf8))
    }
  }

  /// The CSV of the lists of some nodes, read where they are.
  func text(_ nodes: Range<Int>, of rows: ListRows) throws -> Text {
    let records = try nodes.reduce(0) { try $0 + rows.row(of: $1).entries.count }
    var writer = RecordWriter(plainSources, plainItems, records: records)
    var text = Text()
    for node in nodes {
      let row = try rows.row(of: node)
      if row.entries.isEmpty { text.empty += 1 } else if row.shortfall != nil { text.short += 1 }
      let table = rows.tables[row.table]
      let start = row.entries.lowerBound
      for place in row.entries { plainItems.prefetch(Int(table.neighbors[place])) }
      let isWritten = try writer.append(of: node, length: row.entries.count) {
        (table.neighbors[start + $0], table.scores[start + $0])
      }
      if !isWritten {
        try appendQuoted(
          UInt32(node), row.entries.map { (table.neighbors[$0], table.scores[$0]) }, to: &writer)
      }
    }
    text.bytes = writer.text()
    return text
  }

  /// What some lists look like, and how many of them are not what was asked for.
  struct Text: Sendable {
    var bytes: [UInt8] = []
    var empty = 0
    var short = 0
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
