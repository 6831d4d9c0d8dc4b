import AkinLinearAlgebra
import AkinParallel
import AkinRanking
import CAkinKernels

/// The best neighbours of all labels at once: of each a heap with the worst kept entry at its root, once it is full.
///
/// Equal scores are ordered by ascending index, so what is kept in the end does not depend on the order of the offers.
///
/// Safe to share where nobody else touches a label's list and need while they are written: its row writes the list while
/// rows are counted, and whoever takes the offers of its range writes both between rounds.
@safe
final class PairLists: @unchecked Sendable {
  /// Where the list of a label begins.
  private let starts: [Int]
  private let entries: HugeBuffer<Entry>
  private let counts: HugeBuffer<UInt32>
  /// By label: the least overlap that its list may take, 255 for all above; padded to whole blocks.
  let needs: HugeBuffer<UInt8>
  /// By block of 64 labels: the least of their needs.
  let blockNeeds: HugeBuffer<UInt8>

  private struct Entry: BitwiseCopyable {
    /// Twelve bytes in place of sixteen.
    private var low: UInt32
    private var high: UInt32
    /// The index of the neighbour.
    var name: UInt32

    init(_ score: Double, _ name: UInt32) {
      low = UInt32(truncatingIfNeeded: score.bitPattern)
      high = UInt32(truncatingIfNeeded: score.bitPattern >> 32)
      self.name = name
    }

    var score: Double { Double(bitPattern: UInt64(high) << 32 | UInt64(low)) }

    @inline(__always)
    func isWorse(than other: Entry) -> Bool {
      let mine = score
      let its = other.score
      return mine != its ? mine < its : name > other.name
    }
  }

  /// Lists of `k`, or of as many as a label can have neighbours.
  ///
  /// - Parameter isTouched: whether memory is asked for at once and not with the first offers, so that a part of these does
  ///   not seem to take all of it.
  init(_ index: PairIndex, k: Int, need: Int, isTouched: Bool) {
    var starts = [0]
    starts.reserveCapacity(index.labelCount + 1)
    for beside in index.beside { starts.append(starts[starts.count - 1] + min(k, Int(beside))) }
    self.starts = starts
    entries = HugeBuffer(count: starts[index.labelCount])
    counts = HugeBuffer(count: index.labelCount)
    needs = HugeBuffer(count: index.paddedCount)
    blockNeeds = HugeBuffer(count: index.blockCount)
    if isTouched { unsafe entries.start.initialize(repeating: Entry(0, 0), count: entries.count) }
    // Safe: the buffers have so many.
    for label in 0..<index.paddedCount { unsafe needs.start[label] = UInt8(clamping: need) }
    for block in 0..<index.blockCount { unsafe blockNeeds.start[block] = UInt8(clamping: need) }
  }

  /// Raises what a label needs. Ranges that threads write side by side are whole blocks.
  @inline(__always)
  func raise(_ label: Int, to need: UInt8) {
    let block = label / 64
    // Safe: each label has a need, and each block has 64 of them.
    let before = unsafe needs.start[label]
    unsafe needs.start[label] = need
    guard need > before, unsafe before == blockNeeds.start[block] else { return }
    var least = UInt8.max
    for other in 64 * block..<64 * block + 64 { least = unsafe min(least, needs.start[other]) }
    unsafe blockNeeds.start[block] = least
  }

  /// Scores below this are not kept.
  @inline(__always)
  func threshold(of label: Int) -> Double { isFull(label) ? unsafe entries.start[starts[label]].score : 0 }

  @inline(__always)
  private func isFull(_ label: Int) -> Bool {
    unsafe Int(counts.start[label]) == starts[label + 1] - starts[label] && counts.start[label] > 0
  }

  /// Keeps a score above zero when it is among the best.
  ///
  /// - Returns: whether the list is full and was changed.
  @inline(__always)
  func offer(_ name: UInt32, score: Double, to label: Int) -> Bool {
    let entry = Entry(score, name)
    let start = starts[label]
    let capacity = starts[label + 1] - start
    guard capacity > 0, score > 0 else { return false }
    // Safe: the list of the label has this capacity, and its count is never above it.
    let list = unsafe entries.start + start
    let count = unsafe Int(counts.start[label])
    if count < capacity {
      unsafe list[count] = entry
      unsafe counts.start[label] = UInt32(count + 1)
      guard count + 1 == capacity else { return false }
      unsafe Self.order(list, capacity)
      return true
    }
    guard unsafe list[0].isWorse(than: entry) else { return false }
    unsafe Self.siftDown(entry, from: 0, in: list, capacity)
    return true
  }

  /// Asks for a list that an offer is about to be made to.
  @inline(__always)
  func prefetch(_ label: Int) {
    unsafe akin_prefetch(counts.start + label)
    unsafe akin_prefetch(needs.start + label)
    let list = unsafe UnsafeRawPointer(entries.start + starts[label])
    for line in 0..<4 { unsafe akin_prefetch(list + 64 * line) }
  }

  /// Makes a heap of a list.
  private static func order(_ list: UnsafeMutablePointer<Entry>, _ count: Int) {
    var parent = count / 2
    while parent > 0 {
      parent -= 1
      unsafe siftDown(list[parent], from: parent, in: list, count)
    }
  }

  /// Finds the place of an entry that takes that of `start`.
  @inline(__always)
  private static func siftDown(_ entry: Entry, from start: Int, in list: UnsafeMutablePointer<Entry>, _ count: Int) {
    var parent = start
    while true {
      var child = 2 * parent + 1
      guard child < count else { break }
      if child + 1 < count, unsafe list[child + 1].isWorse(than: list[child]) { child += 1 }
      guard unsafe list[child].isWorse(than: entry) else { break }
      unsafe list[parent] = list[child]
      parent = child
    }
    unsafe list[parent] = entry
  }

  /// Hands over all lists, best first, as rows of nodes, and forgets their order.
  ///
  /// - Parameters:
  ///   - nodes: of the labels; others have an empty row.
  ///   - isKept: whether a label's list is wanted; others become empty.
  func table(
    type: NodeTypeID, nodes: [UInt32], nodeCount: Int, execution: Execution, isKept: @Sendable (Int) -> Bool
  ) throws -> NeighborTable {
    var offsets = [Int](repeating: 0, count: nodeCount + 1)
    for (label, node) in nodes.enumerated() where isKept(label) {
      // Safe: there is a count for each label.
      offsets[Int(node) + 1] = unsafe Int(counts.start[label])
    }
    for node in 0..<nodeCount { offsets[node + 1] += offsets[node] }
    let rows = offsets
    var scores = [Double](zerosOnHugePages: offsets[nodeCount])
    var neighbors = [UInt32](zerosOnHugePages: offsets[nodeCount])
    try unsafe neighbors.withUnsafeMutableBufferPointer { neighbors in
      try unsafe scores.withUnsafeMutableBufferPointer { scores in
        guard let neighbors = neighbors.baseAddress, let scores = scores.baseAddress else { return }
        let target = unsafe Target(neighbors: neighbors, scores: scores)
        _ = try concurrentMap(count: nodes.count, chunkSize: max(256, nodes.count / 64), execution: execution) {
          range in
          for label in range where isKept(label) {
            // Safe: rows of nodes are apart, each as long as the list that it takes.
            unsafe self.drain(
              label, target.neighbors + rows[Int(nodes[label])], target.scores + rows[Int(nodes[label])])
          }
        }
      }
    }
    return NeighborTable(type: type, offsets: offsets, neighbors: neighbors, scores: scores)
  }

  /// The columns of a table, whose rows several threads write.
  @unsafe
  private struct Target: @unchecked Sendable {
    let neighbors: UnsafeMutablePointer<UInt32>
    let scores: UnsafeMutablePointer<Double>
  }

  /// Takes the worst from the heap again and again, which leaves the best first.
  private func drain(
    _ label: Int, _ neighbors: UnsafeMutablePointer<UInt32>, _ scores: UnsafeMutablePointer<Double>
  ) {
    // Safe: as in `offer`.
    let list = unsafe entries.start + starts[label]
    let count = unsafe Int(counts.start[label])
    unsafe Self.order(list, count)
    for last in stride(from: count - 1, through: 0, by: -1) {
      let worst = unsafe list[0]
      unsafe neighbors[last] = worst.name
      unsafe scores[last] = worst.score
      unsafe Self.siftDown(list[last], from: 0, in: list, last)
    }
  }
}
