import Foundation

/// Collects the names that are closest to one that is none of them.
///
/// Words are looked for one by one, in any order and without accents, so that "The Godfather" finds "Godfather, The", and
/// each has to be found nearly whole, so that a long name is not close only because it contains much.
public struct ClosestNames {
  /// Longest first: what differs most often is looked for first.
  private let words: [ApproximateMatcher]
  private let whole: ApproximateMatcher?
  private let folded: String
  private var best: [(distance: Distance, name: String)] = []

  /// Less is closer.
  private struct Distance: Comparable {
    /// Letters that differ, over all words.
    var words: Int
    /// 0 for a name that begins with what was asked for.
    var beginning: Int
    /// How much longer or shorter it is, up to a bracket, less what the beginnings have in common.
    var surplus: Int
    var whole: Int

    static func < (one: Distance, other: Distance) -> Bool {
      (one.words, one.beginning, one.surplus, one.whole) < (other.words, other.beginning, other.surplus, other.whole)
    }
  }

  /// - Parameter name: what was asked for.
  public init(to name: String) {
    folded = Self.folded(name)
    whole = ApproximateMatcher(folded)
    let parts = folded.split { !$0.isLetter && !$0.isNumber }
    words = (parts.isEmpty ? [folded[...]] : parts).compactMap { ApproximateMatcher(String($0)) }
      .sorted { $0.length > $1.length }
  }

  /// Up to three that contain something close to what was asked for: closest first, equally close ones in the order in which
  /// they were considered.
  public var names: [String] { best.map(\.name) }

  /// - Complexity: O(bytes of `candidate` × words of the name).
  public mutating func consider(_ candidate: String) {
    guard let whole else { return }
    let text = Self.folded(candidate)
    var sum = 0
    for word in words {
      let difference = word.distance(to: text)
      guard difference <= word.tolerance else { return }
      sum += difference
    }
    let bytes = Array(text.utf8)
    let title = bytes.firstIndex(of: UInt8(ascii: "(")).map { bytes[..<$0] } ?? bytes[...]
    let length = title.last == UInt8(ascii: " ") ? title.count - 1 : title.count
    // A word or two that differ in a text many times as long are found by chance.
    guard sum == 0 || length <= 3 * whole.length + 8 else { return }
    let common = zip(bytes, folded.utf8).prefix { $0 == $1 }.count
    let distance = Distance(
      words: sum, beginning: text.hasPrefix(folded) ? 0 : 1, surplus: abs(length - whole.length) - common,
      whole: whole.distance(to: text))
    let place = best.firstIndex { distance < $0.distance } ?? best.count
    guard place < 3 else { return }
    best.insert((distance, candidate), at: place)
    if best.count > 3 { best.removeLast() }
  }

  /// Small letters without accents.
  private static func folded(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text.lowercased() }
    var plain = String.UnicodeScalarView()
    plain.append(
      contentsOf: text.decomposedStringWithCanonicalMapping.unicodeScalars.filter {
        $0.properties.generalCategory != .nonspacingMark
      })
    return String(plain).lowercased()
  }

  /// The closest of `names`.
  public static func find(_ name: String, among names: some Sequence<String>) -> [String] {
    var closest = ClosestNames(to: name)
    for candidate in names { closest.consider(candidate) }
    return closest.names
  }
}
