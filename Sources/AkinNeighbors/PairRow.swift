import AkinLinearAlgebra
import CAkinKernels

/// Counters of one thread over a `PairIndex`, and the offers that it makes to the lists of others.
struct PairRow: Sendable {
  /// What row `row` has for the list of `label`, which lies behind it.
  struct Offer: BitwiseCopyable, Sendable {
    var label: UInt32
    var row: UInt32
    var overlap: UInt32
  }

  /// By range of labels.
  private(set) var offers: [[Offer]]
  private let shift: Int
  private var narrow: [UInt8]
  /// Made for the first row whose overlaps may exceed a byte.
  private var wide: [UInt32] = []
  /// By block of 64 counters, padded to whole blocks: whether one of them was raised, where the row marks them.
  private var marks: [UInt8]
  /// By group: the least overlap that could enter the list of the row.
  private var ownNeeds: [UInt32]
  private var positions: [UInt32]
  private var values: [UInt32]
  private var bounds: CountBounds
  private let kernels = unsafe akin_pairs().pointee

  /// Ranges of labels whose lists are written side by side.
  static let ranges = 16

  /// How many bits of a label say where in its range it is.
  static func shift(_ labelCount: Int) -> Int {
    var shift = 6
    while labelCount >> shift >= ranges { shift += 1 }
    return shift
  }

  init(_ index: PairIndex) {
    shift = Self.shift(index.labelCount)
    offers = [[Offer]](repeating: [], count: Self.ranges)
    narrow = [UInt8](repeating: 0, count: index.paddedCount)
    marks = [UInt8](repeating: 0, count: (index.blockCount + 63) / 64 * 64)
    ownNeeds = [UInt32](repeating: 1, count: index.groups.count)
    positions = [UInt32](repeating: 0, count: index.paddedCount + 1)
    values = positions
    bounds = CountBounds(index.groups)
  }

  /// Forgets all offers.
  mutating func clear() {
    for range in offers.indices { offers[range].removeAll(keepingCapacity: true) }
  }

  /// Counts what `label` shares with each label behind it, keeps the best in its own list, and notes what may enter the
  /// lists of the others. All counters are zero again then.
  mutating func offerNeighbors(
    of label: Int, in index: PairIndex, lists: PairLists, scores: PairScores<some CountMeasure>
  ) {
    guard index.behind[label] > 0 else { return }
    let degree = Int(index.degrees[label])
    let first = Int(index.groupOfBlock[label / 64])
    bounds.prepare(forDegree: degree, groups: index.groups) { scores.score($0, degree, $1) }
    prepareOwnNeeds(from: first, index, lists.threshold(of: label), degree, scores)
    let taken =
      degree <= Int(UInt8.max)
      ? countNarrow(label, index, lists, group: first) : countWide(label, index, lists, group: first)
    // Of one overlap, what lies behind has no better score: the largest overlap that was not enough.
    var failed: UInt32 = 0
    let degrees = index.degrees.span
    for hit in 0..<taken {
      // Each is a cache miss where it is not asked for.
      if hit + 8 < taken { index.prefetch(Int(positions[hit + 8])) }
      let other = positions[hit]
      let overlap = values[hit]
      guard Int(overlap) >= scores.minOverlap else { continue }
      if overlap > failed {
        let score = scores.score(Int(overlap), degree, Int(degrees[Int(other)]))
        if score < lists.threshold(of: label) * (1 - pairMargin) {
          failed = overlap
        } else {
          _ = lists.offer(index.nodes[Int(other)], score: score, to: label)
        }
      }
      // Safe: a label has a need.
      if unsafe overlap >= UInt32(lists.needs.start[Int(other)]) {
        offers[Int(other) >> shift].append(Offer(label: other, row: UInt32(label), overlap: overlap))
      }
    }
  }

  /// By group, the least overlap whose best score reaches the threshold; it does not fall from group to group.
  private mutating func prepareOwnNeeds(
    from first: Int, _ index: PairIndex, _ threshold: Double, _ degree: Int, _ scores: PairScores<some CountMeasure>
  ) {
    let threshold = threshold * (1 - pairMargin)
    var least = scores.minOverlap
    for group in first..<ownNeeds.count {
      while least <= degree,
        (bounds.known(overlap: least, group: group) ?? scores.score(least, degree, index.groups[group].degree))
          < threshold
      { least += 1 }
      ownNeeds[group] = UInt32(least)
    }
  }

  private mutating func countNarrow(_ label: Int, _ index: PairIndex, _ lists: PairLists, group: Int) -> Int {
    let first = (label + 1) / 64
    let isMarked = index.behind[label] < index.blockCount - first
    let row = index.offsets[label]..<index.offsets[label + 1]
    return unsafe narrow.withUnsafeMutableBufferPointer { counts in
      unsafe marks.withUnsafeMutableBufferPointer { marks in
        // Safe: `PairIndex` made the places itself; there are at least as many counters as labels, and a mark for each
        // block of them. An overlap is at most the degree of the row.
        unsafe akin_pairs_count_8(
          counts.baseAddress!, isMarked ? marks.baseAddress! : nil, index.starts.start + row.lowerBound,
          Int64(row.count), Int64(index.starts.count - row.lowerBound), index.labels.start)
        return unsafe Self.scan(
          first, group, index, lists, ownNeeds, &positions, &values
        ) { unsafe kernels.scan_8($0, counts.baseAddress!, isMarked ? marks.baseAddress! : nil, $1, $2) }
      }
    }
  }

  private mutating func countWide(_ label: Int, _ index: PairIndex, _ lists: PairLists, group: Int) -> Int {
    if wide.isEmpty { wide = [UInt32](repeating: 0, count: index.paddedCount) }
    let row = index.offsets[label]..<index.offsets[label + 1]
    return unsafe wide.withUnsafeMutableBufferPointer { counts in
      // Safe: as above.
      unsafe akin_pairs_count_32(
        counts.baseAddress!, index.starts.start + row.lowerBound, Int64(row.count),
        Int64(index.starts.count - row.lowerBound), index.labels.start)
      return unsafe Self.scan(
        (label + 1) / 64, group, index, lists, ownNeeds, &positions, &values
      ) { unsafe akin_pairs_scan_32($0, counts.baseAddress!, $1, $2) }
    }
  }

  @inline(__always)
  private static func scan(
    _ first: Int, _ group: Int, _ index: PairIndex, _ lists: PairLists,
    _ ownNeeds: [UInt32],
    _ positions: inout [UInt32], _ values: inout [UInt32],
    _ take: (
      UnsafePointer<akin_pairs_scan>, UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt32>
    ) -> Int64
  ) -> Int {
    unsafe ownNeeds.withUnsafeBufferPointer { ownNeeds in
      unsafe index.groupEnds.withUnsafeBufferPointer { groupEnds in
        // Safe: blocks are below their number, groups cover them all, and each has its need; both outputs have room for
        // more than all counters.
        var scan = unsafe akin_pairs_scan(
          needs: lists.needs.start, block_needs: lists.blockNeeds.start, group_ends: groupEnds.baseAddress!,
          own_needs: ownNeeds.baseAddress!, group: Int64(group), first: Int64(first), end: Int64(index.blockCount))
        return unsafe Int(take(&scan, &positions, &values))
      }
    }
  }
}

extension PairLists {
  /// Takes what rows have to offer to one range of labels, and raises what these need.
  ///
  /// - Parameter least: the degree that no row from this round on is below.
  func take(_ offers: [PairRow.Offer], _ index: PairIndex, least: Int, scores: PairScores<some CountMeasure>) {
    let degrees = index.degrees.span
    let nodes = index.nodes.span
    let offers = offers.span
    for place in offers.indices {
      if place + 12 < offers.count {
        index.prefetch(Int(offers[place + 12].label))
        prefetch(Int(offers[place + 12].label))
      }
      let (label, row, overlap) = (Int(offers[place].label), Int(offers[place].row), offers[place].overlap)
      // Safe: a label has a need, and this thread alone writes it.
      var need = unsafe UInt32(needs.start[label])
      guard overlap >= need else { continue }
      let degree = Int(degrees[label])
      let found = scores.score(Int(overlap), Int(degrees[row]), degree)
      let isBelow = found < threshold(of: label) * (1 - pairMargin)
      guard isBelow || offer(nodes[row], score: found, to: label) else { continue }
      let threshold = threshold(of: label) * (1 - pairMargin)
      while need < UInt8.max, scores.score(Int(need), least, degree) < threshold { need += 1 }
      raise(label, to: UInt8(need))
    }
  }
}
