import AkinGraph
import AkinLinearAlgebra
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinNeighbors

@Suite struct HNSWIndexTests {
  /// Where nearness is a distance. By the inner product some vectors are near to none, and links may lead to none of them.
  static let distances = [VectorMetric.cosine, .euclidean]

  /// A search that keeps as many as there are looks at everything that can be reached, so it finds all of the nearest; and
  /// the scores are those of the exact index, to the bit.
  @Test(arguments: distances)
  func `with effort for all it is exact`(metric: VectorMetric) throws {
    let vectors = randomVectors(300, 12, seed: 1)
    let queries = randomVectors(20, 12, seed: 2)
    let exact = try ExactIndex(vectors, metric: metric).neighbors(of: queries, k: 10)
    let index = try HNSWIndex(
      vectors, metric: metric, options: HNSWOptions(links: 12, buildEffort: 60, searchEffort: 300))
    #expect(try index.neighbors(of: queries, k: 10) == exact)
    #expect(try index.neighbors(of: queries, k: 10, filter: .all, execution: Execution(threads: 4)) == exact)
    let all = try index.neighbors(of: queries, k: 1000)
    #expect(all.allSatisfy { $0.count == 300 }, "k above what there is gives all there is")
    let query = queries.row(3)
    #expect(try index.scores(of: all[3].map(\.position), for: query) == all[3].map(\.score))
  }

  /// hnswlib 0.8.0, with the same options on 20 draws of such data (800 vectors, 100 queries, 8 elements, all uniform in
  /// -1...1), finds a share of .9944 of the ten nearest, with a standard deviation of .0021 between draws; four of those
  /// below it is .986.
  @Test func `recall is that of hnswlib`() throws {
    var random = SplitMix64(seed: 3)
    func uniform(_ count: Int) -> DenseMatrix {
      DenseMatrix(rows: count, columns: 8, elements: (0..<count * 8).map { _ in .random(in: -1...1, using: &random) })
    }
    let index = try HNSWIndex(
      uniform(800), metric: .euclidean, options: HNSWOptions(links: 8, buildEffort: 40, searchEffort: 20))
    let report = try index.recall(of: uniform(100), k: 10, execution: .serial)
    #expect(report.recall >= 0.986 && report.recall < 1, "\(report)")
    #expect(report.queryCount == 100 && report.k == 10)
    #expect(report.lowest < report.recall && report.standardError > 0 && report.standardError < 0.02)
  }

  @Test func `the same vectors, options and seed give the same index`() throws {
    let vectors = randomVectors(200, 8, seed: 5)
    let options = HNSWOptions(links: 4, buildEffort: 20, searchEffort: 10, seed: 7)
    let whole = try HNSWIndex(vectors, metric: .cosine, options: options)
    var parts = try HNSWIndex(dimension: 8, metric: .cosine, options: options)
    try parts.add(DenseMatrix(vectors, rows: 0..<120))
    let copy = parts
    try parts.add(DenseMatrix(vectors, rows: 120..<200))
    #expect(whole.contents.parts == parts.contents.parts)
    #expect(whole.contents.parts.levels.contains { $0 > 0 })
    #expect(copy.count == 120 && copy.liveCount == 120, "a copy is a value of its own")
    var other = options
    other.seed = 8
    #expect(
      try HNSWIndex(vectors, metric: .cosine, options: other).contents.parts.levels != whole.contents.parts.levels)
  }

  @Test func `by the inner product the best are found, with the scores of the exact index`() throws {
    let vectors = randomVectors(300, 12, seed: 1)
    let queries = randomVectors(50, 12, seed: 2)
    let index = try HNSWIndex(
      vectors, metric: .innerProduct, options: HNSWOptions(links: 12, buildEffort: 60, searchEffort: 300))
    for (query, list) in try index.neighbors(of: queries, k: 10).enumerated() {
      #expect(try index.scores(of: list.map(\.position), for: queries.row(query)) == list.map(\.score))
      #expect(list[0].position == UInt32(naiveNeighbors(queries.row(query), vectors, .innerProduct, k: 1)[0].position))
    }
  }

  @Test(arguments: distances)
  func `what is deleted or filtered is not found, others are`(metric: VectorMetric) throws {
    let vectors = randomVectors(400, 10, seed: 8)
    let queries = randomVectors(6, 10, seed: 9)
    var index = try HNSWIndex(
      vectors, metric: metric, options: HNSWOptions(links: 6, buildEffort: 40, searchEffort: 400))
    let before = index
    for position in 0..<UInt32(400) where position % 2 == 0 { index.delete(position) }
    let again = index.delete(0)
    #expect(!again && index.liveCount == 200 && before.liveCount == 400 && before.contains(0))
    var exact = try ExactIndex(vectors, metric: metric)
    for position in 0..<UInt32(400) where position % 2 == 0 { exact.delete(position) }
    #expect(try index.neighbors(of: queries, k: 12) == exact.neighbors(of: queries, k: 12))
    let filters = [
      VectorFilter { query, position in position % 5 == UInt32(query) % 5 },
      VectorFilter(allowed: NodeSet((0..<250))), .without(NodeSet([1, 3, 5, 7, 9])),
      VectorFilter(allowed: NodeSet([3, 4])),
      VectorFilter(allowed: NodeSet()),
    ]
    for filter in filters {
      #expect(
        try index.neighbors(of: queries, k: 12, filter: filter) == exact.neighbors(of: queries, k: 12, filter: filter))
    }
    // Few allowed are found whatever the effort.
    index.options.searchEffort = 1
    let few = VectorFilter(allowed: NodeSet([11, 13, 200, 399]))
    #expect(try index.neighbors(of: queries, k: 2, filter: few) == exact.neighbors(of: queries, k: 2, filter: few))
    // Added after deletions.
    try index.add(queries)
    try exact.add(queries)
    index.options.searchEffort = 406
    #expect(index.count == 406 && index.liveCount == 206)
    #expect(try index.neighbors(of: queries, k: 12) == exact.neighbors(of: queries, k: 12))
  }

  @Test func `stops when asked, and has what it has`() throws {
    var index = try HNSWIndex(dimension: 3, metric: .euclidean)
    let cancellation = Cancellation()
    #expect(throws: CancellationError.self) {
      try index.add(randomVectors(600, 3, seed: 1), cancellation: cancellation) { if $0 > 0 { cancellation.cancel() } }
    }
    #expect(index.count == 512 && index.liveCount == 512)
  }
}

@Suite struct VectorIndexFileTests {
  private func indexes() throws -> [any VectorIndex] {
    let vectors = randomVectors(90, 5, seed: 1)
    let options = HNSWOptions(links: 3, buildEffort: 10, searchEffort: 15, seed: 9)
    var all: [any VectorIndex] = []
    for metric in VectorMetric.allCases {
      var exact = try ExactIndex(vectors, metric: metric)
      exact.delete(17)
      var hnsw = try HNSWIndex(vectors, metric: metric, options: options)
      hnsw.delete(17)
      all += [exact, hnsw]
    }
    return all
  }

  @Test func `what is read is what was written`() throws {
    let folder = TemporaryFolder()
    let queries = randomVectors(9, 5, seed: 2)
    for index in try indexes() {
      let ids = (0..<90).map { $0 == 3 ? "" : "naïve \($0)" }
      try VectorIndexFile(index: index, ids: ids).write(to: folder.file("index"))
      let read = try VectorIndexFile.open(folder.file("index"))
      #expect(read.ids == ids && type(of: read.index).kind == type(of: index).kind)
      #expect(read.index.metric == index.metric && read.index.count == 90 && read.index.liveCount == 89)
      let lists = try index.neighbors(of: queries, k: 6)
      #expect(try read.index.neighbors(of: queries, k: 6) == lists)
      #expect((0..<90).allSatisfy { read.index.vector(at: $0) == index.vector(at: $0) })
      if let hnsw = index as? HNSWIndex, var copy = read.index as? HNSWIndex {
        #expect(copy.options == hnsw.options)
        var original = hnsw
        try original.add(queries)
        try copy.add(queries)
        #expect(copy.contents.parts == original.contents.parts, "it goes on as if it had never been away")
      }
      try VectorIndexFile(index: read.index, ids: ids).write(to: folder.file("again"))
      #expect(bytes(of: folder.file("again")).dropFirst(64) == bytes(of: folder.file("index")).dropFirst(64))
    }
    try VectorIndexFile(index: HNSWIndex(dimension: 4, metric: .cosine), ids: []).write(to: folder.file("empty"))
    #expect(try VectorIndexFile.open(folder.file("empty")).index.count == 0)
  }

  @Test func `a damaged file is refused`() throws {
    let folder = TemporaryFolder()
    let index = try indexes()[1]
    try VectorIndexFile(index: index, ids: (0..<90).map { "\($0)" }).write(to: folder.file("index"))
    let whole = bytes(of: folder.file("index"))
    for position in stride(from: 8, to: whole.count, by: 509) {
      var damaged = whole
      damaged[position] ^= 0x10
      folder.write(damaged, to: "damaged")
      #expect(throws: (any Error).self, "byte \(position)") { try VectorIndexFile.open(folder.file("damaged")) }
    }
    folder.write(Array(whole.dropLast(3)), to: "damaged")
    #expect(throws: GraphError.self) { try VectorIndexFile.open(folder.file("damaged")) }
  }

  /// Whoever writes checksums can make them fit; the links are still not followed anywhere.
  @Test func `links that lead nowhere are refused`() throws {
    let index = try #require(try indexes()[3] as? HNSWIndex)
    let (parts, vectors) = index.contents
    func make(_ change: (inout HNSWGraph.Parts) -> Void) throws {
      var changed = parts
      change(&changed)
      _ = try HNSWIndex(
        restoring: vectors, parts: changed, metric: index.metric, options: index.options, deleted: [])
    }
    try make { _ in }
    let high = try #require(parts.levels.firstIndex { $0 == 1 })
    let upper = parts.levels[..<high].reduce(0) { $0 + Int($1) } * 4
    let faults: [(inout HNSWGraph.Parts) -> Void] = [
      { $0.entry = 90 }, { $0.entry = UInt32($0.levels.firstIndex(of: 0)!) }, { $0.base[0] = 7 }, { $0.base[1] = 90 },
      { $0.base[0] = .max }, { $0.base[1] = 0 }, { $0.levels[high] = 0 }, { $0.levels[high] = 60 },
      { $0.upper.removeLast() }, { $0.upper.append(0) },
      {
        $0.upper[upper] = 1; $0.upper[upper + 1] = UInt32($0.levels.firstIndex(of: 0)!)
      },
    ]
    for (number, fault) in faults.enumerated() {
      #expect(throws: VectorError.self, "fault \(number)") { try make(fault) }
    }
  }

  @Test func `a model of another method is no index`() throws {
    let folder = TemporaryFolder()
    try ModelFile.write([], provenance: Provenance(method: "else", parameters: [:]), to: folder.file("model"))
    #expect(
      throws: GraphError.wrongContent(
        path: folder.file("model"), found: "a model of method 'else'", expected: "an index of vectors")
    ) { try VectorIndexFile.open(folder.file("model")) }
    try ModelFile.write(
      [("vectors", .floats(Column([])))],
      provenance: Provenance(method: "vectors", parameters: ["metric": "l7"]), to: folder.file("model"))
    #expect(throws: VectorError.self) { try VectorIndexFile.open(folder.file("model")) }
  }
}
