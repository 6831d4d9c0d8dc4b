/// The held-out items that are relevant to each user, in no order, optionally with a grade of how relevant.
///
/// Without grades every relevant item has grade 1. An item with grade 0 was judged and found irrelevant: it is left
/// out, as if it were not listed. A user without relevant items cannot be scored for accuracy: `evaluate` leaves such
/// users out of the means and reports how many they were.
public struct GroundTruth: Sendable, Equatable {
  /// The highest grade accepted: its exponential gain, 2^grade − 1, can still be added up.
  public static let largestGrade: Float = 1000

  /// Number of users + 1 values, ascending from 0.
  let offsets: [Int]
  /// Ascending within each user.
  let items: [UInt32]
  /// Parallel to `items`; empty when every grade is 1.
  let grades: [Float]
  /// The grades of each user once more, in descending order; empty when every grade is 1.
  let idealGrades: [Float]
  /// Size of the catalogue: items are in `0..<itemCount`.
  public let itemCount: Int

  /// - Parameter grades: how relevant each of `items` is, in 0...`largestGrade`; `nil` when they all are alike.
  /// - Throws: `itemOutOfRange`, `duplicateItem`, `invalidGrade`, of the first user where it happens.
  /// - Complexity: O(n log n + `itemCount`) for n entries.
  public init(offsets: [Int], items: [UInt32], grades: [Float]? = nil, itemCount: Int) throws(EvaluationError) {
    let checked = try ItemLists(offsets: offsets, items: items, itemCount: itemCount)
    if let grades {
      precondition(grades.count == items.count, "\(grades.count) grades for \(items.count) items")
      for user in 0..<checked.userCount {
        for position in offsets[user]..<offsets[user + 1] where !(0...Self.largestGrade).contains(grades[position]) {
          throw .invalidGrade(grades[position], item: Int(items[position]), list: user)
        }
      }
    }
    self.init(offsets: offsets, items: items, grades: grades, itemCount: itemCount) { _, grade in grade > 0 }
  }

  /// One list of relevant items a user, with grades of the same shape.
  ///
  /// - Throws: `itemOutOfRange`, `duplicateItem`, `invalidGrade`, of the first user where it happens.
  public init(_ lists: [[UInt32]], grades: [[Float]]? = nil, itemCount: Int) throws(EvaluationError) {
    if let grades {
      precondition(grades.map(\.count) == lists.map(\.count), "each item needs one grade")
    }
    try self.init(
      offsets: flatOffsets(of: lists), items: Array(lists.joined()), grades: grades.map { Array($0.joined()) },
      itemCount: itemCount)
  }

  /// The same truth with only the items for which `isIncluded` holds: accuracy on new items, on the tail, on a category.
  ///
  /// Lists stay as they are: an item in a list that is no longer relevant takes its rank as any other miss. Users who
  /// keep no relevant item are left out of the means.
  ///
  /// - Complexity: O(n log n) for n entries.
  public func keeping(_ isIncluded: (UInt32) -> Bool) -> GroundTruth {
    GroundTruth(offsets: offsets, items: items, grades: grades.isEmpty ? nil : grades, itemCount: itemCount) {
      item, _ in
      isIncluded(item)
    }
  }

  /// How many users there are, those without relevant items among them.
  public var userCount: Int { offsets.count - 1 }
  /// Whether any grade differs from 1.
  public var isGraded: Bool { !grades.isEmpty }

  /// How many items are relevant to the user.
  public func relevantCount(of user: Int) -> Int { offsets[user + 1] - offsets[user] }

  /// The relevant items of one user, ascending by id.
  public func relevantItems(of user: Int) -> ArraySlice<UInt32> { items[offsets[user]..<offsets[user + 1]] }

  /// How relevant `item` is to `user`; 0 when it is not.
  ///
  /// - Complexity: O(log n) for n relevant items of the user.
  @inline(__always)
  func grade(of item: UInt32, for user: Int) -> Float {
    var low = offsets[user]
    let end = offsets[user + 1]
    var high = end
    while low < high {
      let middle = (low + high) / 2
      if items[middle] < item { low = middle + 1 } else { high = middle }
    }
    guard low < end, items[low] == item else { return 0 }
    return grades.isEmpty ? 1 : grades[low]
  }

  /// Sorts the entries of each user and keeps those for which `isIncluded` holds.
  private init(
    offsets: [Int], items: [UInt32], grades: [Float]?, itemCount: Int, _ isIncluded: (UInt32, Float) -> Bool
  ) {
    var kept = [0]
    var keptItems: [UInt32] = []
    var keptGrades: [Float] = []
    kept.reserveCapacity(offsets.count)
    keptItems.reserveCapacity(items.count)
    keptGrades.reserveCapacity(items.count)
    for user in 0..<offsets.count - 1 {
      for position in (offsets[user]..<offsets[user + 1]).sorted(by: { items[$0] < items[$1] }) {
        let grade = grades?[position] ?? 1
        guard isIncluded(items[position], grade) else { continue }
        keptItems.append(items[position])
        keptGrades.append(grade)
      }
      kept.append(keptItems.count)
    }
    let isGraded = keptGrades.contains { $0 != 1 }
    self.offsets = kept
    self.items = keptItems
    self.grades = isGraded ? keptGrades : []
    self.itemCount = itemCount
    if isGraded {
      for user in 0..<kept.count - 1 { keptGrades[kept[user]..<kept[user + 1]].sort(by: >) }
    }
    idealGrades = isGraded ? keptGrades : []
  }
}
