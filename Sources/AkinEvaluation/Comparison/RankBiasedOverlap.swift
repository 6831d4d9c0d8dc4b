extension ListPair {
  /// How alike the lists are to somebody who reads from the top and goes on to the next rank with probability
  /// `persistence`. In 0...1: 1 for equal lists, 0 without a common item; 1 for two empty lists, 0 for one.
  ///
  /// Extrapolated: what the lists agree on as far as they go is assumed to continue. With X_d the number of common items
  /// among the first d of both, s and l the lengths of the shorter and the longer list, and p the persistence,
  /// RBO_ext = (1 − p)/p · (Σ_{d=1..l} X_d/d · p^d + Σ_{d=s+1..l} X_s·(d − s)/(s·d) · p^d) + ((X_l − X_s)/l + X_s/s)·p^l.
  ///
  /// - Parameter p: between 0 and 1, both excluded. The first ten ranks have 86 % of the weight at 0.9 and
  ///   nearly all at 0.5.
  /// - Complexity: O(n).
  ///
  /// Source: Webber, Moffat & Zobel, "A similarity measure for indefinite rankings", ACM TOIS 28(4), 2010,
  /// doi:10.1145/1852102.1852106, equation 32.
  public func rankBiasedOverlap(persistence p: Double = 0.9) -> Double {
    precondition(p > 0 && p < 1, "persistence must be between 0 and 1, found \(p)")
    let short = min(before.count, after.count)
    let long = max(before.count, after.count)
    if short == 0 { return long == 0 ? 1 : 0 }
    var common = 0
    var commonInShort = 0
    var weight = 1.0
    var sum = 0.0
    for depth in 1...long {
      let position = depth - 1
      // A common item is counted at the depth where the later of its two ranks is reached.
      if position < before.count, let other = positionsInAfter[position], other <= position { common += 1 }
      if position < after.count, let other = positionsInBefore[position], other < position { common += 1 }
      if depth == short { commonInShort = common }
      weight *= p
      sum += Double(common) / Double(depth) * weight
      if depth > short {
        sum += Double(commonInShort) * Double(depth - short) / (Double(short) * Double(depth)) * weight
      }
    }
    let tail = Double(common - commonInShort) / Double(long) + Double(commonInShort) / Double(short)
    // Rounding can take the sum of equal lists just above 1.
    return min(1, (1 - p) / p * sum + tail * weight)
  }
}
