import AkinParallel
import CAkinKernels
import TestSupport
import Testing

/// Every instruction set that the host has against the plain loop.
@Suite struct CountKernelTests {
  private func taken<Count: FixedWidthInteger>(
    _ counts: [Count], _ range: Range<Int>, least: Int
  ) -> (positions: [UInt32], values: [UInt32], left: [Count]) {
    let hits = range.filter { Int(counts[$0]) >= least }
    var left = counts
    for position in range { left[position] = 0 }
    return (hits.map { UInt32($0) }, hits.map { UInt32(counts[$0]) }, left)
  }

  private func random<Count: FixedWidthInteger>(_ random: inout SplitMix64, _ count: Int) -> [Count] {
    let density = Double.random(in: 0...1, using: &random)
    return (0..<count).map { _ in
      guard Double.random(in: 0..<1, using: &random) < density else { return 0 }
      return Bool.random(using: &random)
        ? .max - Count.random(in: 0...2, using: &random) : .random(in: 0...4, using: &random)
    }
  }

  @Test(arguments: KernelLevel.available, UInt64(0)..<20)
  func `counts are taken at every level`(level: KernelLevel, seed: UInt64) {
    let code: Int32 = level == .v4 ? 4 : level == .v3 ? 3 : 0
    let kernels = unsafe akin_counts_level(code).pointee
    var random = SplitMix64(seed: seed)
    let narrow: [UInt8] = self.random(&random, 64 * 9)
    let range = 64 * Int.random(in: 0...3, using: &random)..<64 * Int.random(in: 4...9, using: &random)
    for least in [1, 2, 3, 200, 254, 255, 256, 300, 65_534, 65_535, 65_536] {
      var positions = [UInt32](repeating: 0, count: range.count + 1)
      var values = positions
      var counts = narrow
      let expected = taken(narrow, range, least: least)
      let count = unsafe Int(
        kernels.take_8(&counts, Int64(range.lowerBound), Int64(range.upperBound), UInt32(least), &positions, &values))
      #expect(Array(positions.prefix(count)) == expected.positions)
      #expect(Array(values.prefix(count)) == expected.values)
      #expect(counts == expected.left)

    }
  }

  /// What a scan finds, group by group, when the threshold rises after each.
  private func scanned<Count: FixedWidthInteger>(
    _ counts: [Count], blocks: [UInt32], groupOfBlock: [UInt32], bounds: [Double], degree: UInt32,
    scan: (UnsafeMutablePointer<akin_count_scan>, inout [Count], inout [UInt32], inout [UInt32]) -> Int64
  ) -> (hits: [[Int]], settled: Int, left: [Count]) {
    var left = counts
    var positions = [UInt32](repeating: 0, count: 64 * groupOfBlock.count + 1)
    var values = positions
    var hits: [[Int]] = []
    var settled = 0
    unsafe blocks.withUnsafeBufferPointer { blocks in
      unsafe groupOfBlock.withUnsafeBufferPointer { groups in
        unsafe bounds.withUnsafeBufferPointer { bounds in
          var state = unsafe akin_count_scan(
            blocks: blocks.baseAddress, block_count: Int64(blocks.count), group_of_block: groups.baseAddress,
            bounds: bounds.baseAddress, roots: nil, label_roots: nil, threshold: 0, least: 1, degree: degree, group: 0,
            is_entered: 0, next: 0)
          while true {
            let taken = unsafe scan(&state, &left, &positions, &values)
            guard taken != 0 else { break }
            if taken < 0 {
              settled += 1
              continue
            }
            for hit in 0..<Int(taken) { hits.append([Int(unsafe state.group), Int(positions[hit]), Int(values[hit])]) }
            unsafe state.threshold += 0.75
          }
        }
      }
    }
    return (hits, settled, left)
  }

  /// The same by the definition.
  private func expected<Count: FixedWidthInteger>(
    _ counts: [Count], blocks: [UInt32], groupOfBlock: [UInt32], bounds: [Double], degree: UInt32
  ) -> (hits: [[Int]], settled: Int, left: [Count]) {
    var left = counts
    var hits: [[Int]] = []
    var settled = 0
    var threshold = 0.0
    var least = 1
    for group in Set(blocks.map { groupOfBlock[Int($0)] }).sorted() {
      while least <= min(8, Int(degree)), bounds[Int(group) * 8 + least - 1] < threshold { least += 1 }
      if least > min(8, Int(degree)), least <= Int(degree) { settled += 1 }
      var found = false
      for block in blocks where groupOfBlock[Int(block)] == group {
        for position in 64 * Int(block)..<64 * Int(block) + 64 {
          if Int(counts[position]) >= least {
            hits.append([Int(group), position, Int(counts[position])])
            found = true
          }
          left[position] = 0
        }
      }
      if found { threshold += 0.75 }
    }
    return (hits, settled, left)
  }

  @Test(arguments: KernelLevel.available, UInt64(0)..<20)
  func `a scan goes group by group and raises what it asks for`(level: KernelLevel, seed: UInt64) {
    let code: Int32 = level == .v4 ? 4 : level == .v3 ? 3 : 0
    let kernels = unsafe akin_counts_level(code).pointee
    var random = SplitMix64(seed: seed)
    let groupOfBlock: [UInt32] = [0, 0, 1, 2, 2, 2, 3, 4, 4]
    let groupCount = 5
    let bounds = (0..<groupCount).flatMap { group in (1...8).map { Double($0) / Double(group + 1) } }
    let all = (0..<UInt32(groupOfBlock.count)).map { $0 }
    for blocks in [all, all.filter { _ in Bool.random(using: &random) }] where !blocks.isEmpty {
      for degree: UInt32 in [3, 8, 200] {
        let narrow: [UInt8] = self.random(&random, 64 * groupOfBlock.count).map { min($0, UInt8(degree)) }
        let wide = narrow.map { UInt16($0) }
        let widest = narrow.map { UInt32($0) }
        let right = expected(narrow, blocks: blocks, groupOfBlock: groupOfBlock, bounds: bounds, degree: degree)
        func check(_ found: (hits: [[Int]], settled: Int), isClean: Bool) {
          #expect(found.hits == right.hits)
          #expect(found.settled == right.settled)
          #expect(isClean)
        }
        let first = unsafe scanned(narrow, blocks: blocks, groupOfBlock: groupOfBlock, bounds: bounds, degree: degree) {
          unsafe kernels.scan_8($0, &$1, &$2, &$3)
        }
        check((first.hits, first.settled), isClean: first.left == right.left)
        let second = unsafe scanned(wide, blocks: blocks, groupOfBlock: groupOfBlock, bounds: bounds, degree: degree) {
          unsafe kernels.scan_16($0, &$1, &$2, &$3)
        }
        check((second.hits, second.settled), isClean: second.left.map { UInt8($0) } == right.left)
        let third = unsafe scanned(widest, blocks: blocks, groupOfBlock: groupOfBlock, bounds: bounds, degree: degree) {
          unsafe akin_scan_32($0, &$1, &$2, &$3)
        }
        check((third.hits, third.settled), isClean: third.left.map { UInt8($0) } == right.left)
      }
    }
  }

  @Test func `a level that there is not has no kernels`() {
    let hasKernels = unsafe akin_counts_level(2) != nil || akin_dense_level(2) != nil
    #expect(!hasKernels)
    #expect(KernelLevel.available.contains(KernelLevel.current))
    #expect(KernelLevel.available.first == .default)
  }
}
