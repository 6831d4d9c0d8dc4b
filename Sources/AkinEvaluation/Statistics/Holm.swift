/// P-values of several comparisons, adjusted so that calling all below 0.05 significant is wrong at all, about any of
/// them, with probability at most 0.05.
///
/// With the m values ascending, the adjusted i-th is max over j ≤ i of min(1, (m − j + 1)·p_j), j from 1. Valid for any
/// dependence between the comparisons, and never less powerful than Bonferroni's.
///
/// - Parameter pValues: in 0...1, in any order.
/// - Returns: the adjusted values in the same order.
/// - Complexity: O(m log m).
///
/// Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6(2),
/// 1979.
public func holmAdjusted(_ pValues: [Double]) -> [Double] {
  precondition(pValues.allSatisfy { (0...1).contains($0) }, "a p-value is not in 0...1: \(pValues)")
  var adjusted = pValues
  var largest = 0.0
  for (rank, position) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
    largest = max(largest, min(1, Double(pValues.count - rank) * pValues[position]))
    adjusted[position] = largest
  }
  return adjusted
}
