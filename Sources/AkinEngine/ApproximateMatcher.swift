/// Finds how close a text comes to containing a pattern: the least number of inserted, deleted or replaced bytes, and of
/// neighbours that changed places, that turns the pattern into some part of the text.
///
/// - Complexity: O(length of the text) a comparison, by bit parallelism.
///
/// Source: Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic programming", JACM
/// 46(3), 1999, doi:10.1145/316542.316550; neighbours that changed places as in Hyyrö, "A bit-vector algorithm for
/// computing Levenshtein and Damerau edit distances", Nordic Journal of Computing 10(1), 2003.
struct ApproximateMatcher {
  /// Bytes of the pattern that are compared: 64 at most.
  let length: Int
  /// Distances up to this are worth suggesting: none in a word of two bytes, which differs from any by two at most.
  var tolerance: Int { length < 3 ? 0 : max(1, length / 4) }
  private var occurrences = [UInt64](repeating: 0, count: 256)

  /// `nil` for an empty pattern, which everything contains.
  init?(_ pattern: String) {
    let bytes = Array(pattern.utf8.prefix(64))
    guard !bytes.isEmpty else { return nil }
    length = bytes.count
    for (position, byte) in bytes.enumerated() { occurrences[Int(byte)] |= 1 << UInt64(position) }
  }

  func distance(to text: String) -> Int {
    var increases = UInt64.max
    var decreases: UInt64 = 0
    var distance = length
    var least = length
    let last = UInt64(1) << UInt64(length - 1)
    var diagonal: UInt64 = 0
    var matchesBefore: UInt64 = 0
    for byte in text.utf8 {
      let matches = occurrences[Int(byte)]
      let swapped = ((~diagonal & matches) << 1) & matchesBefore
      diagonal = swapped | (((matches & increases) &+ increases) ^ increases) | matches | decreases
      matchesBefore = matches
      var up = decreases | ~(diagonal | increases)
      var down = increases & diagonal
      if up & last != 0 { distance += 1 }
      if down & last != 0 { distance -= 1 }
      // A match may start anywhere in the text: the first row stays 0.
      up <<= 1
      down <<= 1
      increases = down | ~(diagonal | up)
      decreases = up & diagonal
      least = min(least, distance)
    }
    return least
  }
}
