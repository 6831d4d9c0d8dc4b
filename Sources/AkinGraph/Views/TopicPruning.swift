public import AkinParallel
import Glibc

extension Snapshot {
  /// The graph without edges that say little: sources whose targets are about everything go, and targets with many edges
  /// keep those from the sources that are most about the same as they.
  ///
  /// A target's topic is the vector of its categories; a source's the mean of its targets'. Sources are ordered by the
  /// entropy −Σ p ln p of their topic, and the most diverse share of those that have edges goes with its edges. Then a target
  /// with d edges keeps ⌈d^exponent⌉: the ones with the largest cosine of the two topics, of equal ones the first source.
  /// Targets without a topic keep all.
  ///
  /// - Parameters:
  ///   - topics: a category or list of categories of the relation's targets.
  ///   - exponent: in 0...1; 1 keeps every edge.
  ///   - diverseShare: in 0..<1.
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(edges · categories of a target + sum of d log d).
  ///
  /// Source: Eksombatchai et al., "Pixie: A System for Recommending 3+ Billion Items to 200+ Million Users in Real-Time",
  /// WWW 2018, section 3.2, arXiv:1711.07601.
  public func pruned(
    relation: Int, topics: AttributeColumn, exponent: Double, diverseShare: Double, execution: Execution = .serial
  ) throws -> Snapshot {
    precondition((0...1).contains(exponent), "exponent \(exponent) is outside 0...1")
    precondition((0..<1).contains(diverseShare), "share \(diverseShare) is outside 0..<1")
    let forward = relations[relation].forward
    let reverse = relations[relation].reverse
    func topic(_ target: UInt32) throws(GraphError) -> [UInt32] {
      switch topics {
      case .category(let column): try column.code(of: target).map { [$0] } ?? []
      case .categories(let column): try column.codes(of: target)
      default: preconditionFailure("topics are categories, found \(topics.kind)")
      }
    }
    // Every target weighs 1, shared evenly among its categories.
    var profiles: [[UInt32: Double]] = []
    var norms: [Double] = []
    var entropies: [(entropy: Double, source: Int)] = []
    for source in 0..<forward.nodeCount {
      try execution.cancellation.check()
      var profile: [UInt32: Double] = [:]
      let row = try forward.edges(of: UInt32(source))
      for edge in row {
        let codes = try topic(try forward.neighbor(at: edge))
        for code in codes { profile[code, default: 0] += 1 / Double(codes.count) }
      }
      // Summed in one order, so that equal graphs give equal bits.
      let parts = profile.sorted { $0.key < $1.key }.map(\.value)
      let sum = parts.reduce(0, +)
      norms.append(parts.reduce(0) { $0 + $1 * $1 }.squareRoot())
      if !row.isEmpty, sum > 0 {
        entropies.append((-parts.reduce(0) { $0 + ($1 / sum) * log($1 / sum) }, source))
      }
      profiles.append(profile)
    }
    var isDiverse = [Bool](repeating: false, count: forward.nodeCount)
    entropies.sort { ($1.entropy, $0.source) < ($0.entropy, $1.source) }
    for entry in entropies.prefix(Int(diverseShare * Double(entropies.count))) { isDiverse[entry.source] = true }
    // For each target the sources that it keeps.
    var kept: [Set<UInt32>?] = []
    for target in 0..<reverse.nodeCount {
      try execution.cancellation.check()
      var sources: [UInt32] = []
      for edge in try reverse.edges(of: UInt32(target)) {
        let source = try reverse.neighbor(at: edge)
        if !isDiverse[Int(source)] { sources.append(source) }
      }
      let codes = try topic(UInt32(target))
      let limit = Int(pow(Double(sources.count), exponent).rounded(.up))
      guard !codes.isEmpty, limit < sources.count else {
        kept.append(nil)
        continue
      }
      let likeness = sources.map { source in
        let shared = codes.reduce(0) { $0 + (profiles[Int(source)][$1] ?? 0) }
        return norms[Int(source)] > 0 ? shared / norms[Int(source)] : 0
      }
      let order = sources.indices.sorted { (likeness[$1], sources[$0]) < (likeness[$0], sources[$1]) }
      kept.append(Set(order.prefix(limit).map { sources[$0] }))
    }
    return try keepingEdges(of: relation, execution: execution) { edge in
      !isDiverse[Int(edge.source)] && (kept[Int(edge.target)]?.contains(edge.source) ?? true)
    }
  }
}
