import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@Suite struct GraphBuilderTests {
  /// An edge as either direction states it.
  struct Row: Equatable {
    var neighbor: UInt32
    var weight: Float
    var time: Int64?
  }

  func rows(_ adjacency: Adjacency) throws -> [[Row]] {
    try (0..<UInt32(adjacency.nodeCount)).map { node in
      try adjacency.edges(of: node).map { edge in
        Row(
          neighbor: try adjacency.neighbor(at: edge), weight: adjacency.attributes.weight(at: edge),
          time: adjacency.attributes.times?.time(at: edge))
      }
    }
  }

  /// A map from pair to the edges between them, each policy spelled out by itself.
  func naive(_ graph: RandomGraph, relation: Int, policy: DuplicatePolicy) -> [UInt32: [Row]] {
    var groups: [UInt64: [RandomGraph.PlainEdge]] = [:]
    for edge in graph.edges where edge.relation == relation {
      groups[UInt64(edge.source) << 32 | UInt64(edge.target), default: []].append(edge)
    }
    var result: [UInt32: [Row]] = [:]
    for (_, group) in groups.sorted(by: { $0.key < $1.key }) {
      func time(_ edge: RandomGraph.PlainEdge) -> Int64 {
        edge.time == nil || edge.time == TimeColumn.unknown ? .min : edge.time!
      }
      var byTime: [RandomGraph.PlainEdge] = []
      for edge in group {
        let position = byTime.firstIndex { time($0) > time(edge) } ?? byTime.count
        byTime.insert(edge, at: position)
      }
      func row(_ edge: RandomGraph.PlainEdge, weight: Float? = nil) -> Row {
        Row(
          neighbor: edge.target, weight: weight ?? edge.weight ?? 1,
          time: edge.time == TimeColumn.unknown ? nil : edge.time)
      }
      let latest = byTime.last!
      let kept: [Row]
      switch policy {
      case .last: kept = [row(latest)]
      case .keep: kept = byTime.map { row($0) }
      case .sum: kept = [row(latest, weight: byTime.reduce(0) { $0 + ($1.weight ?? 1) })]
      case .count: kept = [row(latest, weight: Float(group.count))]
      case .max: kept = [row(byTime.last { $0.weight == byTime.map { $0.weight ?? 1 }.max() || $0.weight == nil }!)]
      }
      result[group[0].source, default: []] += kept
    }
    return result
  }

  @Test(arguments: UInt64(0)..<60, [DuplicatePolicy.last, .sum, .count, .max, .keep])
  func `rows agree with a plain map`(seed: UInt64, policy: DuplicatePolicy) throws {
    let graph = try RandomGraph(seed: seed, duplicates: policy)
    for (number, policy) in [(0, policy), (1, .keep), (2, .count)] {
      let edges = graph.snapshot.relations[number]
      let expected = naive(graph, relation: number, policy: policy)
      let found = try rows(edges.forward)
      #expect(found.enumerated().allSatisfy { $0.element == expected[UInt32($0.offset)] ?? [] })
      // The reverse, turned around, is the forward.
      var turned = [[Row]](repeating: [], count: edges.forward.nodeCount)
      for (target, row) in try rows(edges.reverse).enumerated() {
        for edge in row {
          turned[Int(edge.neighbor)].append(Row(neighbor: UInt32(target), weight: edge.weight, time: edge.time))
        }
      }
      #expect(turned == found)
      #expect(graph.merged[number] == graph.edges.count { $0.relation == number } - edges.forward.edgeCount)
    }
    #expect(try graph.snapshot.verify() == [])
  }

  @Test func `ids keep their order of first appearance and find themselves`() throws {
    var builder = GraphBuilder()
    let type = builder.addNodeType("item")
    _ = builder.addRelation("is", from: type, to: type, duplicates: .last)
    let ids = (0..<5000).map { "id-\($0 * 7919 % 5000)" }
    for (index, id) in ids.enumerated() { #expect(try builder.intern(id, type: type) == UInt32(index)) }
    for (index, id) in ids.enumerated() { #expect(try builder.intern(id, type: type) == UInt32(index)) }
    let table = try builder.build().snapshot.nodes[0]
    for (index, id) in ids.enumerated() {
      #expect(try table.index(ofID: id) == UInt32(index))
      #expect(try table.ids.string(at: index) == id)
    }
    #expect(try table.index(ofID: "id-5000") == nil)
    #expect(try table.index(ofID: "") == nil)
  }

  @Test func `many ids at once are found as one after the other`() throws {
    var builder = GraphBuilder()
    let type = builder.addNodeType("item")
    let other = builder.addNodeType("other")
    _ = builder.addRelation("is", from: type, to: type, duplicates: .last)
    for number in 0..<3000 {
      _ = try builder.intern(number % 3 == 0 ? "\(number)" : "a longer id, number \(number)", type: type)
    }
    let snapshot = try builder.build().snapshot
    let wanted = (0..<5000).map { $0 % 3 == 0 ? "\($0 * 7 % 4000)" : "a longer id, number \($0 * 11 % 4000)" } + [""]
    let expected = try wanted.map { try snapshot.nodes[0].index(ofID: $0) }
    #expect(expected.contains(nil) && expected.contains(3))
    #expect(try snapshot.nodes[0].indices(ofIDs: wanted) == expected)
    #expect(try snapshot.nodes[0].indices(ofIDs: []) == [])
    #expect(try snapshot.table(of: other).indices(ofIDs: ["x"]) == [nil])
  }

  @Test func `labels are found in any case, with all that share one`() throws {
    var builder = GraphBuilder()
    let type = builder.addNodeType("item")
    _ = builder.addRelation("is", from: type, to: type, duplicates: .last)
    for (id, label) in [("a", "Hamlet"), ("b", "ÉTÉ"), ("c", "hamlet"), ("d", ""), ("e", "Zorro")] {
      let index = try builder.intern(id, type: type)
      if !label.isEmpty { builder.setLabel(label, of: index, type: type) }
    }
    let table = try builder.build().snapshot.nodes[0]
    #expect(try table.indices(ofLabel: "HAMLET") == [0, 2])
    #expect(try table.indices(ofLabel: "été") == [1])
    #expect(try table.indices(ofLabel: "zorr") == [])
    #expect(try table.indices(ofLabel: "") == [])
    #expect(try table.name(of: 3) == "d")
    #expect(try table.name(of: 1) == "ÉTÉ")
  }

  @Test func `times far apart and unknown ones survive`() throws {
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let item = builder.addNodeType("item")
    let relation = builder.addRelation("saved", from: user, to: item, duplicates: .keep)
    let source = try builder.intern("u", type: user)
    let target = try builder.intern("i", type: item)
    let times: [Int64] = [Int64.min + 1, -5, 0, 4_000_000_000, Int64.max - 1, TimeColumn.unknown]
    for time in times { builder.addEdge(relation, from: source, to: target, time: time) }
    let snapshot = try builder.build().snapshot
    let column = snapshot.relations[0].forward.attributes.times!
    #expect((0..<6).map { column.time(at: $0) } == [nil, Int64.min + 1, -5, 0, 4_000_000_000, Int64.max - 1])
    #expect(try snapshot.verify() == [])
  }
}

@Suite struct EdgeBatchTests {
  @Test(arguments: UInt64(0)..<20, [true, false])
  func `batches on any number of threads make the graph of one edge after the other`(
    seed: UInt64, isOneType: Bool
  ) throws {
    func build(_ add: (inout GraphBuilder, NodeTypeID, NodeTypeID, Int) throws -> Void) throws -> UInt64 {
      var builder = GraphBuilder()
      let user = builder.addNodeType("user")
      let item = isOneType ? user : builder.addNodeType("item")
      let relation = builder.addRelation("saved", from: user, to: item, duplicates: .sum)
      try add(&builder, user, item, relation)
      return try builder.build().snapshot.fingerprint
    }
    var random = SplitMix64(seed: seed)
    let edges = (0..<400).map { _ in
      ("u\(Int.random(in: 0..<90, using: &random))", "\(Int.random(in: 0..<60, using: &random))é")
    }
    let expected = try build { builder, user, item, relation in
      for (number, edge) in edges.enumerated() {
        let from = try builder.intern(edge.0, type: user)
        let to = try builder.intern(edge.1, type: item)
        builder.addEdge(relation, from: from, to: to, weight: Float(number + 1), time: Int64(number))
      }
    }
    for threads in [1, 3] {
      let found = try build { builder, _, _, relation in
        var batches: [EdgeBatch] = []
        for start in stride(from: 0, to: edges.count, by: 70) {
          var bytes: [UInt8] = []
          var batch = EdgeBatch(
            bytes: edges[start..<min(start + 70, edges.count)].flatMap { Array(($0.0 + $0.1).utf8) })
          for number in start..<min(start + 70, edges.count) {
            let middle = bytes.count + edges[number].0.utf8.count
            let source = bytes.count..<middle
            bytes += Array((edges[number].0 + edges[number].1).utf8)
            batch.append(source: source, target: middle..<bytes.count, weight: Float(number + 1), time: Int64(number))
          }
          batches.append(batch)
        }
        try builder.addEdges(batches, to: relation, execution: Execution(threads: threads))
      }
      #expect(found == expected, "\(threads) threads")
    }
  }
}
