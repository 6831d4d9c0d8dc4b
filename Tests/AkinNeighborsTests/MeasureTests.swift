import AkinGraph
import AkinParallel
import AkinRanking
import Foundation
import TestSupport
import Testing

@testable import AkinNeighbors

/// Every measure against its definition on dense rows, which shares no code with it.
@Suite struct MeasureTests {
  /// A measure with the formula that it stands for: of two rows by user, the whole matrix and the times of the rows.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var measure: any SimilarityMeasure
    var content: [RatedGraph.Content]
    var dense: @Sendable (_ x: [Double?], _ y: [Double?], _ all: [[Double?]], _ times: ([Double?], [Double?])) -> Double
    var testDescription: String { name }
  }

  static func shared(_ x: [Double?], _ y: [Double?]) -> [Int] { x.indices.filter { x[$0] != nil && y[$0] != nil } }
  static func degree(_ x: [Double?]) -> Double { Double(x.compactMap { $0 }.count) }
  static func column(_ all: [[Double?]], _ user: Int) -> [Double] { all.compactMap { $0[user] } }
  static func cosine(_ x: [Double], _ y: [Double]) -> Double {
    let norm = sqrt(x.reduce(0) { $0 + $1 * $1 }) * sqrt(y.reduce(0) { $0 + $1 * $1 })
    return norm == 0 ? 0 : zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / norm
  }
  static func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
  static func counting(
    _ name: String, _ measure: any SimilarityMeasure,
    _ formula: @escaping @Sendable (_ n: Double, _ a: Double, _ b: Double, _ users: Double) -> Double
  ) -> Case {
    Case(name: name, measure: measure, content: [.binary, .weights]) { x, y, _, _ in
      let n = Double(shared(x, y).count)
      return n == 0 ? 0 : formula(n, degree(x), degree(y), Double(x.count))
    }
  }

  static let cases: [Case] = [
    counting("binary cosine", BinaryCosine()) { n, a, b, _ in n / sqrt(a * b) },
    counting("jaccard", Jaccard()) { n, a, b, _ in n / (a + b - n) },
    counting("dice", Dice()) { n, a, b, _ in 2 * n / (a + b) },
    counting("overlap", Overlap()) { n, a, b, _ in n / min(a, b) },
    counting("conditional", ConditionalProbability(alpha: 0.3)) { n, a, b, _ in n / a / pow(b, 0.3) },
    counting("pmi", PointwiseMutualInformation()) { n, a, b, users in log((n / users) / (a / users * (b / users))) },
    counting("npmi", NormalizedPMI()) { n, a, b, users in
      n == users ? 1 : log((n / users) / (a / users * (b / users))) / -log(n / users)
    },
    counting("lift", Lift()) { n, a, b, users in (n / users) / (a / users * (b / users)) },
    counting("llr", LogLikelihoodRatio()) { n, a, b, users in
      // By entropies, as Mahout does.
      let cells = [n, a - n, b - n, users - a - b + n]
      func h(_ counts: [Double]) -> Double {
        counts.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }
          - (counts.reduce(0, +) > 0 ? counts.reduce(0, +) * log(counts.reduce(0, +)) : 0)
      }
      let value = 2 * (h(cells) - h([a, users - a]) - h([b, users - b]))
      return n * cells[3] > cells[1] * cells[2] ? value : 0
    },
    Case(name: "cosine", measure: Cosine(), content: [.binary, .weights, .values]) { x, y, _, _ in
      cosine(x.map { $0 ?? 0 }, y.map { $0 ?? 0 })
    },
    Case(name: "weighted jaccard", measure: WeightedJaccard(), content: [.binary, .weights]) { x, y, _, _ in
      let pairs = zip(x, y).map { ($0 ?? 0, $1 ?? 0) }
      let most = pairs.reduce(0) { $0 + max($1.0, $1.1) }
      return most == 0 ? 0 : pairs.reduce(0) { $0 + min($1.0, $1.1) } / most
    },
    Case(name: "pearson", measure: Pearson(), content: [.binary, .weights, .values]) { x, y, _, _ in
      let both = shared(x, y)
      guard !both.isEmpty else { return 0 }
      let (a, b) = (both.map { x[$0]! }, both.map { y[$0]! })
      // Equal numbers do not vary; their mean may differ from them by rounding.
      guard Set(a).count > 1, Set(b).count > 1 else { return 0 }
      return cosine(a.map { $0 - mean(a) }, b.map { $0 - mean(b) })
    },
    Case(name: "pearson, own means", measure: Pearson(centering: .allNumbers), content: [.weights, .values]) {
      x, y, _, _ in
      let both = shared(x, y)
      let (a, b) = (mean(x.compactMap { $0 }), mean(y.compactMap { $0 }))
      return both.isEmpty ? 0 : cosine(both.map { x[$0]! - a }, both.map { y[$0]! - b })
    },
    Case(name: "adjusted cosine", measure: AdjustedCosine(), content: [.weights, .values]) { x, y, all, _ in
      let both = shared(x, y)
      let means = both.map { mean(column(all, $0)) }
      return cosine(zip(both, means).map { x[$0]! - $1 }, zip(both, means).map { y[$0]! - $1 })
    },
    Case(name: "adamic-adar", measure: AdamicAdar(), content: [.binary]) { x, y, all, _ in
      shared(x, y).reduce(0) { $0 + 1 / log(Double(column(all, $1).count)) }
    },
    Case(name: "resource allocation", measure: ResourceAllocation(), content: [.binary, .weights]) { x, y, all, _ in
      shared(x, y).reduce(0) { $0 + x[$1]! * y[$1]! / Double(column(all, $1).count) }
    },
    Case(
      name: "two hops",
      measure: TwoHop(sourceExponent: 0.9, targetExponent: 0.1, connectorExponent: 0.7, power: 0.5),
      content: [.binary, .weights]
    ) { x, y, all, _ in
      let sum = shared(x, y).reduce(0) { $0 + x[$1]! * y[$1]! / pow(Double(column(all, $1).count), 0.7) }
      return sum == 0 ? 0 : sqrt(sum / pow(degree(x), 0.9) / pow(degree(y), 0.1))
    },
    Case(name: "tf-idf", measure: TFIDF(), content: [.binary, .weights]) { x, y, all, _ in
      func weighted(_ row: [Double?]) -> [Double] {
        row.indices.map { user in
          row[user].map { sqrt($0) * max(0, log(Double(all.count) / Double(1 + column(all, user).count))) } ?? 0
        }
      }
      return cosine(weighted(x), weighted(y))
    },
    Case(name: "bm25", measure: BM25(k1: 1.2, b: 0.6), content: [.binary, .weights]) { x, y, all, _ in
      let lengths = all.map { $0.compactMap { $0 }.reduce(0, +) }
      func weighted(_ row: [Double?]) -> [Double] {
        let length = row.compactMap { $0 }.reduce(0, +)
        return row.indices.map { user in
          guard let tf = row[user] else { return 0 }
          let idf = max(0, log(Double(all.count) / Double(1 + column(all, user).count)))
          return tf * 2.2 / (1.2 * (0.4 + 0.6 * length / mean(lengths)) + tf) * idf
        }
      }
      return cosine(weighted(x), weighted(y))
    },
    Case(name: "co-occurrence", measure: CoOccurrence(), content: [.binary, .values]) { x, y, _, _ in
      Double(shared(x, y).count)
    },
    Case(name: "co-occurrence in time", measure: CoOccurrence(halfLife: 100), content: [.binary]) { x, y, _, times in
      shared(x, y).reduce(0) { sum, user in
        guard let first = times.0[user], let second = times.1[user] else { return sum + 1 }
        return sum + pow(0.5, abs(first - second) / 100)
      }
    },
  ]

  static func options(_ content: RatedGraph.Content, seed: UInt64) -> NeighborOptions {
    var options = NeighborOptions()
    options.numbers = content == .values ? .values : .weights
    if seed % 3 == 1 { options.shrinkage = 2.5 }
    if seed % 3 == 2 { options.significance = 3 }
    if seed % 4 == 3 { options.minOverlap = 2 }
    return options
  }

  static func table(
    _ measure: some SimilarityMeasure, _ graph: RatedGraph, _ options: NeighborOptions, k: Int, threads: Int = 1,
    rowByRow: Bool = false
  ) throws -> NeighborTable {
    let similarity = try GraphSimilarity(graph.snapshot, hop: RatedGraph.hop, measure: measure, options: options)
    let execution = Execution(threads: threads)
    return rowByRow
      ? try similarity.rowNeighbors(k: k, execution: execution)
      : try similarity.allNeighbors(k: k, execution: execution)
  }

  @Test(arguments: cases, UInt64(0)..<25)
  func `agrees with the dense formula`(item: Case, seed: UInt64) throws {
    for content in item.content {
      let graph = try RatedGraph(seed: seed, content: content)
      let options = Self.options(content, seed: seed)
      let numbers =
        item.measure is any CountMeasure ? graph.numbers.map { $0.map { $0.map { _ in 1.0 } } } : graph.numbers
      func score(_ row: Int, _ other: Int) -> Double {
        let n = Double(Self.shared(numbers[row], numbers[other]).count)
        guard n >= Double(options.minOverlap) else { return 0 }
        let factor = n / (n + options.shrinkage) * min(n, Double(options.significance)) / Double(options.significance)
        return factor * item.dense(numbers[row], numbers[other], numbers, (graph.times[row], graph.times[other]))
      }
      for rowByRow in [false, true] {
        let all = try Self.table(item.measure, graph, options, k: 100, rowByRow: rowByRow)
        for row in numbers.indices {
          let found = all.row(row)
          let expected = numbers.indices.filter { $0 != row && score(row, $0) > 1e-9 }
          #expect(Set(found.filter { $0.score > 1e-9 }.map { Int($0.node.index) }) == Set(expected))
          for entry in found { #expect(abs(entry.score - score(row, Int(entry.node.index))) < 1e-9) }
          // Best first, ties by index; a short list is the head of the long one.
          for (left, right) in zip(found, found.dropFirst()) {
            #expect(left.score > right.score || (left.score == right.score && left.node < right.node))
          }
          #expect(
            try Self.table(item.measure, graph, options, k: 3, rowByRow: rowByRow).row(row) == Array(found.prefix(3)))
        }
      }
    }
  }

  /// All pairs at once give the bits of one row after the other, which share no loop.
  @Test(arguments: cases)
  func `the whole product is the rows of single nodes`(item: Case) throws {
    for content in item.content {
      for seed: UInt64 in 0..<4 {
        let graph = try RatedGraph(seed: seed, content: content, maxItems: 40, maxUsers: 15)
        var options = Self.options(content, seed: seed)
        if seed == 3 { options.connectorLimit = 12 }
        #expect(
          try Self.table(item.measure, graph, options, k: 6)
            == Self.table(item.measure, graph, options, k: 6, rowByRow: true))
      }
    }
  }

  @Test(arguments: cases)
  func `the same bits on any number of threads`(item: Case) throws {
    let graph = try RatedGraph(seed: 77, content: item.content[0], maxItems: 400, maxUsers: 60)
    let options = NeighborOptions()
    let serial = try Self.table(item.measure, graph, options, k: 10)
    for threads in [2, 5] {
      #expect(try Self.table(item.measure, graph, options, k: 10, threads: threads) == serial)
    }
  }

  @Test func `measures that cannot take negative numbers refuse them`() throws {
    let graph = try RatedGraph([[2, -1], [1, 3]], content: .values)
    var options = NeighborOptions()
    options.numbers = .values
    for item in Self.cases where !(item.measure is any CountMeasure) && !item.measure.acceptsNegativeValues {
      #expect(throws: NeighborError.negativeNumber(-1, source: 1, target: 0)) {
        _ = try Self.table(item.measure, graph, options, k: 3)
      }
    }
    // Those that count, and those that take any number, answer.
    for measure in [Cosine(), Pearson(), Jaccard()] as [any SimilarityMeasure] {
      _ = try Self.table(measure, graph, options, k: 3)
    }
  }

  @Test func `corners: no edges, one user, equal items`() throws {
    let lonely = try RatedGraph([[nil, nil], [1, nil], [nil, nil], [1, nil]], content: .binary)
    for item in Self.cases {
      let table = try Self.table(item.measure, lonely, NeighborOptions(), k: 5)
      #expect(table.row(0).isEmpty && table.row(2).isEmpty)
    }
    let equal = try Self.table(Cosine(), lonely, NeighborOptions(), k: 5)
    #expect(equal.row(1) == [RankedNode(node: NodeID(type: RatedGraph.item, index: 3), score: 1)])
  }

  /// Course example: {a, b, c} and {b, c, d} share two of four.
  @Test func `jaccard of the course example`() throws {
    let graph = try RatedGraph([[1, 1, 1, nil], [nil, 1, 1, 1]], content: .binary)
    #expect(try Self.table(Jaccard(), graph, NeighborOptions(), k: 1).scores == [0.5, 0.5])
  }

  /// Degrees beyond what counters of one and of two bytes hold, and groups of many labels.
  @Test func `hubs are counted in full`() throws {
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let item = builder.addNodeType("item")
    let relation = builder.addRelation("saved", from: user, to: item, duplicates: .last)
    var random = SplitMix64(seed: 3)
    var sets = [Set<UInt32>](repeating: [], count: 90)
    for number in 0..<90 { _ = try builder.intern("i\(number)", type: item) }
    for number in 0..<70_000 { _ = try builder.intern("u\(number)", type: user) }
    for number in 0..<90 {
      let size = number < 3 ? 69_000 : number < 12 ? 700 : Int.random(in: 1...60, using: &random)
      while sets[number].count < size { sets[number].insert(UInt32.random(in: 0..<70_000, using: &random)) }
      for member in sets[number].sorted() { builder.addEdge(relation, from: member, to: UInt32(number)) }
    }
    let similarity = try GraphSimilarity(
      builder.build().snapshot, hop: RatedGraph.hop, measure: BinaryCosine(), options: NeighborOptions())
    let table = try similarity.allNeighbors(k: 7, execution: .serial)
    #expect(try table == similarity.rowNeighbors(k: 7, execution: .serial))
    let best = table.row(0)[0]
    let other = Int(best.node.index)
    #expect(best.score == Double(sets[0].intersection(sets[other]).count) / sqrt(Double(69_000 * sets[other].count)))
    #expect(Set(table.row(0).prefix(2).map(\.node.index)) == [1, 2])
  }

  /// Rows that raise few of many counters, and many ties within and across degrees.
  @Test(arguments: UInt64(0)..<2)
  func `scattered rows are counted in full`(seed: UInt64) throws {
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let item = builder.addNodeType("item")
    let relation = builder.addRelation("saved", from: user, to: item, duplicates: .last)
    var random = SplitMix64(seed: seed)
    for number in 0..<9000 { _ = try builder.intern("i\(number)", type: item) }
    for number in 0..<3000 { _ = try builder.intern("u\(number)", type: user) }
    for user in 0..<UInt32(3000) {
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let popular = Bool.random(using: &random)
        builder.addEdge(
          relation, from: user, to: UInt32.random(in: 0..<(popular ? 150 : 9000), using: &random))
      }
    }
    let snapshot = try builder.build().snapshot
    for measure in [Jaccard(), Overlap()] as [any CountMeasure] {
      func check(_ measure: some CountMeasure) throws {
        let similarity = try GraphSimilarity(snapshot, hop: RatedGraph.hop, measure: measure)
        #expect(
          try similarity.allNeighbors(k: 5, execution: .serial) == similarity.rowNeighbors(k: 5, execution: .serial))
      }
      try check(measure)
    }
  }
}
