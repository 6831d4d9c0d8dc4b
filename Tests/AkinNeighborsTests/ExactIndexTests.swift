import AkinLinearAlgebra
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinNeighbors

@Suite struct ExactIndexTests {
  @Test(arguments: VectorMetric.allCases, [(1, 1, 1), (5, 3, 9), (193, 16, 5), (700, 33, 70), (400, 100, 17)])
  func `agrees with a full sort`(metric: VectorMetric, size: (vectors: Int, dimension: Int, queries: Int)) throws {
    let vectors = randomVectors(size.vectors, size.dimension, seed: 1)
    let queries = randomVectors(size.queries, size.dimension, seed: 2)
    let index = try ExactIndex(vectors, metric: metric)
    for k in [1, 10, size.vectors + 5] {
      let lists = try index.neighbors(of: queries, k: k)
      #expect(lists.count == size.queries)
      for query in stride(from: 0, to: size.queries, by: 3) {
        let expected = naiveNeighbors(queries.row(query), vectors, metric, k: k)
        let wrong = problem(lists[query], expected: expected, tolerance: 1e-5 * Double(size.dimension))
        #expect(wrong == nil, "query \(query), k \(k)")
      }
    }
  }

  /// Scores that hardly differ, of vectors far from zero: the scan alone could not tell them apart.
  @Test(arguments: VectorMetric.allCases)
  func `rounding leaves nothing out`(metric: VectorMetric) throws {
    var random = SplitMix64(seed: 3)
    var vectors = DenseMatrix(rows: 2000, columns: 24)
    for row in 0..<2000 {
      for column in 0..<24 { vectors[row, column] = 50 + Float.random(in: -1e-3...1e-3, using: &random) }
    }
    // One far off must not blur the others.
    for column in 0..<24 { vectors[777, column] = -1e6 }
    let index = try ExactIndex(vectors, metric: metric)
    let queries = DenseMatrix(rows: 2, columns: 24, elements: vectors.row(5) + vectors.row(1500))
    let lists = try index.neighbors(of: queries, k: 20)
    for (query, list) in lists.enumerated() {
      // By the scores as they are defined, all of which one call gives.
      let scores = try index.scores(of: Array(0..<2000), for: queries.row(query))
      let expected = (0..<2000).sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(20)
      #expect(list.map { Int($0.position) } == Array(expected))
      #expect(list.map(\.score) == expected.map { scores[$0] })
    }
    if metric == .euclidean {
      #expect(lists[0][0] == VectorNeighbor(position: 5, score: 0))
      #expect(lists[1][0] == VectorNeighbor(position: 1500, score: 0))
    }
  }

  @Test(arguments: VectorMetric.allCases)
  func `lists are the same together, alone and on threads`(metric: VectorMetric) throws {
    let vectors = randomVectors(500, 20, seed: 4)
    let queries = randomVectors(130, 20, seed: 5)
    let index = try ExactIndex(vectors, metric: metric)
    let together = try index.neighbors(of: queries, k: 7)
    #expect(try index.neighbors(of: queries, k: 7, filter: .all, execution: Execution(threads: 4)) == together)
    for query in stride(from: 0, to: 130, by: 31) {
      let alone = DenseMatrix(rows: 1, columns: 20, elements: queries.row(query))
      #expect(try index.neighbors(of: alone, k: 7) == [together[query]])
    }
  }

  @Test func `equal vectors come by position`() throws {
    let vectors = DenseMatrix(rows: 300, columns: 5, elements: [Float](repeating: 0.3, count: 1500))
    for metric in VectorMetric.allCases {
      let list = try ExactIndex(vectors, metric: metric).neighbors(of: DenseMatrix(vectors, rows: 299..<300), k: 4)[0]
      #expect(list.map(\.position) == [0, 1, 2, 3])
      #expect(Set(list.map(\.score)).count == 1)
    }
  }

  @Test(arguments: VectorMetric.allCases)
  func `what is added, deleted or filtered`(metric: VectorMetric) throws {
    let vectors = randomVectors(400, 18, seed: 6)
    let queries = randomVectors(3, 18, seed: 7)
    var grown = try ExactIndex(DenseMatrix(vectors, rows: 0..<150), metric: metric)
    let before = grown
    try grown.add(DenseMatrix(vectors, rows: 150..<151))
    try grown.add(DenseMatrix(vectors, rows: 151..<400))
    #expect(before.count == 150 && grown.count == 400 && grown.liveCount == 400)
    let whole = try ExactIndex(vectors, metric: metric)
    #expect(try grown.neighbors(of: queries, k: 400) == whole.neighbors(of: queries, k: 400))
    let gone = Set(try whole.neighbors(of: queries, k: 5)[0].map(\.position))
    for position in gone { grown.delete(position) }
    let again = [grown.delete(gone.first!), grown.delete(400)]
    #expect(again == [false, false])
    #expect(grown.liveCount == 395 && grown.count == 400 && !grown.contains(gone.first!))
    let allowed = NodeSet((0..<400).filter { $0 % 3 == 0 }.map { UInt32($0) })
    for (query, list) in try grown.neighbors(of: queries, k: 9, filter: VectorFilter(allowed: allowed)).enumerated() {
      let expected = naiveNeighbors(queries.row(query), vectors, metric, k: 9) {
        $0 % 3 == 0 && !gone.contains(UInt32($0))
      }
      #expect(problem(list, expected: expected, tolerance: 1e-4) == nil)
    }
    let lists = try grown.neighbors(of: queries, k: 400, filter: VectorFilter { query, position in position > query })
    #expect(lists.map(\.count) == (0..<3).map { query in (query + 1..<400).count { !gone.contains(UInt32($0)) } })
    #expect(
      try grown.neighbors(of: queries, k: 400, filter: .without(allowed))[0].count
        == (0..<400).count {
          $0 % 3 != 0 && !gone.contains(UInt32($0))
        })
    #expect(try grown.neighbors(of: queries, k: 3, filter: VectorFilter(allowed: NodeSet()))[0].isEmpty)
  }

  @Test func `a vector of zeros has a cosine of 0 with any`() throws {
    let vectors = DenseMatrix(rows: 3, columns: 2, elements: [0, 0, 1, 0, -1, 0])
    let index = try ExactIndex(vectors, metric: .cosine)
    #expect(index.zeroCount == 1)
    let lists = try index.neighbors(of: vectors, k: 3)
    #expect(lists[1] == [(1, 1), (0, 0), (2, -1)].map { VectorNeighbor(position: $0, score: $1) })
    #expect(lists[0].map(\.score) == [0, 0, 0] && lists[0].map(\.position) == [0, 1, 2])
    // Too small for products in single precision, and yet with a direction.
    let tiny = DenseMatrix(rows: 1, columns: 2, elements: [1e-30, 0])
    #expect(try index.neighbors(of: tiny, k: 1)[0] == [VectorNeighbor(position: 1, score: 1)])
  }

  @Test func `what cannot be compared is refused`() throws {
    var vectors = randomVectors(5, 3, seed: 8)
    var index = try ExactIndex(vectors, metric: .innerProduct)
    vectors[3, 1] = .nan
    #expect(throws: VectorError.notFinite(row: 9, column: 2, found: "nan")) { try index.add(vectors) }
    #expect(index.count == 5)
    #expect(throws: VectorError.notFinite(row: 4, column: 2, found: "nan")) {
      try index.neighbors(of: vectors, k: 1)
    }
    vectors[3, 1] = -.infinity
    #expect(throws: VectorError.notFinite(row: 4, column: 2, found: "-inf")) {
      try ExactIndex(vectors, metric: .cosine)
    }
    vectors[3, 1] = 3e18
    #expect(throws: VectorError.self) { try HNSWIndex(vectors, metric: .euclidean) }
    #expect(throws: VectorError.dimensionMismatch(found: 4, expected: 3)) {
      try index.neighbors(of: DenseMatrix(rows: 1, columns: 4), k: 1)
    }
    #expect(throws: VectorError.dimensionMismatch(found: 2, expected: 3)) {
      try index.add(DenseMatrix(rows: 1, columns: 2))
    }
    #expect(throws: VectorError.dimensionMismatch(found: 2, expected: 3)) { try index.scores(of: [0], for: [1, 2]) }
    #expect(throws: VectorError.noDimension) { try ExactIndex(DenseMatrix(rows: 3, columns: 0), metric: .cosine) }
    #expect(throws: VectorError.noDimension) { try HNSWIndex(DenseMatrix(rows: 3, columns: 0), metric: .cosine) }
  }

  @Test func `an empty index finds nothing`() throws {
    let query = DenseMatrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
    #expect(try ExactIndex(dimension: 3, metric: .cosine).neighbors(of: query, k: 2) == [[], []])
    #expect(try HNSWIndex(dimension: 3, metric: .cosine).neighbors(of: query, k: 2) == [[], []])
    #expect(
      try ExactIndex(randomVectors(4, 3, seed: 1), metric: .cosine).neighbors(
        of: DenseMatrix(rows: 0, columns: 3), k: 2
      ).isEmpty)
  }

  @Test func `stops when asked`() throws {
    let execution = Execution(threads: 1)
    execution.cancellation.cancel()
    let index = try ExactIndex(randomVectors(50, 3, seed: 1), metric: .cosine)
    #expect(throws: CancellationError.self) {
      try index.neighbors(of: randomVectors(2, 3, seed: 2), k: 1, filter: .all, execution: execution)
    }
  }
}
