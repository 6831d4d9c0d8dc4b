import AkinFormats
import AkinGraph
import AkinParallel
import Foundation

/// The store, step by step: text, ids, adjacencies, files, what is appended.
struct StoreBenchmarks {
  let edges: Int
  let name: String
  private let folder: String
  private let csv: String
  private var graph: String { folder + "/graph.akin" }

  /// A file of interactions by string ids: a twentieth as many users as edges, a fortieth as many items.
  init(edges: Int) throws {
    self.edges = edges
    name = edges % 1_000_000 == 0 ? "\(edges / 1_000_000)M" : "\(edges / 1000)k"
    folder = NSTemporaryDirectory() + "akin-benchmarks-\(getpid())-\(edges)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    csv = folder + "/interactions.csv"
    var random = RandomStream(seed: 3, stream: UInt64(edges))
    var text = Array("user_id,item_id,rating,timestamp\n".utf8)
    for number in 0..<edges {
      let (user, item) = (random.draw(below: UInt32(edges / 20)), random.draw(below: UInt32(edges / 40)))
      text += "u\(user),i\(item),\(1 + random.draw(below: 5)).5,\(1_500_000_000 + number)\n".utf8
    }
    try Data(text).write(to: URL(fileURLWithPath: csv))
  }

  func run() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let bytes = Double((try FileManager.default.attributesOfItem(atPath: csv)[.size] as? Int) ?? 0)
    report("Store/parse/\(name)", bytes / (try parse()) / 1e9, "GB/s", "checked and split")
    let (ours, dictionary) = try intern()
    report("Store/intern/\(name)", Double(2 * edges) / ours / 1e6, "M ids/s")
    report("Store/intern/\(name)/dictionary", Double(2 * edges) / dictionary / 1e6, "M ids/s", "[String: UInt32]")
    let csr = CSRBenchmarks(edges: edges, name: name)
    try csr.run()
    let (build, naive) = try build()
    report(
      "Store/build/\(name)", Double(2 * edges) / build / 1e6, "M edges/s", "both directions, weights, times, checksums")
    report("Store/build/\(name)/sort", Double(2 * edges) / naive / 1e6, "M edges/s", "Array.sort of pairs alone, twice")
    let whole = try runs(3) { _ in
      let made = try InteractionImport(path: csv, execution: .serial)
      try made.snapshot.write(to: graph)
    }
    report("Store/import/\(name)", Double(edges) / whole.median / 1e6, "M edges/s", "from CSV to a file on disk")
    try files()
  }

  /// Seconds to read the file into checked, split records.
  private func parse() throws -> Double {
    try runs(3) { _ in
      let reader = try DelimitedReader(path: csv)
      var block = RecordBlock()
      while try reader.nextUnsplit(into: &block) {
        block.split()
        reader.count(block)
      }
      precondition(reader.recordCount == edges, "\(reader.recordCount) records")
    }.median
  }

  /// Seconds to give all ids of the file their indices, and the same with the dictionary of the language.
  private func intern() throws -> (Double, Double) {
    var blocks: [RecordBlock] = []
    let reader = try DelimitedReader(path: csv)
    var block = RecordBlock()
    while try reader.nextBlock(into: &block) { blocks.append(block) }
    let batches = blocks.map { block in
      func fields(_ column: Int) -> [EdgeBatch.IDField] {
        (0..<block.count).map {
          let range = block.range($0, column)
          return EdgeBatch.IDField(start: UInt32(range.lowerBound), end: UInt32(range.upperBound))
        }
      }
      return EdgeBatch(bytes: block.bytes, sources: fields(0), targets: fields(1), weights: [], times: [])
    }
    let ours = try runs(3) { _ in
      var builder = GraphBuilder()
      let (user, item) = (builder.addNodeType("user"), builder.addNodeType("item"))
      let relation = builder.addRelation("saved", from: user, to: item, duplicates: .keep)
      for start in stride(from: 0, to: batches.count, by: 16) {
        try builder.addEdges(Array(batches[start..<min(start + 16, batches.count)]), to: relation)
      }
    }
    let dictionary = runs(1) { _ in
      var users: [String: UInt32] = [:]
      var items: [String: UInt32] = [:]
      for block in blocks {
        for record in 0..<block.count {
          let (user, item) = (block.text(record, 0), block.text(record, 1))
          if users[user] == nil { users[user] = UInt32(users.count) }
          if items[item] == nil { items[item] = UInt32(items.count) }
        }
      }
    }
    return (ours.median, dictionary.median)
  }

  /// Seconds to make both adjacencies of edges that are in memory, and to sort their pairs with the standard library.
  private func build() throws -> (Double, Double) {
    let (users, items) = (edges / 20, edges / 40)
    var random = RandomStream(seed: 4, stream: 1)
    let pairs = (0..<edges).map { _ in
      (random.draw(below: UInt32(users)), random.draw(below: UInt32(items)))
    }
    var times: [Double] = []
    for _ in 0..<4 {
      var builder = GraphBuilder()
      let (user, item) = (builder.addNodeType("user"), builder.addNodeType("item"))
      for index in 0..<users { _ = try builder.intern("\(index)", type: user) }
      for index in 0..<items { _ = try builder.intern("\(index)", type: item) }
      let relation = builder.addRelation("saved", from: user, to: item, duplicates: .keep)
      for (number, pair) in pairs.enumerated() {
        builder.addEdge(relation, from: pair.0, to: pair.1, weight: 2, time: Int64(number))
      }
      let start = cpuSeconds()
      let built = try (consume builder).build()
      times.append(cpuSeconds() - start)
      precondition(built.snapshot.relations[0].forward.edgeCount == edges, "edges were lost")
    }
    let naive = runs(1) { _ in
      let forward = pairs.map { UInt64($0.0) << 32 | UInt64($0.1) }.sorted()
      let reverse = pairs.map { UInt64($0.1) << 32 | UInt64($0.0) }.sorted()
      precondition(forward.count == reverse.count, "edges were lost")
    }
    return (times.dropFirst().sorted()[1], naive.median)
  }

  /// What is done with the file that was written.
  private func files() throws {
    let opening = (0..<21).map { _ in
      let start = wallSeconds()
      _ = try? Snapshot.open(graph)
      return wallSeconds() - start
    }.sorted()
    report("Store/open/\(name)", opening.median * 1e6, "µs", "wall, median of 21")
    try lookUp(Snapshot.open(graph))
    let base = try Snapshot.open(graph)
    let writer = try OverlayWriter(path: graph)
    var random = RandomStream(seed: 6, stream: 0)
    let appending = try (0..<11).map { batch in
      let operations = (0..<10).map { number in
        OverlayOperation.addEdge(
          relation: 0, source: "u\(random.draw(below: UInt32(edges / 20)))", target: "new \(batch) \(number)",
          weight: 1,
          value: nil, time: 1_600_000_000)
      }
      let start = wallSeconds()
      try writer.append(operations)
      return wallSeconds() - start
    }.sorted()
    report("Store/append/\(name)", appending.median * 1e3, "ms", "10 edges, durable, wall, median of 11")
    let live = try runs(3) { _ in _ = try Snapshot.open(graph) }
    report("Store/overlay/open/\(name)", live.median * 1e3, "ms", "with 110 edges appended")
    let appended = try Snapshot.open(graph)
    report("Store/overlay/read/\(name)", try readRows(appended), "ns/row", "rows at random, all their edges")
    report("Store/overlay/read/\(name)/base", try readRows(base), "ns/row")
  }

  private func lookUp(_ snapshot: Snapshot) throws { try Self.lookUp(snapshot, count: edges / 20, name) }

  /// Ids `u0`, `u1` … of the first node type.
  static func lookUp(_ snapshot: Snapshot, count: Int, _ name: String) throws {
    let table = snapshot.nodes[0]
    var random = RandomStream(seed: 8, stream: 0)
    let wanted = (0..<64 * 1000).map { _ in "u\(random.draw(below: UInt32(count)))" }
    for id in wanted { _ = try table.index(ofID: id) }
    // Of many short stretches, so that the median is that of look-ups, and not of what came between.
    func median(_ body: (ArraySlice<String>) throws -> Void) rethrows -> Double {
      try stride(from: 0, to: wanted.count, by: 64).map { start in
        let slice = wanted[start..<start + 64]
        let begin = wallSeconds()
        try body(slice)
        return (wallSeconds() - begin) / 64 * 1e9
      }.sorted().median
    }
    let single = try median { for id in $0 { _ = try table.index(ofID: id) } }
    let batch = try median { _ = try table.indices(ofIDs: Array($0)) }
    report("Store/look-up/\(name)/single", single, "ns/id", "median of 1000 times 64")
    report("Store/look-up/\(name)/batch", batch, "ns/id", "64 at a time")
  }

  private func readRows(_ snapshot: Snapshot) throws -> Double {
    let rows = snapshot.relations[0].forward
    var random = RandomStream(seed: 9, stream: 0)
    let count = 200_000
    var sum: UInt64 = 0
    let times = try runs(3) { _ in
      for _ in 0..<count {
        for edge in try rows.edges(of: random.draw(below: UInt32(rows.nodeCount))) {
          sum &+= UInt64(try rows.neighbor(at: edge))
        }
      }
    }
    if sum == 1 { print() }
    return times.median / Double(count) * 1e9
  }
}
