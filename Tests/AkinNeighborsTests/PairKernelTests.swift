import AkinParallel
import CAkinKernels
import TestSupport
import Testing

/// The loops that count each pair once, against plain ones.
@Suite struct PairKernelTests {
  /// Labels with random connectors, and everything that is laid out from them, by the definition.
  private struct Layout {
    var offsets: [Int64] = [0]
    var connectors: [UInt32] = []
    var rows: [UInt32] = [0]
    var labels: [UInt32] = []
    var starts: [UInt32] = []
    var behind: [Int64]
    var beside: [Int64]
    let labelCount: Int
    let connectorCount: Int

    init(seed: UInt64) {
      var random = SplitMix64(seed: seed)
      labelCount = Int.random(in: 1...200, using: &random)
      connectorCount = Int.random(in: 1...60, using: &random)
      var members = [[UInt32]](repeating: [], count: connectorCount)
      for label in 0..<UInt32(labelCount) {
        for connector in 0..<connectorCount where Int.random(in: 0..<4, using: &random) == 0 {
          connectors.append(UInt32(connector))
          members[connector].append(label)
        }
        offsets.append(Int64(connectors.count))
      }
      for row in members {
        labels += row + [UInt32(AKIN_PAIRS_END)]
        rows.append(UInt32(labels.count))
      }
      behind = [Int64](repeating: 0, count: labelCount)
      beside = behind
      for label in 0..<labelCount {
        for edge in Int(offsets[label])..<Int(offsets[label + 1]) {
          let connector = Int(connectors[edge])
          let place = members[connector].firstIndex(of: UInt32(label))!
          starts.append(rows[connector] + UInt32(place) + 1)
          behind[label] += Int64(members[connector].count - place - 1)
          beside[label] += Int64(members[connector].count - 1)
        }
      }
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `rows are laid out by ranges of connectors`(seed: UInt64) {
    let layout = Layout(seed: seed)
    var random = SplitMix64(seed: seed + 100)
    let cut = Int.random(in: 0...layout.connectorCount, using: &random)
    var labels = [UInt32](repeating: UInt32(AKIN_PAIRS_END), count: layout.labels.count)
    var starts = [UInt32](repeating: 0, count: layout.starts.count + 1)
    var behind = [Int64](repeating: 0, count: layout.labelCount)
    var beside = behind
    // Rows of labels may lie anywhere.
    var places = [Int64](repeating: 0, count: layout.labelCount)
    var shuffled: [UInt32] = [9999]
    for label in (0..<layout.labelCount).shuffled(using: &random) {
      places[label] = Int64(shuffled.count)
      shuffled += layout.connectors[Int(layout.offsets[label])..<Int(layout.offsets[label + 1])] + [7777]
    }
    for range in [cut..<layout.connectorCount, 0..<cut] where !range.isEmpty {
      var cursors = Array(layout.rows[range])
      let rows = Array(layout.rows[range.lowerBound...])
      unsafe akin_pairs_place(
        layout.offsets, places, Int64(layout.labelCount), shuffled, UInt32(range.lowerBound),
        UInt32(range.upperBound), &cursors, rows, &labels, &starts, &behind, &beside)
    }
    #expect(labels == layout.labels)
    #expect(starts.dropLast() == layout.starts)
    #expect(behind == layout.behind)
    #expect(beside == layout.beside)
  }

  @Test(arguments: UInt64(0)..<20)
  func `what lies behind is counted`(seed: UInt64) {
    let layout = Layout(seed: seed)
    let padded = (layout.labelCount + 63) / 64 * 64
    for label in 0..<layout.labelCount {
      let edges = Int(layout.offsets[label])..<Int(layout.offsets[label + 1])
      var expected = [UInt8](repeating: 0, count: padded)
      for edge in edges {
        for other in layout.labels[Int(layout.starts[edge])...].prefix(while: { $0 != UInt32(AKIN_PAIRS_END) }) {
          expected[Int(other)] += 1
        }
      }
      let raised = (0..<padded / 64).map { block in
        UInt8(expected[64 * block..<64 * block + 64].contains { $0 > 0 } ? 1 : 0)
      }
      for hasMarks in [false, true] {
        var narrow = [UInt8](repeating: 0, count: padded)
        var marks = [UInt8](repeating: 0, count: padded / 64)
        unsafe layout.starts.withUnsafeBufferPointer { starts in
          guard let starts = starts.baseAddress else { return }
          unsafe marks.withUnsafeMutableBufferPointer { marks in
            unsafe akin_pairs_count_8(
              &narrow, hasMarks ? marks.baseAddress : nil, starts + edges.lowerBound, Int64(edges.count),
              Int64(layout.starts.count - edges.lowerBound), layout.labels)
          }
        }
        #expect(narrow == expected)
        #expect(marks == (hasMarks ? raised : raised.map { _ in 0 }))
      }
      var wide = [UInt32](repeating: 0, count: padded)
      unsafe layout.starts.withUnsafeBufferPointer { starts in
        guard let starts = starts.baseAddress else { return }
        unsafe akin_pairs_count_32(
          &wide, starts + edges.lowerBound, Int64(edges.count), Int64(layout.starts.count - edges.lowerBound),
          layout.labels)
      }
      #expect(wide == expected.map { UInt32($0) })
    }
  }

  /// Counters, and the needs that they are held against.
  private struct Scan {
    var counts: [UInt32]
    var needs: [UInt8]
    let groupEnds: [UInt32] = [2, 3, 70, 140]
    var ownNeeds: [UInt32]
    let first: Int
    static let blocks = 140

    init(seed: UInt64, isNarrow: Bool) {
      var random = SplitMix64(seed: seed)
      let density = Double.random(in: 0...0.4, using: &random)
      first = Int.random(in: 0...3, using: &random)
      counts = (0..<64 * Self.blocks).map { _ in
        guard Double.random(in: 0..<1, using: &random) < density else { return 0 }
        return Bool.random(using: &random)
          ? .random(in: 1...3, using: &random) : .random(in: 1...(isNarrow ? 255 : 100_000), using: &random)
      }
      for position in 0..<64 * first { counts[position] = 0 }
      needs = (0..<64 * Self.blocks).map { _ in
        Bool.random(using: &random) ? .random(in: 1...3, using: &random) : .random(in: 1...255, using: &random)
      }
      let own: [UInt32] = [1, 2, 3, 200, 254, 255, 256, 50_000]
      ownNeeds = (0..<4).map { _ in own[Int.random(in: 0..<own.count, using: &random)] }.sorted()
    }

    /// A need of 255 lets all above pass, as does one of the row in counters of a byte.
    func expected(isNarrow: Bool) -> [[UInt32]] {
      (64 * first..<64 * Self.blocks).filter { position in
        let own = ownNeeds[groupEnds.firstIndex { position / 64 < $0 }!]
        return counts[position] >= needs[position] || counts[position] >= (isNarrow ? min(own, 255) : own)
      }.map { [UInt32($0), counts[$0]] }
    }

    func found<Count: FixedWidthInteger>(
      _ counts: inout [Count],
      _ take: (
        UnsafePointer<akin_pairs_scan>, UnsafeMutablePointer<Count>, UnsafeMutablePointer<UInt32>,
        UnsafeMutablePointer<UInt32>
      ) -> Int64
    ) -> [[UInt32]] {
      var positions = [UInt32](repeating: 0, count: counts.count + 1)
      var values = positions
      let blockNeeds = (0..<Self.blocks).map { needs[64 * $0..<64 * $0 + 64].min()! }
      return unsafe needs.withUnsafeBufferPointer { needs in
        unsafe blockNeeds.withUnsafeBufferPointer { blockNeeds in
          unsafe groupEnds.withUnsafeBufferPointer { groupEnds in
            unsafe ownNeeds.withUnsafeBufferPointer { ownNeeds in
              var scan = unsafe akin_pairs_scan(
                needs: needs.baseAddress!, block_needs: blockNeeds.baseAddress!, group_ends: groupEnds.baseAddress!,
                own_needs: ownNeeds.baseAddress!, group: first < 2 ? 0 : first < 3 ? 1 : 2, first: Int64(first),
                end: Int64(Self.blocks))
              let count = unsafe Int(take(&scan, &counts, &positions, &values))
              return (0..<count).map { [positions[$0], values[$0]] }
            }
          }
        }
      }
    }
  }

  @Test(arguments: KernelLevel.available, UInt64(0)..<20)
  func `counts are taken that either list may take`(level: KernelLevel, seed: UInt64) {
    let kernels = unsafe akin_pairs_level(level == .v4 ? 4 : level == .v3 ? 3 : 0).pointee
    let scan = Scan(seed: seed, isNarrow: true)
    for isMarked in [false, true] {
      var counts = scan.counts.map { UInt8($0) }
      var marks = (0..<192).map { block in
        UInt8(block < Scan.blocks && counts[64 * block..<64 * block + 64].contains { $0 > 0 } ? 1 : 0)
      }
      let found = unsafe marks.withUnsafeMutableBufferPointer { marks in
        unsafe scan.found(&counts) { unsafe kernels.scan_8($0, $1, isMarked ? marks.baseAddress : nil, $2, $3) }
      }
      #expect(found == scan.expected(isNarrow: true))
      #expect(counts.allSatisfy { $0 == 0 })
      if isMarked { #expect(marks.allSatisfy { $0 == 0 }) }
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `counts of hubs are taken that either list may take`(seed: UInt64) {
    let scan = Scan(seed: seed, isNarrow: false)
    var counts = scan.counts
    #expect(unsafe scan.found(&counts) { unsafe akin_pairs_scan_32($0, $1, $2, $3) } == scan.expected(isNarrow: false))
    #expect(counts.allSatisfy { $0 == 0 })
  }

  @Test func `a level that there is not has no kernels`() {
    let hasKernels = unsafe akin_pairs_level(2) != nil
    #expect(!hasKernels)
  }
}
