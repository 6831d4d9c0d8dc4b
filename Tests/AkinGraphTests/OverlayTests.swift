import AkinRanking
import TestSupport
import Testing

@testable import AkinGraph

@Suite struct OverlayTests {
  let folder = TemporaryFolder()

  /// A graph of two types and one relation with weights and times, made of edges all at once.
  struct Plain {
    var edges: [(source: Int, target: Int, weight: Float, time: Int64)] = []

    func snapshot(_ policy: DuplicatePolicy) throws -> Snapshot {
      var builder = GraphBuilder()
      let user = builder.addNodeType("user")
      let item = builder.addNodeType("item")
      let other = builder.addRelation("likes", from: item, to: item, duplicates: .last)
      let relation = builder.addRelation("saved", from: user, to: item, duplicates: policy)
      builder.addEdge(other, from: try builder.intern("i0", type: item), to: try builder.intern("i0", type: item))
      for edge in edges {
        builder.addEdge(
          relation, from: try builder.intern("u\(edge.source)", type: user),
          to: try builder.intern("i\(edge.target)", type: item), weight: policy == .count ? nil : edge.weight,
          time: edge.time)
      }
      return try builder.build(roles: Roles(primaryRelation: 1, seenRelations: [1])).snapshot
    }

    func operations(_ policy: DuplicatePolicy) -> [OverlayOperation] {
      edges.map {
        .addEdge(
          relation: 1, source: "u\($0.source)", target: "i\($0.target)", weight: policy == .count ? nil : $0.weight,
          value: nil, time: $0.time)
      }
    }

    static func random(_ count: Int, _ random: inout SplitMix64) -> Plain {
      Plain(
        edges: (0..<count).map { _ in
          (
            Int.random(in: 0..<6, using: &random), Int.random(in: 0..<6, using: &random),
            Float(Int.random(in: 1...8, using: &random)) / 2, Int64.random(in: 0..<20, using: &random)
          )
        })
    }
  }

  @Test(arguments: UInt64(0)..<20, DuplicatePolicy.allCases)
  func `snapshot and log are the graph of all edges at once`(seed: UInt64, policy: DuplicatePolicy) throws {
    var random = SplitMix64(seed: seed)
    let before = Plain.random(Int.random(in: 1...20, using: &random), &random)
    let path = folder.file("g.akin")
    try before.snapshot(policy).write(to: path)
    var all = before
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let batch = Plain.random(Int.random(in: 1...10, using: &random), &random)
      try OverlayWriter(path: path).append(batch.operations(policy))
      all.edges += batch.edges
    }
    let expected = try all.snapshot(policy)
    let live = try Snapshot.open(path)
    #expect(live.fingerprint == expected.fingerprint)
    #expect(try live.verify() == [])
    #expect(try OverlayWriter(path: path).compact()?.fingerprint == expected.fingerprint)
    #expect(folder.names() == ["g.akin", "g.akin.lock"])
    #expect(try Snapshot.open(path).fingerprint == expected.fingerprint)
    #expect(try Snapshot.open(path).verify() == [])
    #expect(try OverlayWriter(path: path).compact() == nil)
  }

  /// Edges of the relation "saved" as "u i".
  func edges(_ snapshot: Snapshot) throws -> [String] {
    let rows = snapshot.relations[1].forward
    return try (0..<UInt32(rows.nodeCount)).flatMap { source in
      try rows.edges(of: source).map { edge in
        try snapshot.nodes[0].ids.string(at: Int(source)) + " "
          + snapshot.nodes[1].ids.string(at: Int(rows.neighbors[edge]))
      }
    }
  }

  func add(_ source: String, _ target: String) -> OverlayOperation {
    .addEdge(relation: 1, source: source, target: target, weight: 1, value: nil, time: nil)
  }

  @Test func `changes hold in their order`() throws {
    let path = folder.file("g.akin")
    let base = Plain(edges: [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)])
    try base.snapshot(.last).write(to: path)
    let writer = try OverlayWriter(path: path)
    try writer.append([.removeEdge(relation: 1, source: "u0", target: "i1"), add("u2", "i9")])
    #expect(try edges(Snapshot.open(path)) == ["u0 i0", "u1 i0", "u1 i1", "u2 i9"])
    try writer.append([add("u0", "i1"), .removeEdge(relation: 1, source: "u2", target: "i9")])
    #expect(try edges(Snapshot.open(path)) == ["u0 i0", "u0 i1", "u1 i0", "u1 i1"])
    // A node that goes takes its edges along, of all relations, and comes back with new ones alone.
    try writer.append([.addNode(type: 1, id: "i0", label: "Zero"), .removeNode(type: 1, id: "i0")])
    let without = try Snapshot.open(path)
    #expect(try edges(without) == ["u0 i1", "u1 i1"])
    #expect(try without.nodes[1].index(ofID: "i0") == nil)
    #expect(without.relations[0].forward.edgeCount == 0)
    try writer.append([add("u1", "i0")])
    let back = try Snapshot.open(path)
    #expect(try edges(back).sorted() == ["u0 i1", "u1 i0", "u1 i1"])
    let index = try #require(try back.nodes[1].index(ofID: "i0"))
    #expect(try back.nodes[1].label(of: index) == nil)
    #expect(try back.verify() == [])
    // What was erased is in no file after compacting.
    try writer.append([.removeNode(type: 0, id: "u1")])
    _ = try writer.compact()
    #expect(!String(decoding: bytes(of: path), as: UTF8.self).contains("u1"))
    #expect(folder.names() == ["g.akin", "g.akin.lock"])
  }

  @Test func `labels and attributes of other nodes stay`() throws {
    let path = folder.file("g.akin")
    let snapshot = try RandomGraph(seed: 11).snapshot
    try snapshot.write(to: path)
    try OverlayWriter(path: path).append([.addNode(type: 1, id: "new", label: "New one")])
    let live = try Snapshot.open(path)
    #expect(try live.verify() == [])
    #expect(try live.nodes[1].indices(ofLabel: "new one") == [UInt32(snapshot.nodes[1].count)])
    for index in 0..<UInt32(snapshot.nodes[1].count) {
      #expect(try live.nodes[1].label(of: index) == snapshot.nodes[1].label(of: index))
      for (one, other) in zip(live.nodes[1].attributes, snapshot.nodes[1].attributes) {
        #expect(try one.value(of: index) == other.value(of: index))
      }
    }
  }

  @Test func `a log that was cut anywhere holds the batches before the cut`() throws {
    let path = folder.file("g.akin")
    try Plain(edges: [(0, 0, 1, 1)]).snapshot(.last).write(to: path)
    var counts: [Int: Int] = [:]
    for number in 1...4 {
      try OverlayWriter(path: path).append([add("a\(number)", "i0"), add("b\(number)", "i0")])
      counts[bytes(of: path + ".log").count] = 1 + 2 * number
    }
    let whole = bytes(of: path + ".log")
    for length in 0...whole.count {
      folder.write(Array(whole[..<length]), to: "g.akin.log")
      let expected = counts.filter { $0.key <= length }.map(\.value).max() ?? 1
      #expect(try edges(Snapshot.open(path)).count == expected, "cut at \(length)")
      // The next writer goes on behind the last whole batch.
      try OverlayWriter(path: path).append([add("c", "i0")])
      #expect(try edges(Snapshot.open(path)).count == expected + 1, "cut at \(length)")
    }
  }

  @Test func `a flipped bit in a log is an error or a batch less, never another edge`() throws {
    let path = folder.file("g.akin")
    try Plain(edges: [(0, 0, 1, 1)]).snapshot(.last).write(to: path)
    for number in 1...3 { try OverlayWriter(path: path).append([add("a\(number)", "i0")]) }
    let whole = bytes(of: path + ".log")
    let full = try edges(Snapshot.open(path))
    for position in whole.indices {
      var damaged = whole
      damaged[position] ^= 1 << UInt8(position % 8)
      folder.write(damaged, to: "g.akin.log")
      do {
        let found = try edges(Snapshot.open(path))
        #expect(full.starts(with: found) && found.count < full.count, "byte \(position)")
      } catch is GraphError {
        // Found.
      }
    }
  }

  @Test func `a second writer is told, and a log of another graph is refused`() throws {
    let path = folder.file("g.akin")
    try Plain(edges: [(0, 0, 1, 1)]).snapshot(.last).write(to: path)
    do {
      let writer = try OverlayWriter(path: path)
      #expect(throws: GraphError.locked(path: path)) { _ = try OverlayWriter(path: path) }
      try writer.append([add("a", "i0")])
    }
    let held = try Snapshot.open(path)
    try Plain(edges: [(5, 5, 1, 1)]).snapshot(.last).write(to: path)
    #expect(throws: GraphError.self) { try Snapshot.open(path) }
    #expect(throws: GraphError.self) { try OverlayWriter(path: path).append([add("a", "i0")]) }
    #expect(try edges(held) == ["u0 i0", "a i0"])
  }

  @Test func `a compaction that stopped between its steps loses and repeats nothing`() throws {
    let path = folder.file("g.akin")
    try Plain(edges: [(0, 0, 1, 1)]).snapshot(.sum).write(to: path)
    let base = bytes(of: path)
    try OverlayWriter(path: path).append([add("u0", "i0")])
    let folded = try Snapshot.open(path)
    // After the mark, before the rename.
    let log = try #require(try OverlayLog(reading: path + ".log"))
    let marked = bytes(of: path + ".log") + OverlayLog.record(OverlayLog.foldMark(folded.fingerprint), at: log.end)
    folder.write(marked, to: "g.akin.log")
    #expect(try Snapshot.open(path).fingerprint == folded.fingerprint)
    // After the rename, before the log goes.
    try folded.write(to: path)
    #expect(try Snapshot.open(path).fingerprint == folded.fingerprint)
    try OverlayWriter(path: path).append([add("u7", "i0")])
    #expect(try edges(Snapshot.open(path)) == ["u0 i0", "u7 i0"])
    #expect(try Snapshot.open(path).relations[1].forward.attributes.weights?.array() == [2, 1])
    // An append after a mark whose rename never came.
    folder.write(base, to: "g.akin")
    folder.write(marked, to: "g.akin.log")
    try OverlayWriter(path: path).append([add("u8", "i0")])
    #expect(try edges(Snapshot.open(path)) == ["u0 i0", "u8 i0"])
    #expect(try OverlayWriter(path: path).compact()?.relations[1].forward.attributes.weights?.array() == [2, 1])
  }
}
