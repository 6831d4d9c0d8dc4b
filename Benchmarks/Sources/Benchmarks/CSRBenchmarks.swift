import AkinGraph
import AkinParallel
import Foundation

/// Both adjacencies from pairs of integers in memory, without ids, text and files, beside what memory allows.
struct CSRBenchmarks {
  let edges: Int
  let name: String
  private var users: Int { edges / 20 }
  private var items: Int { edges / 40 }

  func run() throws {
    let (sources, targets) = pairs()
    let whole = try build(sources, targets)
    let nodesAlone = try build([], [])
    report(
      "Store/csr/\(name)", Double(2 * edges) / max(1e-9, whole - nodesAlone) / 1e6, "M edges/s",
      "both directions, sorted rows, fresh memory, checksums")
    report(
      "Store/csr/\(name)/counting", Double(2 * edges) / counting(sources, targets) / 1e6, "M edges/s",
      "plain counting, rows unsorted, memory that was used before")
    report(
      "Store/csr/\(name)/pages", Double(2 * edges) / pages(24 * edges) / 1e6, "M edges/s",
      "as many fresh pages as it takes, touched once")
  }

  private func pairs() -> ([UInt32], [UInt32]) {
    var random = RandomStream(seed: 4, stream: 2)
    var (sources, targets): ([UInt32], [UInt32]) = ([], [])
    for _ in 0..<edges {
      sources.append(random.draw(below: UInt32(users)))
      targets.append(random.draw(below: UInt32(items)))
    }
    return (sources, targets)
  }

  /// CPU seconds of a build; the median of three.
  private func build(_ sources: [UInt32], _ targets: [UInt32]) throws -> Double {
    try (0..<4).map { _ in
      var builder = GraphBuilder()
      let (user, item) = (builder.addNodeType("user"), builder.addNodeType("item"))
      for index in 0..<users { _ = try builder.intern("\(index)", type: user) }
      for index in 0..<items { _ = try builder.intern("\(index)", type: item) }
      let relation = builder.addRelation("saved", from: user, to: item, duplicates: .keep)
      for (source, target) in zip(sources, targets) { builder.addEdge(relation, from: source, to: target) }
      let start = cpuSeconds()
      let built = try (consume builder).build()
      let seconds = cpuSeconds() - start
      precondition(built.snapshot.relations[0].forward.edgeCount == sources.count, "edges were lost")
      return seconds
    }.dropFirst().sorted()[1]
  }

  /// Degrees, their sums, and each edge to its place: twice.
  private func counting(_ sources: [UInt32], _ targets: [UInt32]) -> Double {
    var neighbors = [UInt32](repeating: 0, count: edges)
    func place(_ keys: [UInt32], _ others: [UInt32], _ count: Int) {
      var starts = [Int](repeating: 0, count: count + 1)
      for key in keys { starts[Int(key) + 1] += 1 }
      for key in 0..<count { starts[key + 1] += starts[key] }
      for edge in keys.indices {
        let key = Int(keys[edge])
        neighbors[starts[key]] = others[edge]
        starts[key] += 1
      }
    }
    return runs(3) { _ in
      place(sources, targets, users)
      place(targets, sources, items)
    }.median
  }

  /// Memory from the system, a byte of each page written.
  private func pages(_ count: Int) -> Double {
    runs(3) { _ in
      let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
      for page in stride(from: 0, to: count, by: 4096) { start.storeBytes(of: 1, toByteOffset: page, as: UInt8.self) }
      munmap(start, count)
    }.median
  }

  /// Look-ups in a file of many ids and hardly an edge.
  static func lookUps(ids: Int) throws {
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    for index in 0..<ids { _ = try builder.intern("u\(index)", type: user) }
    let relation = builder.addRelation("follows", from: user, to: user, duplicates: .keep)
    builder.addEdge(relation, from: 0, to: 1)
    let path = NSTemporaryDirectory() + "akin-look-ups-\(getpid()).akin"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try builder.build().snapshot.write(to: path)
    try StoreBenchmarks.lookUp(try Snapshot.open(path), count: ids, "\(ids / 1000)k ids")
  }
}
