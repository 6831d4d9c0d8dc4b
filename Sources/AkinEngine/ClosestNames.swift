/// The names among many that are closest to one that is none of them.
public enum ClosestNames {
  /// Up to three names that contain something close to `name`, in any case: closest first, then those that add least, then
  /// in their order.
  ///
  /// - Complexity: O(bytes of all names).
  public static func find(_ name: String, among names: some Sequence<String>) -> [String] {
    guard let matcher = ApproximateMatcher(name.lowercased()) else { return [] }
    var best: [(key: [Int], name: String)] = []
    for candidate in names {
      let folded = candidate.lowercased()
      let distance = matcher.distance(to: folded)
      guard distance <= matcher.tolerance else { continue }
      let key = [distance, abs(folded.utf8.count - matcher.length)]
      let place = best.firstIndex { key.lexicographicallyPrecedes($0.key) } ?? best.count
      guard place < 3 else { continue }
      best.insert((key, candidate), at: place)
      if best.count > 3 { best.removeLast() }
    }
    return best.map(\.name)
  }
}
