/// A measure at a list length: `ndcg@10`. Without a length, where that is allowed, the whole list is meant: `mrr`.
public struct Metric: Sendable, Hashable {
  /// What is measured.
  public let measure: Measure
  /// How many items of each list count, from the top; `nil` for all.
  public let k: Int?

  /// - Precondition: `k` is at least 1, and given or left out as `measure.cutoff` asks.
  public init(_ measure: Measure, at k: Int? = nil) {
    if let k { checkCutoff(k) }
    precondition(measure.cutoff != .required || k != nil, "\(measure.rawValue) needs a list length")
    precondition(measure.cutoff != .none || k == nil, "\(measure.rawValue) takes no list length")
    self.measure = measure
    self.k = k
  }
}

extension Metric: CustomStringConvertible {
  /// The name as `init(parsing:)` reads it.
  public var description: String { measure.rawValue + (k.map { "@\($0)" } ?? "") }
}

extension Metric {
  /// Reads `ndcg@10`; upper and lower case are alike, and a few other names in use are known (`hr@10`).
  ///
  /// - Throws: `unknownMetric` with the closest known name, `invalidCutoff`, `missingCutoff`, `unexpectedCutoff`.
  public init(parsing text: String) throws(EvaluationError) {
    let parts = text.lowercased().split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let measure = Measure.allCases.first(where: { $0.rawValue == parts[0] || $0.aliases.contains(parts[0]) })
    else {
      throw .unknownMetric(text, closest: Self.closestName(to: parts[0]).map { $0 + Self.suffix(parts, of: $0) })
    }
    guard parts.count > 1 else {
      if measure.cutoff == .required { throw .missingCutoff(metric: measure.rawValue) }
      self.init(measure)
      return
    }
    if measure.cutoff == .none { throw .unexpectedCutoff(metric: measure.rawValue) }
    guard let k = Int(parts[1]), k >= 1 else { throw .invalidCutoff(parts[1], metric: measure.rawValue) }
    self.init(measure, at: k)
  }

  /// Reads `ndcg@10,recall@5,10,20`: a bare number repeats the measure before it. Each metric once, in order.
  public static func list(parsing text: String) throws(EvaluationError) -> [Metric] {
    var metrics: [Metric] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      let word = String(word.trimming(while: { $0 == " " }))
      let name = if let last = metrics.last, Int(word) != nil { "\(last.measure.rawValue)@\(word)" } else { word }
      let metric = try Metric(parsing: name)
      if !metrics.contains(metric) { metrics.append(metric) }
    }
    return metrics
  }

  /// What to show after a suggested name: the length that was typed, where the measure takes one and it is a number.
  private static func suffix(_ parts: [String], of name: String) -> String {
    guard parts.count > 1, let k = Int(parts[1]), k >= 1, Measure(rawValue: name)?.cutoff != Measure.CutoffRule.none
    else { return "" }
    return "@\(k)"
  }

  /// The canonical name of the measure whose name or alias takes the fewest edits; `nil` when all are far.
  private static func closestName(to text: String) -> String? {
    let candidates = Measure.allCases.flatMap { measure in
      ([measure.rawValue] + measure.aliases).map { (measure.rawValue, editDistance(text, $0)) }
    }
    guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= text.count / 3 else { return nil }
    return best.0
  }
}

extension Substring {
  fileprivate func trimming(while isBlank: (Character) -> Bool) -> Substring {
    var trimmed = drop(while: isBlank)
    while let last = trimmed.last, isBlank(last) { trimmed.removeLast() }
    return trimmed
  }
}

/// The fewest insertions, deletions, replacements and swaps of neighbouring characters that turn `a` into `b`.
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var current = [i + 1]
    for j in b.indices {
      var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
      current.append(best)
    }
    (beforeLast, last) = (last, current)
  }
  return last[b.count]
}
