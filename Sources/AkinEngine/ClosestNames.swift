/// Collects the names that are closest to one that is none of them.
public struct ClosestNames {
  private let matcher: ApproximateMatcher?
  private var best: [(distance: Int, surplus: Int, name: String)] = []

  /// - Parameter name: what was asked for.
  public init(to name: String) {
    matcher = ApproximateMatcher(name.lowercased())
  }

  /// Up to three that contain something close to what was asked for, in any case: closest first, then those that add
  /// least, then in the order in which they were considered.
  public var names: [String] { best.map(\.name) }

  /// - Complexity: O(bytes of `candidate`).
  public mutating func consider(_ candidate: String) {
    guard let matcher else { return }
    let folded = candidate.lowercased()
    let distance = matcher.distance(to: folded)
    guard distance <= matcher.tolerance else { return }
    let surplus = abs(folded.utf8.count - matcher.length)
    let place = best.firstIndex { (distance, surplus) < ($0.distance, $0.surplus) } ?? best.count
    guard place < 3 else { return }
    best.insert((distance, surplus, candidate), at: place)
    if best.count > 3 { best.removeLast() }
  }

  /// The closest of `names`.
  public static func find(_ name: String, among names: some Sequence<String>) -> [String] {
    var closest = ClosestNames(to: name)
    for candidate in names { closest.consider(candidate) }
    return closest.names
  }
}
