extension ListPair {
  /// Whether the items that both lists hold stand in the same order: τ = (C − D) / (n·(n − 1)/2), where C pairs of the n
  /// common items are in the same order in both lists and D in opposite order. In −1...1; 1 same order, −1 reversed.
  ///
  /// Ranks within a list are distinct, so this is τ-a and τ-b at once. What is in one list only is not looked at:
  /// read it together with `overlap(at:)`. `nil` with fewer than two common items.
  ///
  /// - Complexity: O(n log n).
  ///
  /// Source: Kendall, "A new measure of rank correlation", Biometrika 30(1/2), 1938, doi:10.1093/biomet/30.1-2.81.
  public func kendallTau() -> Double? {
    var positions = positionsInAfter.compactMap(\.self)
    let count = positions.count
    guard count > 1 else { return nil }
    let inversions = sortCountingInversions(&positions)
    return 1 - 4 * Double(inversions) / (Double(count) * Double(count - 1))
  }
}

/// Merge sort from runs of 1 up; counts the pairs that stood in descending order.
private func sortCountingInversions(_ values: inout [Int]) -> Int {
  var inversions = 0
  var merged = values
  var width = 1
  while width < values.count {
    for start in stride(from: 0, to: values.count, by: 2 * width) {
      let middle = min(start + width, values.count)
      let end = min(start + 2 * width, values.count)
      var (left, right) = (start, middle)
      for target in start..<end {
        if right >= end || (left < middle && values[left] <= values[right]) {
          merged[target] = values[left]
          left += 1
        } else {
          inversions += middle - left
          merged[target] = values[right]
          right += 1
        }
      }
    }
    swap(&values, &merged)
    width *= 2
  }
  return inversions
}
