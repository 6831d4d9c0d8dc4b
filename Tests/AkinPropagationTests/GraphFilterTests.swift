import AkinGraph
import AkinLinearAlgebra
import AkinParallel
import AkinRanking
import Glibc
import TestSupport
import Testing

@testable import AkinPropagation

@Suite struct GraphFilterTests {
  /// The filter as its formula says, on plain matrices.
  private func expected(
    _ relation: SmallRelation, _ options: GraphFilterOptions, response: (Double) -> Double, filter: GraphFilter,
    for user: Int
  ) -> [Double] {
    let r = options.numbers == .weights ? relation.matrix : relation.matrix.map { $0.map { $0 > 0 ? 1.0 : 0 } }
    let (du, di) = (r.map { $0.reduce(0, +) }, transpose(r).map { $0.reduce(0, +) })
    func power(_ degree: Double, _ exponent: Double) -> Double { degree > 0 ? pow(degree, exponent) : 0 }
    let n = r.indices.map { u in
      r[u].indices.map { i in
        r[u][i] * power(du[u], -options.connectorExponent / 2) * power(di[i], -options.candidateExponent)
      }
    }
    var m = product(transpose(n), n)
    if options.isScaled { m = m.map { $0.map { $0 / filter.largestEigenvalue } } }
    // h(M) by Lagrange's sum over the powers that interpolate h would be circular; by eigenvectors it is not.
    let h = function(of: m, response)
    let x = relation.matrix[user].indices.map { relation.matrix[user][$0] * power(di[$0], -options.signalExponent) }
    var scores = h.indices.map { row in
      power(di[row], options.signalExponent) * x.indices.reduce(0.0) { $0 + h[row][$1] * x[$1] }
    }
    if let low = options.lowPass, let svd = filter.decomposition {
      let y = relation.matrix[user].indices.map { relation.matrix[user][$0] * power(di[$0], -low.signalExponent) }
      for n in 0..<svd.rank {
        let inner = y.indices.reduce(0.0) { $0 + y[$1] * Double(svd.right[$1, n]) }
        for item in scores.indices {
          var exponent = low.valueExponent
          if low.individualExponent != 0 {
            exponent += low.individualExponent * (homogeneity(of: r)[user] + homogeneity(of: transpose(r))[item])
          }
          let gain = low.weight * pow(Double(svd.values[n] / svd.values[0]), exponent)
          scores[item] += power(di[item], low.signalExponent) * gain * inner * Double(svd.right[item, n])
        }
      }
    }
    return scores
  }

  /// By row, the share of pairs of its columns that two rows or more have both, scaled to 0...1; ½ for less than a pair.
  private func homogeneity(of matrix: Plain) -> [Double] {
    let shares = matrix.map { row -> Double? in
      let own = row.indices.filter { row[$0] > 0 }
      guard own.count > 1 else { return nil }
      let pairs = own.flatMap { first in own.filter { $0 < first }.map { (first, $0) } }
      let shared = pairs.count { pair in matrix.count { $0[pair.0] > 0 && $0[pair.1] > 0 } > 1 }
      return Double(shared) / Double(pairs.count)
    }
    let (least, most) = (shares.compactMap { $0 }.min()!, shares.compactMap { $0 }.max()!)
    return shares.map { share in share.map { most > least ? ($0 - least) / (most - least) : 0.5 } ?? 0.5 }
  }

  /// A function of a symmetric matrix by Jacobi rotations.
  private func function(of matrix: Plain, _ f: (Double) -> Double) -> Plain {
    var a = matrix
    let n = a.count
    var v = (0..<n).map { row in (0..<n).map { $0 == row ? 1.0 : 0 } }
    for _ in 0..<60 {
      for p in 0..<n {
        for q in p + 1..<n where abs(a[p][q]) > 1e-15 {
          let angle = 0.5 * atan2(2 * a[p][q], a[q][q] - a[p][p])
          let (c, s) = (cos(angle), sin(angle))
          for k in 0..<n { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
          for k in 0..<n { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
          for k in 0..<n { (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q]) }
        }
      }
    }
    return (0..<n).map { row in
      (0..<n).map { column in (0..<n).reduce(0.0) { $0 + v[row][$1] * f(a[$1][$1]) * v[column][$1] } }
    }
  }

  @Test(arguments: UInt64(0)..<4)
  func `individual exponents are the formula's`(seed: UInt64) throws {
    var options = GraphFilterOptions()
    options.response = .powers([0, 0.3])
    var low = GraphFilterOptions.LowPass(rank: 6, weight: 1.5, signalExponent: 0.2)
    (low.valueExponent, low.individualExponent) = (0.5, seed % 2 == 0 ? 1.5 : -0.4)
    options.lowPass = low
    try check(options, seed: seed) { 0.3 * $0 }
  }

  @Test func `individual exponents that leave no numbers are refused`() throws {
    let relation = try SmallRelation(seed: 3)
    var options = GraphFilterOptions()
    var low = GraphFilterOptions.LowPass(rank: 19, weight: 1, signalExponent: 0)
    low.individualExponent = -1e6
    options.lowPass = low
    #expect(throws: PropagationError.self) {
      try GraphFilter(relation.snapshot, hop: relation.hop, options: options, info: relation.info("filter"))
    }
  }

  private func check(
    _ options: GraphFilterOptions, seed: UInt64, isWeighted: Bool = false, response: (Double) -> Double
  ) throws {
    let relation = try SmallRelation(seed: seed, users: 14, items: 11, isWeighted: isWeighted)
    let filter = try GraphFilter(relation.snapshot, hop: relation.hop, options: options, info: relation.info("filter"))
    let session = filter.makeSession()
    for user in [0, 5, 12] {
      guard let query = relation.query(for: user) else { continue }
      let scores = expected(relation, options, response: response, filter: filter, for: user)
      let candidates = scores.indices.filter { relation.matrix[user][$0] == 0 && relation.itemDegrees[$0] > 0 }
      let found = try session.scores(of: candidates.map { relation.node($0) }, for: query)
      let size = scores.map(abs).max()!
      for (candidate, score) in zip(candidates, found) {
        #expect(abs(score! - scores[candidate]) < 2e-5 * size, "user \(user), item \(candidate)")
      }
    }
  }

  @Test(arguments: UInt64(0)..<4)
  func `powers are what the formula says`(seed: UInt64) throws {
    var options = GraphFilterOptions()
    options.candidateExponent = 0.35
    options.connectorExponent = 0.6
    options.signalExponent = 0.3
    options.response = .powers([0.25, 1, -0.8])
    try check(options, seed: seed) { 0.25 + $0 - 0.8 * $0 * $0 }
    options.response = .powers([0, 1])
    try check(options, seed: seed, isWeighted: true) { $0 }
    options.numbers = .weights
    options.response = .powers([0, 1, -1.2, 0.72, -0.288])
    try check(options, seed: seed, isWeighted: true) { $0 - 1.2 * $0 * $0 + 0.72 * pow($0, 3) - 0.288 * pow($0, 4) }
    options.response = .powers([3])
    try check(options, seed: seed) { _ in 3 }
  }

  @Test(arguments: 1...5)
  func `Chebyshev polynomials are what the formula says`(degree: Int) throws {
    let coefficients = (0...degree).map { 1 / Double($0 + 1) }
    var options = GraphFilterOptions()
    options.isScaled = false
    options.signalExponent = 0.4
    options.response = .chebyshev(coefficients)
    try check(options, seed: UInt64(degree)) { q in
      coefficients.indices.reduce(0.0) { $0 + coefficients[$1] * cos(Double($1) * acos(max(-1, min(1, 1 - 2 * q)))) }
    }
  }

  @Test func `the low-pass is what the formula says`() throws {
    var options = GraphFilterOptions()
    options.isScaled = false
    options.lowPass = .init(rank: 4, weight: 0.3, signalExponent: 0.5)
    try check(options, seed: 7) { $0 }
    options.lowPass?.valueExponent = 1.5
    options.lowPass?.normalization = 0.4
    try check(options, seed: 8) { $0 }
    // More singular vectors than there are: all of them.
    options.lowPass?.rank = 1000
    try check(options, seed: 9) { $0 }
  }

  @Test func `the plateau is high for low frequencies and low for high ones`() {
    guard case .chebyshev(let coefficients) = FrequencyResponse.plateau(flatness: 1.5, order: 8) else { return }
    #expect(coefficients.count == 9)
    func value(_ x: Double) -> Double {
      coefficients.indices.reduce(0.0) { $0 + coefficients[$1] * cos(Double($1) * acos(x)) }
    }
    #expect(value(-1) > 0.9 && value(1) < 0.1 && abs(value(0) - 0.5) < 0.01)
  }

  @Test func `symmetric normalisation has 1 as its largest eigenvalue`() throws {
    let relation = try SmallRelation(seed: 3)
    let filter = try GraphFilter(relation.snapshot, hop: relation.hop, info: relation.info("filter"))
    #expect(abs(filter.largestEigenvalue - 1) < 1e-5)
  }

  @Test func `a batch gives what single queries give, on any number of threads, and explanations add up`() throws {
    let relation = try SmallRelation(seed: 11, users: 150, items: 90)
    var options = GraphFilterOptions()
    options.response = .powers([0, 1, -0.5])
    options.lowPass = .init(rank: 8, weight: 0.2, signalExponent: 0.5)
    let filter = try GraphFilter(relation.snapshot, hop: relation.hop, options: options, info: relation.info("filter"))
    let threaded = try GraphFilter(
      relation.snapshot, hop: relation.hop, options: options, info: relation.info("filter"),
      execution: Execution(threads: 4))
    try checkBatch(filter, threaded, relation)
  }

  @Test func `graphs with little in them`() throws {
    for edges in [[], [("a", "x")], [("a", "x"), ("b", "x")]] {
      let snapshot = try bipartiteSnapshot(edges)
      var options = GraphFilterOptions()
      options.lowPass = .init(rank: 16, weight: 1, signalExponent: 0.5)
      let filter = try GraphFilter(
        snapshot, hop: Hop(relation: 0, direction: .reverse), options: options,
        info: MethodInfo(name: "filter", parameters: [], fingerprint: snapshot.fingerprint))
      #expect(filter.largestEigenvalue.isFinite)
      guard !edges.isEmpty else { continue }
      let item = NodeID(type: NodeTypeID(rawValue: 1), index: 0)
      let list = try filter.rank(
        Query(
          sources: [WeightedSource(item)],
          candidates: CandidateFilter(type: item.type, excluded: NodeSet([0]))), k: 3)
      #expect(list.items.isEmpty && list.shortfall == .reachedOnly(0, filtered: 1))
    }
  }
}

/// A batch of all users, with one who has nothing among them, equals the users one by one; explanations of the first
/// items sum to their scores.
func checkBatch(_ method: some Recommender, _ same: some Recommender, _ relation: SmallRelation) throws {
  let lonely = Query(
    sources: [WeightedSource(NodeID(type: relation.users, index: UInt32(relation.userCount - 1)))],
    candidates: CandidateFilter(type: relation.items))
  let queries = (0..<relation.userCount).map { relation.query(for: $0) ?? lonely }
  let session = try #require(method.makeSession() as? any BatchRankingSession & ExplainingSession)
  let lists = try session.rank(queries, k: 7)
  #expect(lists.count == queries.count)
  #expect(lists.contains { $0.items.isEmpty })
  for (query, list) in zip(queries, lists) {
    #expect(try same.rank(query, k: 7) == list)
    guard query != lonely else { continue }
    for item in list.items.prefix(2) {
      let full = try #require(try session.explanation(of: item.node, for: query, limit: 1000))
      #expect(full.score == item.score)
      #expect(abs(full.total - item.score) <= 1e-9 * abs(item.score))
      #expect(full.parts.count == query.sources.count)
      // With all parts named, nothing but rounding is left.
      let size = full.parts.reduce(0.0) { $0 + abs($1.amount) }
      #expect(abs(full.remainder) < 1e-4 * size)
      let short = try #require(try session.explanation(of: item.node, for: query, limit: 1))
      #expect(short.parts == Array(full.parts.prefix(1)) && abs(short.total - item.score) <= 1e-9 * abs(item.score))
    }
  }
  #expect(try session.rank([], k: 3).isEmpty)
}
