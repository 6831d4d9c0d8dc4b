import AkinGraph
import AkinParallel

/// Nodes relabelled by ascending size, then index. Everything in it was checked when it was made, so that loops over it
/// need not.
///
/// Popular nodes come to lie side by side, where their counters share cache lines, and the score that an overlap can
/// reach falls from label to label.
struct LabelledRows: Sendable {
  /// By label; nodes without edges have none.
  let nodes: [UInt32]
  /// By label: how many connectors the node has, or the sum of the squares of its numbers.
  let sizes: [UInt32]
  /// Row of a label among all rows without repetition, one after the other.
  let offsets: [Int]
  /// Runs of labels of about the same size, one after the other.
  let groups: [Group]
  /// By block of 64 labels: the group that it belongs to.
  let groupOfBlock: [UInt32]

  struct Group: Sendable {
    /// Multiples of 64, as kernels take whole blocks.
    var start: Int
    var end: Int
    /// The least degree in the group.
    var degree: Int
    /// Whether all have it.
    var isUniform: Bool
  }

  /// - Parameters:
  ///   - numbers: of the edges, those of `outward`; squares of a node add up to less than 2³².
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(nodes + edges).
  init(outward: Adjacency, numbers: WholeNumbers? = nil, execution: Execution) throws {
    let nodeCount = outward.nodeCount
    let outgoing = EntryRows(outward, numbers?.kind ?? .binary)
    var degrees = [UInt32](repeating: 0, count: nodeCount)
    _ = try concurrentFill(&degrees, chunkSize: Self.chunkSize(nodeCount), execution: execution) { range, degrees in
      for node in range {
        var degree: UInt32 = 0
        try outgoing.forEach(of: node) { _, _ in degree += 1 }
        degrees[node - range.lowerBound] = degree
      }
    }
    let sizesOfNodes = numbers?.squares ?? degrees
    let nodes = Self.ordered(sizesOfNodes)
    let sizes = nodes.map { sizesOfNodes[Int($0)] }
    let offsets = Self.offsets(nodes.map { degrees[Int($0)] })
    self.nodes = nodes
    self.sizes = sizes
    self.offsets = offsets
    groups = Self.groups(sizes)
    groupOfBlock = groups.enumerated().reduce(into: []) { blocks, group in
      while blocks.count * 64 < group.element.end { blocks.append(UInt32(group.offset)) }
    }
  }

  /// The rows: the connectors of each label, without repetition.
  func connectors(_ outward: Adjacency, execution: Execution) throws -> [UInt32] {
    let outgoing = EntryRows(outward, .binary)
    return try Self.fill(offsets, execution: execution) { label, row in
      try outgoing.forEach(of: Int(nodes[label])) { neighbor, _ in row.append(neighbor) }
    }
  }

  /// By node: its label; the largest number where it has none.
  func labels(nodeCount: Int) -> [UInt32] {
    var labels = [UInt32](repeating: .max, count: nodeCount)
    for (label, node) in nodes.enumerated() { labels[Int(node)] = UInt32(label) }
    return labels
  }

  /// Positions of what is above 0, by ascending size, then position.
  private static func ordered(_ sizes: [UInt32]) -> [UInt32] {
    let largest = Int(sizes.max() ?? 0)
    guard largest < 1 << 22 else {
      var keys: [UInt64] = []
      keys.reserveCapacity(sizes.count)
      for (node, size) in sizes.enumerated() where size > 0 { keys.append(UInt64(size) << 32 | UInt64(node)) }
      keys.sort()
      return keys.map { UInt32(truncatingIfNeeded: $0) }
    }
    // A counting sort, stable in the position.
    var starts = [Int](repeating: 0, count: largest + 2)
    for size in sizes { starts[Int(size) + 1] += 1 }
    let isolated = starts[1]
    for size in 1..<starts.count { starts[size] += starts[size - 1] }
    var nodes = [UInt32](repeating: 0, count: sizes.count - isolated)
    for (node, size) in sizes.enumerated() where size > 0 {
      nodes[starts[Int(size)] - isolated] = UInt32(node)
      starts[Int(size)] += 1
    }
    return nodes
  }

  static func chunkSize(_ count: Int) -> Int { max(256, count / 64) }

  static func offsets(_ counts: [UInt32]) -> [Int] {
    var offsets = [0]
    offsets.reserveCapacity(counts.count + 1)
    for count in counts { offsets.append(offsets[offsets.count - 1] + Int(count)) }
    return offsets
  }

  /// All rows, one after the other, each of the length that `offsets` say.
  static func fill<Element: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ offsets: [Int], execution: Execution, _ fill: @Sendable (_ number: Int, _ row: inout [Element]) throws -> Void
  ) throws -> [Element] {
    let total = offsets[offsets.count - 1]
    var all = [Element](zerosOnHugePages: total)
    _ = try concurrentFill(&all, chunkSize: max(4096, total / 64), execution: execution) { range, output in
      // Runs of equal length may begin and end within rows.
      var number = Self.row(at: range.lowerBound, offsets)
      var row: [Element] = []
      while number < offsets.count - 1, offsets[number] < range.upperBound {
        row.removeAll(keepingCapacity: true)
        try fill(number, &row)
        let start = offsets[number]
        for position in max(start, range.lowerBound)..<max(start, min(offsets[number + 1], range.upperBound)) {
          output[position - range.lowerBound] = row[position - start]
        }
        number += 1
      }
    }
    return all
  }

  /// The row that holds `position`.
  private static func row(at position: Int, _ offsets: [Int]) -> Int {
    var low = 0
    var high = offsets.count - 1
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle + 1] <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Groups of 64 labels or more: long ones end where the degree changes, short ones may span an eighth of it.
  private static func groups(_ degrees: [UInt32]) -> [Group] {
    var groups: [Group] = []
    // Each group costs every row a look, so many labels make longer ones.
    let longest = max(1024, degrees.count / 128 / 64 * 64)
    var start = 0
    while start < degrees.count {
      let degree = Int(degrees[start])
      var end = start + 64
      while end < degrees.count, end - start < longest,
        Int(degrees[min(end + 63, degrees.count - 1)]) <= degree + (end - start < longest / 2 ? degree / 8 : 0)
      { end += 64 }
      let last = Int(degrees[min(end, degrees.count) - 1])
      groups.append(Group(start: start, end: end, degree: degree, isUniform: last == degree))
      start = end
    }
    return groups
  }
}
