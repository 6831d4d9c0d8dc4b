/// Finds how close a text comes to containing a pattern: the least number of inserted, deleted or replaced bytes that
/// turns the pattern into some part of the text.
///
/// - Complexity: O(length of the text) a comparison, by bit parallelism.
///
/// Source: Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic programming", JACM
/// 46(3), 1999, doi:10.1145/316542.316550.
struct ApproximateMatcher {
  /// Bytes of the pattern that are compared: 64 at most.
  let length: Int
  /// Distances up to this are worth suggesting.
  var tolerance: Int { max(1, length / 3) }
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
    for byte in text.utf8 {
      let matches = occurrences[Int(byte)]
      let vertical = matches | decreases
      let diagonal = (((matches & increases) &+ increases) ^ increases) | matches
      var up = decreases | ~(diagonal | increases)
      var down = increases & diagonal
      if up & last != 0 { distance += 1 }
      if down & last != 0 { distance -= 1 }
      // A match may start anywhere in the text: the first row stays 0.
      up <<= 1
      down <<= 1
      increases = down | ~(vertical | up)
      decreases = up & vertical
      least = min(least, distance)
    }
    return least
  }
}
