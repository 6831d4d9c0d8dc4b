import AkinLinearAlgebra
import AkinParallel
import Glibc

/// Draws items that a user has not, among those that have an edge at all.
struct NegativeSampler: Sendable {
  private let items: [UInt32]
  /// Sums of weights up to and with each item; empty where all are alike.
  private let sums: [Double]

  /// - Parameter exponent: items are drawn by degree to this power.
  init(_ relation: NormalizedAdjacency, exponent: Double) {
    let degrees = relation.candidateDegrees
    items = (0..<UInt32(degrees.count)).filter { degrees[Int($0)] > 0 }
    var sum = 0.0
    sums =
      exponent == 0
      ? []
      : items.map { item in
        sum += pow(Double(degrees[Int(item)]), exponent)
        return sum
      }
  }

  /// How many items there are to draw from.
  var itemCount: Int { items.count }

  /// One item, whoever has it. There must be one with an edge.
  func draw(using random: inout RandomStream) -> UInt32 {
    guard let total = sums.last else { return items[Int(random.draw(below: UInt32(items.count)))] }
    let goal = random.drawUnit() * total
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] <= goal { low = middle + 1 } else { high = middle }
    }
    return items[low]
  }

  /// One item that is not among `known`, which ascend; `nil` when all are.
  func draw(avoiding known: Span<UInt32>, using random: inout RandomStream) -> UInt32? {
    for _ in 0..<64 {
      let item = draw(using: &random)
      if !known.contains(item) { return item }
    }
    // Nearly everything is known: what is left, one after the other from some place on.
    let start = Int(random.draw(below: UInt32(items.count)))
    for step in items.indices {
      let item = items[(start + step) % items.count]
      if !known.contains(item) { return item }
    }
    return nil
  }

  /// Up to `count` different items, ascending: so many draws, each item once; all where all are alike and no more than that.
  func drawSet(_ count: Int, using random: inout RandomStream) -> [UInt32] {
    guard !sums.isEmpty || count < items.count else { return items }
    var drawn = (0..<count).map { _ in draw(using: &random) }
    drawn.sort()
    return drawn.removingRepetitions()
  }
}

extension Span<UInt32> {
  /// - Precondition: elements ascend.
  func contains(_ element: UInt32) -> Bool {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < element { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == element
  }
}

extension [UInt32] {
  /// Each element once, where equal ones are neighbours.
  func removingRepetitions() -> [UInt32] {
    var result: [UInt32] = []
    for element in self where element != result.last { result.append(element) }
    return result
  }
}
