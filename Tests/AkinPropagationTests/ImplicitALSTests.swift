import AkinGraph
import AkinLinearAlgebra
import AkinParallel
import AkinRanking
import Glibc
import TestSupport
import Testing

@testable import AkinPropagation

@Suite struct ImplicitALSTests {
  private func options(size: Int, sweeps: Int = 6) -> ImplicitALSOptions {
    var options = ImplicitALSOptions()
    options.embeddingSize = size
    options.sweeps = sweeps
    options.unobservedWeight = 0.2
    options.regularization = 0.05
    return options
  }

  @Test(arguments: [2, 5, 40], [ImplicitALSOptions.Solver.exact, .conjugateGradients(steps: 1)])
  func `the objective never rises`(size: Int, solver: ImplicitALSOptions.Solver) throws {
    for isWeighted in [false, true] {
      let relation = try SmallRelation(seed: UInt64(size), isWeighted: isWeighted)
      var options = options(size: size, sweeps: 8)
      options.solver = solver
      options.numbers = isWeighted ? .weights : .binary
      let model = try ImplicitALS(relation.snapshot, hop: relation.hop, options: options)
      #expect(model.objective.count == 8)
      for (before, after) in zip(model.objective, model.objective.dropFirst()) {
        #expect(after <= before * (1 + 1e-6), "\(model.objective)")
      }
    }
  }

  /// Enough steps are the exact solution; a few in every sweep end where exact sweeps do.
  @Test(arguments: [3, 12])
  func `conjugate gradients converge to the exact solution`(size: Int) throws {
    let relation = try SmallRelation(seed: 11, users: 80, items: 50, isWeighted: true)
    func model(_ solver: ImplicitALSOptions.Solver, sweeps: Int) throws -> ImplicitALS {
      var options = options(size: size, sweeps: sweeps)
      options.numbers = .weights
      options.solver = solver
      return try ImplicitALS(relation.snapshot, hop: relation.hop, options: options)
    }
    for sweeps in [1, 2] {
      let (exact, steps) = (
        try model(.exact, sweeps: sweeps).objective, try model(.conjugateGradients(steps: 60), sweeps: sweeps).objective
      )
      #expect(zip(exact, steps).allSatisfy { abs($0 - $1) < 1e-4 * $0 }, "\(exact) \(steps)")
    }
    let exact = try model(.exact, sweeps: 60).objective.last!
    let steps = try model(.conjugateGradients(steps: 2), sweeps: 60).objective.last!
    #expect(abs(steps - exact) < 0.01 * exact, "\(steps), exactly \(exact)")
  }

  /// A history folded in solves the normal equations, formed in full; fewer items than factors and more take other ways.
  @Test(arguments: [2, 5, 40])
  func `folding in solves the normal equations`(size: Int) throws {
    let relation = try SmallRelation(seed: 4, isWeighted: true)
    var options = options(size: size)
    options.numbers = .weights
    let model = try ImplicitALS(relation.snapshot, hop: relation.hop, options: options)
    let h = (0..<relation.itemCount).map { item in model.candidates.row(item).map(Double.init) }
    for user in 0..<relation.userCount - 1 {
      let own = relation.matrix[user].indices.filter { relation.matrix[user][$0] > 0 }
      guard !own.isEmpty else { continue }
      let history = own.map { HistoryItem(UInt32($0), weight: Float(relation.matrix[user][$0])) }
      let mean = own.reduce(0.0) { $0 + relation.matrix[user][$1] } / Double(own.count)
      let reg = 0.05 * pow(Double(own.count) + 0.2 * Double(relation.itemCount), 0.5)
      var matrix = product(transpose(h), h).map { $0.map { $0 * 0.2 } }
      var right = [Double](repeating: 0, count: size)
      for row in 0..<size {
        matrix[row][row] += reg
        for item in own {
          let confidence = relation.matrix[user][item] / mean * Double(model.meanConfidence)
          right[row] += confidence * h[item][row]
          for column in 0..<size { matrix[row][column] += confidence * h[item][row] * h[item][column] }
        }
      }
      let expected = solve(matrix, right)
      var found = [Float](repeating: .nan, count: size)
      try ALSFoldIn(model).embed(history, into: &found)
      let largest = expected.map(abs).max()!
      #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) < 2e-3 * largest }, "user \(user)")
    }
  }

  @Test func `threads and batches make no difference, and explanations add up`() throws {
    let relation = try SmallRelation(seed: 21, users: 90, items: 40)
    func method(_ solver: ImplicitALSOptions.Solver, _ execution: Execution) throws -> EmbeddingRecommender {
      var options = options(size: 12, sweeps: 3)
      options.solver = solver
      let model = try ImplicitALS(relation.snapshot, hop: relation.hop, options: options, execution: execution)
      return try EmbeddingRecommender(
        relation.snapshot, hop: relation.hop, candidates: model.candidates, foldIn: ALSFoldIn(model),
        info: relation.info("als"))
    }
    for solver in [ImplicitALSOptions.Solver.exact, .conjugateGradients(steps: 3)] {
      try checkBatch(method(solver, .serial), method(solver, Execution(threads: 4)), relation)
    }
  }

  /// Stopped after any sweep and taken up again, a training ends with the same bits; and so does one written and read.
  @Test(arguments: 1...3, [ImplicitALSOptions.Solver.exact, .conjugateGradients(steps: 2)])
  func `going on from a checkpoint makes no difference`(stop: Int, solver: ImplicitALSOptions.Solver) throws {
    let relation = try SmallRelation(seed: 5)
    let folder = TemporaryFolder()
    let provenance = Provenance(
      method: "als", parameters: ["size": "7"], snapshot: relation.snapshot, hop: relation.hop)
    var options = options(size: 7, sweeps: 4)
    options.solver = solver
    let path = folder.file("checkpoint")
    let whole = try ImplicitALS(relation.snapshot, hop: relation.hop, options: options) { state in
      if state.sweeps == stop { try state.write(to: path, provenance: provenance) }
    }
    let checkpoint = try ALSCheckpoint(
      path: path, provenance: provenance, options: options, candidateCount: relation.itemCount,
      connectorCount: relation.userCount)
    #expect(checkpoint.sweeps == stop)
    let resumed = try ImplicitALS(relation.snapshot, hop: relation.hop, options: options, from: checkpoint)
    #expect(resumed.candidates == whole.candidates && resumed.gram == whole.gram)
    #expect(resumed.objective == whole.objective)
    var other = provenance
    other.parameters["size"] = "8"
    #expect(throws: GraphError.self) {
      try ALSCheckpoint(
        path: path, provenance: other, options: options, candidateCount: relation.itemCount,
        connectorCount: relation.userCount)
    }
    let file = folder.file("model")
    try whole.write(to: file, provenance: provenance)
    let read = try ImplicitALS(ModelFile.open(file), options: options, candidateCount: relation.itemCount)
    #expect(read.candidates == whole.candidates && read.gram == whole.gram && read.objective == whole.objective)
    #expect(read.meanConfidence == whole.meanConfidence)
    #expect(throws: GraphError.self) {
      try ImplicitALS(ModelFile.open(file), options: options, candidateCount: relation.itemCount + 1)
    }
  }

  @Test func `factors that do not fit are refused`() throws {
    let relation = try SmallRelation(seed: 1)
    var options = ImplicitALSOptions()
    options.embeddingSize = 1 << 40
    #expect(throws: PropagationError.self) {
      try ImplicitALS(relation.snapshot, hop: relation.hop, options: options)
    }
  }

  @Test func `embeddings that are no numbers are refused`() throws {
    let relation = try SmallRelation(seed: 1)
    var matrix = DenseMatrix(rows: relation.itemCount, columns: 2)
    matrix[3, 1] = .nan
    #expect(throws: PropagationError.notFinite(method: "als", place: "in the embeddings of the candidates")) {
      try EmbeddingRecommender(
        relation.snapshot, hop: relation.hop, candidates: matrix, foldIn: SumFoldIn(matrix), info: relation.info("als"))
    }
  }

  @Test func `related items by embeddings of unit length are those of the largest cosine`() throws {
    let relation = try SmallRelation(seed: 2)
    var random = SplitMix64(seed: 3)
    var vectors = (0..<relation.itemCount).map { _ in (0..<5).map { _ in Double.random(in: -1...1, using: &random) } }
    vectors = vectors.map { row in
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return row.map { $0 / length }
    }
    let matrix = DenseMatrix(rows: vectors.count, columns: 5, elements: vectors.joined().map { Float($0) })
    let method = try EmbeddingRecommender(
      relation.snapshot, hop: relation.hop, candidates: matrix, foldIn: SumFoldIn(matrix), info: relation.info("als"))
    let list = try method.rank(
      Query(
        sources: [WeightedSource(relation.node(0))],
        candidates: CandidateFilter(type: relation.items, excluded: NodeSet([0]))), k: 4)
    let cosines = vectors.map { row in zip(row, vectors[0]).reduce(0.0) { $0 + $1.0 * $1.1 } }
    let expected = (1..<vectors.count - 1).sorted { cosines[$0] > cosines[$1] }.prefix(4)
    #expect(list.items.map { Int($0.node.index) } == Array(expected))
    #expect(zip(list.items, expected).allSatisfy { abs($0.score - cosines[$1]) < 1e-6 })
  }
}
