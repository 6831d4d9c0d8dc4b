/// The categories (genres, tags, shelves) of each item; any number, none included.
public struct ItemCategories: Sendable, Equatable {
  let offsets: [Int]
  /// Ascending within an item.
  let categories: [UInt32]
  /// How many categories there are; those of items are below it.
  public let categoryCount: Int

  /// - Parameter categories: by item, below `categoryCount`; one given twice counts once.
  /// - Throws: `categoryOutOfRange`.
  public init(_ categories: [[UInt32]], categoryCount: Int) throws(EvaluationError) {
    for (item, own) in categories.enumerated() {
      if let wrong = own.first(where: { $0 >= categoryCount }) {
        throw .categoryOutOfRange(category: Int(wrong), item: item, categoryCount: categoryCount)
      }
    }
    let rows = categories.map { Set($0).sorted() }
    offsets = flatOffsets(of: rows)
    self.categories = Array(rows.joined())
    self.categoryCount = categoryCount
  }

  /// How many items there are, those without a category among them.
  public var itemCount: Int { offsets.count - 1 }

  /// The categories of one item, ascending.
  public subscript(item: Int) -> ArraySlice<UInt32> { categories[offsets[item]..<offsets[item + 1]] }

  /// Jaccard distance of the category sets: 1 − |A ∩ B| / |A ∪ B|, in 0...1; 0 when neither has a category.
  public func distance(_ a: Int, _ b: Int) -> Double {
    var common = 0
    var first = offsets[a]
    var second = offsets[b]
    while first < offsets[a + 1], second < offsets[b + 1] {
      if categories[first] == categories[second] {
        common += 1
        first += 1
        second += 1
      } else if categories[first] < categories[second] {
        first += 1
      } else {
        second += 1
      }
    }
    let union = self[a].count + self[b].count - common
    return union == 0 ? 0 : 1 - Double(common) / Double(union)
  }
}
