import AkinEvaluation

/// Items in four groups by popularity in training, each with about a quarter of the interactions: a handful of
/// best-sellers in the first, the long tail in the last. Items without interactions are in the last.
struct PopularityGroups {
  static let names = ["best-sellers", "popular", "ordinary", "long tail"]

  private let groups: [UInt8]

  init(_ popularity: ItemPopularity) {
    let counts = popularity.counts
    let total = counts.reduce(0.0) { $0 + Double($1) }
    var groups = [UInt8](repeating: 3, count: counts.count)
    var held = 0.0
    for item in counts.indices.sorted(by: { (counts[$1], $0) < (counts[$0], $1) }) where counts[item] > 0 {
      groups[item] = UInt8(min(3, Int(held / total * 4)))
      held += Double(counts[item])
    }
    self.groups = groups
  }

  func group(of item: UInt32) -> Int { Int(groups[Int(item)]) }
}
