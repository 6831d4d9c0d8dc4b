/// Collects the names that are closest to one that is none of them.
///
/// Words are looked for one by one, in any order, so that "The Godfather" finds "Godfather, The", and each has to be
/// found nearly whole, so that a long name is not close only because it contains much.
public struct ClosestNames {
  /// Longest first: what differs most often is looked for first.
  private let words: [ApproximateMatcher]
  private let whole: ApproximateMatcher?
  private var best: [(distance: (words: Int, whole: Int, surplus: Int), name: String)] = []

  /// - Parameter name: what was asked for.
  public init(to name: String) {
    let folded = name.lowercased()
    whole = ApproximateMatcher(folded)
    let parts = folded.split { !$0.isLetter && !$0.isNumber }
    words = (parts.isEmpty ? [folded[...]] : parts).compactMap { ApproximateMatcher(String($0)) }
      .sorted { $0.length > $1.length }
  }

  /// Up to three that contain something close to what was asked for, in any case: closest first by words, then as a
  /// whole, then those that add least, then in the order in which they were considered.
  public var names: [String] { best.map(\.name) }

  /// - Complexity: O(bytes of `candidate` × words of the name).
  public mutating func consider(_ candidate: String) {
    guard let whole else { return }
    let folded = candidate.lowercased()
    var sum = 0
    for word in words {
      let difference = word.distance(to: folded)
      guard difference <= word.tolerance else { return }
      sum += difference
    }
    let distance = (words: sum, whole: whole.distance(to: folded), surplus: abs(folded.utf8.count - whole.length))
    let place = best.firstIndex { distance < $0.distance } ?? best.count
    guard place < 3 else { return }
    best.insert((distance, candidate), at: place)
    if best.count > 3 { best.removeLast() }
  }

  /// The closest of `names`.
  public static func find(_ name: String, among names: some Sequence<String>) -> [String] {
    var closest = ClosestNames(to: name)
    for candidate in names { closest.consider(candidate) }
    return closest.names
  }
}
