import AkinGraph
import AkinParallel
import AkinRanking
import CAkinKernels
import TestSupport
import Testing

@testable import AkinNeighbors

/// Cosines from whole numbers against sums of 64-bit floats, row by row.
@Suite struct WholeNumbersTests {
  private static let hop = Hop(relation: 0, direction: .reverse)

  /// Users who rate items; popular items are rated by nearly all.
  private func graph(
    seed: UInt64, items: Int, users: Int, degree: Int, duplicates: DuplicatePolicy = .keep,
    _ number: (inout SplitMix64) -> Float
  ) throws -> Snapshot {
    var random = SplitMix64(seed: seed)
    var builder = GraphBuilder()
    let (user, item) = (builder.addNodeType("user"), builder.addNodeType("item"))
    let relation = builder.addRelation("rated", from: user, to: item, duplicates: duplicates)
    for number in 0..<items { _ = try builder.intern("i\(number)", type: item) }
    for number in 0..<users { _ = try builder.intern("u\(number)", type: user) }
    for source in 0..<UInt32(users) {
      for _ in 0..<degree {
        let target = Int.random(in: 0..<items, using: &random) >> Int.random(in: 0..<8, using: &random)
        builder.addEdge(relation, from: source, to: UInt32(target), weight: number(&random))
      }
    }
    return try builder.build().snapshot
  }

  private func numbers(of snapshot: Snapshot) throws -> WholeNumbers? {
    try WholeNumbers(of: snapshot.adjacency(Self.hop), .weights, execution: .serial)
  }

  /// Ratings by halves, small and larger counts, and few users with many edges of the largest number, whose sums take 32
  /// bits. Parallel edges add up.
  @Test(arguments: UInt64(0)..<12)
  func `the bits are those of the whole product and of single rows`(seed: UInt64) throws {
    let snapshot: Snapshot
    switch seed % 4 {
    case 0:
      snapshot = try graph(seed: seed, items: 500, users: 80, degree: 9) {
        Float(.random(in: 1...10, using: &$0)) / 2
      }
    case 1:
      snapshot = try graph(seed: seed, items: 9000, users: 400, degree: 30) {
        Float(.random(in: 1...5, using: &$0))
      }
    case 2:
      snapshot = try graph(seed: seed, items: 300, users: 700, degree: 40, duplicates: .max) {
        Float(.random(in: 200...255, using: &$0))
      }
    default:
      snapshot = try graph(seed: seed, items: 2000, users: 50, degree: 12, duplicates: .sum) {
        Float(.random(in: 1...40, using: &$0)) / 8
      }
    }
    let similarity = try GraphSimilarity(snapshot, hop: Self.hop, measure: Cosine())
    let whole = try #require(try numbers(of: snapshot))
    let product = try Cosine().product(over: similarity.relation, k: 7, share: .all, execution: .serial)
    for threads in [1, 3] {
      let found = try whole.cosines(
        over: similarity.relation, k: 7, share: .all, execution: Execution(threads: threads))
      #expect(found == product)
      #expect(try similarity.allNeighbors(k: 7, execution: Execution(threads: threads)) == product)
    }
    #expect(try similarity.rowNeighbors(k: 7, execution: .serial) == product)
  }

  @Test func `numbers that are no small multiples of one unit go the other way`() throws {
    func found(_ numbers: [Float], duplicates: DuplicatePolicy = .keep) throws -> WholeNumbers? {
      var next = 0
      return try self.numbers(
        of: graph(seed: 1, items: 40, users: 20, degree: 4, duplicates: duplicates) { _ in
          next += 1
          return numbers[next % numbers.count]
        })
    }
    #expect(try found([0.5, 3, 4.5])?.largest ?? 0 >= 9)
    #expect(try found([1, 2, 250], duplicates: .max)?.largest == 250)
    #expect(try found([0.1, 1]) == nil)
    #expect(try found([1, 256]) == nil)
    #expect(try found([1.0 / 256, 1]) == nil)
    // A rating may be zero or below, and a product of those is not counted.
    let signed = try RatedGraph([[0, 1, 2], [1, 2, nil]], content: .values)
    #expect(try WholeNumbers(of: signed.snapshot.adjacency(RatedGraph.hop), .values, execution: .serial) == nil)
  }

  @Test func `an option that looks at overlaps keeps to the product`() throws {
    let snapshot = try graph(seed: 3, items: 60, users: 30, degree: 8) { Float(.random(in: 1...5, using: &$0)) }
    for change in 0..<4 {
      var options = NeighborOptions()
      switch change {
      case 0: options.minOverlap = 2
      case 1: options.shrinkage = 3
      case 2: options.significance = 4
      default: options.connectorLimit = 9
      }
      let similarity = try GraphSimilarity(snapshot, hop: Self.hop, measure: Cosine(), options: options)
      #expect(
        try similarity.allNeighbors(k: 5, execution: .serial) == similarity.rowNeighbors(k: 5, execution: .serial))
    }
  }

  @Test(arguments: UInt64(0)..<10)
  func `sums are those of a plain loop`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let lengths = (0..<40).map { _ in Int.random(in: 0..<90, using: &random) }
    let offsets = lengths.reduce(into: [Int64(0)]) { $0.append($0[$0.count - 1] + Int64($1)) }
    let labels = (0..<Int(offsets[40])).map { _ in
      UInt32.random(in: 0..<700, using: &random) << 8 | .random(in: 1...255, using: &random)
    }
    let connectors = (0..<60).map { _ in UInt32.random(in: 0..<40, using: &random) }
    let factors = connectors.map { _ in UInt8.random(in: 1...255, using: &random) }
    var expected = [UInt32](repeating: 0, count: 704)
    for (connector, factor) in zip(connectors, factors) {
      for label in labels[Int(offsets[Int(connector)])..<Int(offsets[Int(connector) + 1])] {
        expected[Int(label >> 8)] += UInt32(factor) * (label & 255)
      }
    }
    let raised = (0..<11).map { block in UInt8(expected[64 * block..<64 * block + 64].contains { $0 > 0 } ? 1 : 0) }
    for hasMarks in [false, true] {
      var narrow = [UInt16](repeating: 0, count: 704)
      var wide = [UInt32](repeating: 0, count: 704)
      var marks = [UInt8](repeating: 0, count: 11)
      var others = marks
      unsafe marks.withUnsafeMutableBufferPointer { marks in
        unsafe akin_sum_16(&narrow, hasMarks ? marks.baseAddress : nil, connectors, factors, 60, offsets, labels)
      }
      unsafe others.withUnsafeMutableBufferPointer { marks in
        unsafe akin_sum_32(&wide, hasMarks ? marks.baseAddress : nil, connectors, factors, 60, offsets, labels)
      }
      #expect(wide == expected)
      #expect(narrow == expected.map { UInt16(truncatingIfNeeded: $0) })
      #expect(marks == (hasMarks ? raised : marks.map { _ in 0 }))
      #expect(others == marks)
    }
  }

  @Test(arguments: KernelLevel.available, UInt64(0)..<10)
  func `a scan by roots takes what reaches the bound of its group`(level: KernelLevel, seed: UInt64) {
    let kernels = unsafe akin_counts_level(level == .v4 ? 4 : level == .v3 ? 3 : 0).pointee
    var random = SplitMix64(seed: seed)
    let groupOfBlock: [UInt32] = [0, 1, 1, 2]
    let roots = [1.0, 1.5, 40]
    let labelRoots = (0..<256).map { Float(roots[Int(groupOfBlock[$0 / 64])]) * ($0 % 5 == 0 ? 1.25 : 1) }
    let counts = (0..<256).map { _ in UInt16.random(in: 0...60, using: &random) }
    var expected: [[Int]] = []
    var threshold = 20.0
    for group in 0..<3 {
      let hits = counts.indices.filter {
        groupOfBlock[$0 / 64] == group && counts[$0] > 0 && Double(counts[$0]) >= threshold * Double(labelRoots[$0])
      }
      expected += hits.map { [group, $0, Int(counts[$0])] }
      if !hits.isEmpty { threshold += 1 }
    }
    func scanned<Count: FixedWidthInteger>(
      _ counts: [Count],
      _ scan: (UnsafeMutablePointer<akin_count_scan>, inout [Count], inout [UInt32], inout [UInt32]) -> Int64
    ) -> [[Int]] {
      var left = counts
      var positions = [UInt32](repeating: 0, count: 300)
      var values = positions
      var hits: [[Int]] = []
      let labelAddress = UnsafeMutablePointer<Float>.allocate(capacity: 256)
      defer { unsafe labelAddress.deallocate() }
      unsafe labelAddress.initialize(from: labelRoots, count: 256)
      unsafe groupOfBlock.withUnsafeBufferPointer { groups in
        unsafe roots.withUnsafeBufferPointer { roots in
          var state = unsafe akin_count_scan(
            blocks: nil, block_count: 4, group_of_block: groups.baseAddress, bounds: nil, roots: roots.baseAddress,
            label_roots: labelAddress, threshold: 20, least: 1, degree: 0, group: 0, is_entered: 0, next: 0)
          while true {
            let taken = unsafe Int(scan(&state, &left, &positions, &values))
            guard taken > 0 else { break }
            for hit in 0..<taken { hits.append([Int(unsafe state.group), Int(positions[hit]), Int(values[hit])]) }
            unsafe state.threshold += 1
          }
        }
      }
      #expect(left.allSatisfy { $0 == 0 })
      return hits
    }
    #expect(unsafe scanned(counts) { unsafe kernels.scan_16($0, &$1, &$2, &$3) } == expected)
    #expect(unsafe scanned(counts.map { UInt32($0) }) { unsafe akin_scan_32($0, &$1, &$2, &$3) } == expected)
  }
}
