import AkinParallel
import TestSupport
import Testing

@testable import AkinGraph

/// Enough edges for many buckets and digits, in chunks of odd sizes, against a plain sort.
@Suite struct EdgeSortingTests {
  struct Form: Sendable, CustomTestStringConvertible {
    var policy: DuplicatePolicy
    var weights = false
    var values = false
    var times = Times.none

    enum Times { case none, narrow, wide, unknown }

    var testDescription: String { "\(policy) weights \(weights) values \(values) times \(times)" }

    static let all: [Form] = [DuplicatePolicy.last, .sum, .count, .max, .keep].flatMap { policy in
      [
        Form(policy: policy), Form(policy: policy, weights: true), Form(policy: policy, times: .narrow),
        Form(policy: policy, weights: true, times: .narrow), Form(policy: policy, weights: true, times: .wide),
        Form(policy: policy, weights: true, values: true, times: .unknown),
      ]
    }
  }

  private struct Edge: Equatable {
    var source: UInt32
    var target: UInt32
    var weight: Float?
    var value: Float?
    var time: Int64?
  }

  private static let sourceCount = 3000
  private static let targetCount = 70_000

  private func edges(_ form: Form, seed: UInt64) -> [Edge] {
    var random = SplitMix64(seed: seed)
    var edges: [Edge] = []
    for number in 0..<150_000 {
      var edge = Edge(
        // Some sources and targets have far more than others, and some pairs repeat.
        source: UInt32(Int.random(in: 0..<Self.sourceCount, using: &random) >> (number % 4)),
        target: UInt32(Int.random(in: 0..<Self.targetCount, using: &random) >> (number % 12)))
      if form.weights { edge.weight = Float(Int.random(in: 1...20, using: &random)) / 4 }
      if form.values { edge.value = Float(Int.random(in: -9...9, using: &random)) }
      switch form.times {
      case .none: break
      case .narrow: edge.time = 1_500_000_000 + Int64.random(in: 0..<50, using: &random)
      case .wide: edge.time = Int64.random(in: -9...9, using: &random) * 5_000_000_000
      case .unknown:
        edge.time = number % 3 == 0 ? TimeColumn.unknown : Int64.random(in: 0..<4_000_000_000, using: &random)
      }
      edges.append(edge)
    }
    return edges
  }

  /// By the standard library's sort and one loop.
  private func naive(_ edges: [Edge], _ policy: DuplicatePolicy) -> [Edge] {
    func key(_ edge: Edge) -> Int64 { edge.time == TimeColumn.unknown ? .min : edge.time ?? 0 }
    let order = edges.enumerated().sorted {
      ($0.element.source, $0.element.target, key($0.element), $0.offset)
        < ($1.element.source, $1.element.target, key($1.element), $1.offset)
    }.map(\.element)
    guard policy != .keep else { return order }
    var merged: [[Edge]] = []
    for edge in order {
      if let last = merged.last?.last, last.source == edge.source, last.target == edge.target {
        merged[merged.count - 1].append(edge)
      } else {
        merged.append([edge])
      }
    }
    return merged.map { run in
      var edge = run.last!
      switch policy {
      case .last, .keep: break
      case .sum:
        if edge.weight != nil { edge.weight = run.reduce(0) { $0 + $1.weight! } }
        if edge.value != nil { edge.value = run.reduce(0) { $0 + $1.value! } }
      case .count: edge.weight = Float(run.count)
      case .max:
        let largest = run.map { $0.weight ?? 1 }.max()!
        edge = run.last { ($0.weight ?? 1) == largest }!
      }
      return edge
    }
  }

  private func list(_ adjacency: Adjacency, isForward: Bool) throws -> [Edge] {
    var edges: [Edge] = []
    for node in 0..<UInt32(adjacency.nodeCount) {
      for edge in try adjacency.edges(of: node) {
        let neighbor = try adjacency.neighbor(at: edge)
        let attributes = adjacency.attributes
        edges.append(
          Edge(
            source: isForward ? node : neighbor, target: isForward ? neighbor : node,
            weight: attributes.weights?[edge], value: attributes.values?[edge],
            time: attributes.times.map { $0.time(at: edge) ?? TimeColumn.unknown }))
      }
    }
    return edges
  }

  private func chunks(_ edges: [Edge]) -> [EdgeChunk] {
    var chunks: [EdgeChunk] = []
    var start = 0
    for number in 0... where start < edges.count {
      let end = min(edges.count, start + [1, 4099, 30_011][number % 3])
      let part = edges[start..<end]
      chunks.append(
        EdgeChunk(
          sources: part.map(\.source), targets: part.map(\.target), weights: part.compactMap(\.weight),
          values: part.compactMap(\.value), times: ChunkTimes(part.compactMap(\.time))))
      start = end
      if start == edges.count { break }
    }
    return chunks
  }

  /// A round that knows no more sources than it has met.
  private func round(of chunks: [EdgeChunk], policy: DuplicatePolicy = .keep) throws -> any ArrivedRound {
    let sources = chunks.flatMap { $0.sources }
    return try arrivedRound(
      of: chunks, sourceCount: Int(sources.max() ?? 0) + 1, policy: policy, execution: .serial)
  }

  @Test(arguments: Form.all)
  func `edges that came in rounds are those that came at once`(form: Form) throws {
    let edges = Array(edges(form, seed: 11).prefix(40_000))
    let chunks = chunks(edges)
    let sorting = EdgeSorting(
      sourceCount: Self.sourceCount, targetCount: Self.targetCount, policy: form.policy,
      execution: Execution(threads: 2))
    let found = try sorting.relation(
      from: stride(from: 0, to: chunks.count, by: 2).map {
        try round(of: Array(chunks[$0..<min($0 + 2, chunks.count)]), policy: form.policy)
      })
    #expect(try list(found.forward, isForward: true) == naive(edges, form.policy))
    #expect(found.reverse.edgeCount == found.forward.edgeCount)
    // Times in other units go through the same buckets.
    let scaled = try sorting.relation(
      from: chunks.map { try round(of: [$0], policy: form.policy).scaled { $0 * 1000 } })
    let naive = naive(
      edges.map { edge in
        var edge = edge
        edge.time = edge.time.map { $0 == TimeColumn.unknown ? $0 : $0 * 1000 }
        return edge
      }, form.policy)
    #expect(try list(scaled.forward, isForward: true) == naive)
  }

  @Test(arguments: Form.all)
  func `both directions are those of a plain sort, on any number of threads`(form: Form) throws {
    // As the host does, with all rows of a bucket at once, and as if there were more edges than places of 32 bits.
    let ways = [(1, true, Int.max, 150_000), (3, true, 0, 30_000), (3, false, .max, 30_000), (1, false, 0, 30_000)]
    for (threads, inRows, limit, count) in ways {
      let edges = Array(edges(form, seed: 7).prefix(count))
      let expected = naive(edges, form.policy)
      let reversed = expected.enumerated().sorted {
        ($0.element.target, $0.offset) < ($1.element.target, $1.offset)
      }.map(\.element)
      var sorting = EdgeSorting(
        sourceCount: Self.sourceCount, targetCount: Self.targetCount, policy: form.policy,
        execution: Execution(threads: threads))
      if !inRows { sorting.rowSorting = nil }
      sorting.countLimit = limit
      let found = try sorting.relation(from: chunks(edges))
      #expect(try list(found.forward, isForward: true) == expected)
      #expect(try list(found.reverse, isForward: false) == reversed)
      #expect(found.timeBase == (form.times == .none ? nil : expected.compactMap(\.time).filter { $0 != .max }.min()))
    }
  }

  @Test(arguments: Form.all)
  func `edges that went to disk make the same graph, and leave nothing there`(form: Form) throws {
    let edges = Array(edges(form, seed: 5).prefix(40_000))
    let folder = TemporaryFolder()
    func fingerprint(_ memory: MemoryBound?, hasFormula: Bool) throws -> (UInt64, [Int]) {
      var builder = GraphBuilder(memory: memory)
      let user = builder.addNodeType("user")
      let item = builder.addNodeType("item")
      let relation = builder.addRelation("saved", from: user, to: item, duplicates: form.policy)
      let follows = builder.addRelation("follows", from: user, to: user, duplicates: .last)
      for number in 0..<Self.sourceCount { _ = try builder.intern("u\(number)", type: user) }
      for number in 0..<Self.targetCount { _ = try builder.intern("a longer id of \(number)", type: item) }
      if hasFormula, form.policy == .count { builder.setWeightFormula(of: relation) { $0 + 0.5 } }
      for (number, edge) in edges.enumerated() {
        builder.addEdge(
          relation, from: edge.source, to: edge.target, weight: edge.weight, value: edge.value, time: edge.time)
        if number == 20_000, form.times == .narrow { builder.scaleTimes(of: relation) { $0 / 3 } }
        if number % 100 == 0 { builder.addEdge(follows, from: edge.source, to: 7) }
        try builder.keepWithinBound()
      }
      #expect(builder.isSpilled == (memory != nil))
      let build = try builder.build(execution: Execution(threads: 2))
      #expect(try build.snapshot.verify(execution: .serial) == [])
      return (build.snapshot.fingerprint, build.merged)
    }
    // Nodes and their tables take some 5 MB.
    let bound = MemoryBound(byteCount: 5_600_000, folder: SpillFolder(path: folder.path))
    for hasFormula in [false, true] {
      let expected = try fingerprint(nil, hasFormula: hasFormula)
      let found = try fingerprint(bound, hasFormula: hasFormula)
      #expect(found.0 == expected.0)
      #expect(found.1 == expected.1)
    }
    #expect(folder.names() == [])
  }

  @Test func `a bound without room for edges is refused, with what it would take`() throws {
    let folder = TemporaryFolder()
    var builder = GraphBuilder(memory: MemoryBound(byteCount: 20_000, folder: SpillFolder(path: folder.path)))
    let type = builder.addNodeType("item")
    _ = builder.addRelation("is", from: type, to: type, duplicates: .last)
    var refused: GraphError?
    for number in 0..<1000 where refused == nil {
      do {
        _ = try builder.intern("item \(number)", type: type)
        try builder.keepWithinBound()
      } catch {
        refused = error
      }
    }
    guard case .memoryBoundTooSmall(20_000, let nodeBytes, let expected)? = refused else {
      Issue.record("found \(String(describing: refused)), expected a bound that is too small")
      return
    }
    #expect(nodeBytes > 0 && expected == nodeBytes + 1024 * 48)
  }

  @Test func `a folder for temporary files that is not there is named`() throws {
    let missing = SpillFolder(path: "/nowhere/at/all")
    let edges = edges(Form(policy: .keep), seed: 1)
    #expect {
      _ = try SpilledRun([], chunks(edges), in: missing)
    } throws: { error in
      "\(error)".hasPrefix("/nowhere/at/all: cannot be written: no temporary file of ")
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `runs are merged as one stable sort`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let isBucketed = seed % 2 == 0
    let folder = TemporaryFolder()
    var all: [EdgeChunk] = []
    var runs: [SpilledRun] = []
    for _ in 0..<Int.random(in: 0...9, using: &random) {
      let count = Int.random(in: 0...50, using: &random)
      let pairs = (0..<count).map { _ in
        (UInt32.random(in: 0..<6, using: &random), UInt32.random(in: 0..<9, using: &random))
      }
      let chunk = EdgeChunk(
        sources: pairs.map(\.0), targets: pairs.map(\.1), weights: [], values: [],
        times: ChunkTimes(pairs.indices.map { Int64(all.count * 1000 + $0) }))
      all.append(chunk)
      runs.append(
        try isBucketed
          ? SpilledRun([round(of: [chunk])], in: SpillFolder(path: folder.path))
          : SpilledRun([], [chunk], in: SpillFolder(path: folder.path)))
    }
    var merge = RunMerge(runs)
    var found: [[Int64]] = []
    while let record = merge.pop() {
      found.append([Int64(record.source), Int64(record.target), record.payload.time])
    }
    let expected = all.flatMap { chunk in
      (0..<chunk.count).map { [Int64(chunk.sources[$0]), Int64(chunk.targets[$0]), time(chunk, $0)] }
    }.enumerated().sorted { ($0.element[0], $0.element[1], $0.offset) < ($1.element[0], $1.element[1], $1.offset) }
    #expect(found == expected.map(\.element))
  }

  private func time(_ chunk: EdgeChunk, _ edge: Int) -> Int64 {
    switch chunk.times {
    case .none: 0
    case .narrow(let times, let base): base + Int64(times[edge])
    case .wide(let times): times[edge]
    }
  }

  @Test func `a formula is applied once pairs are merged, and its failure names the pair`() throws {
    let edges = edges(Form(policy: .count), seed: 3)
    var sorting = EdgeSorting(sourceCount: Self.sourceCount, targetCount: Self.targetCount, policy: .count)
    sorting.formula = { $0 * 10 }
    let found = try sorting.relation(from: chunks(edges))
    let expected = naive(edges, .count).map(\.weight!).map { $0 * 10 }
    #expect(found.forward.attributes.weights?.array() == expected)
    sorting.formula = { _ in .nan }
    #expect(throws: EdgeSorting.Overflow.self) { try sorting.relation(from: chunks(edges)) }
  }

  @Test func `counts that are all 1 make no column, and still must be numbers by the formula`() throws {
    let chunk = EdgeChunk(
      sources: [2, 0, 2, 1], targets: [5, 5, 4, 0], weights: [9, 9, 9, 9], values: [], times: .none)
    for rowSorting in [RowSorting.forHost, nil] {
      var sorting = EdgeSorting(sourceCount: 3, targetCount: 6, policy: .count)
      sorting.rowSorting = rowSorting
      let found = try sorting.relation(from: [chunk])
      #expect(found.forward.neighbors.array() == [5, 0, 4, 5])
      #expect(found.forward.offsets.array() == [0, 1, 2, 4])
      #expect(found.forward.attributes.weights == nil && found.reverse.attributes.weights == nil)
      sorting.formula = { $0 - 1 }
      #expect {
        try sorting.relation(from: [chunk])
      } throws: { error in
        (error as? EdgeSorting.Overflow)?.source == 0 && (error as? EdgeSorting.Overflow)?.target == 5
      }
    }
  }
}
