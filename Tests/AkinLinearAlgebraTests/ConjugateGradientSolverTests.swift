import AkinLinearAlgebra
import TestSupport
import Testing

@Suite struct ConjugateGradientSolverTests {
  private struct System {
    let size: Int
    let matrix: DenseMatrix
    let indices: [UInt32]
    let weights: [Float]
    let diagonal: [Float]

    init(seed: UInt64, size: Int, rows: Int) {
      var random = SplitMix64(seed: seed)
      self.size = size
      matrix = DenseMatrix(
        rows: rows + 3, columns: size,
        elements: (0..<(rows + 3) * size).map { _ in Float.random(in: -1...1, using: &random) })
      indices = (0..<UInt32(rows + 3)).shuffled(using: &random).prefix(rows).map { $0 }
      weights = indices.map { _ in Float.random(in: 0.5...3, using: &random) }
      diagonal = (0..<size).map { _ in Float.random(in: 0.1...2, using: &random) }
    }

    /// ½xᵀAx − bᵀx in double precision.
    func energy(_ x: [Float]) -> Double {
      var sum = 0.0
      for position in 0..<size { sum += Double(diagonal[position]) * Double(x[position]) * Double(x[position]) / 2 }
      for (index, weight) in zip(indices, weights) {
        let dot = zip(matrix.row(Int(index)), x).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        sum += Double(weight) * (dot * dot / 2 - dot)
      }
      return sum
    }

    func residual(_ x: [Float]) -> [Double] {
      var residual = (0..<size).map { -Double(diagonal[$0]) * Double(x[$0]) }
      for (index, weight) in zip(indices, weights) {
        let row = matrix.row(Int(index))
        let dot = zip(row, x).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        for position in 0..<size { residual[position] += Double(weight) * (1 - dot) * Double(row[position]) }
      }
      return residual
    }

    func improved(_ start: [Float], steps: Int) -> (solution: [Float], taken: Int) {
      var solution = start
      let solver = ConjugateGradientSolver(size: size, steps: steps)
      var span = solution.mutableSpan
      let taken = solver.solve(
        indices.span, of: matrix, weights: weights.span, diagonal: diagonal, improving: &span)
      return (solution, taken)
    }
  }

  @Test(arguments: [1, 3, 17, 40], [1, 4, 30])
  func `enough steps solve the system`(size: Int, rows: Int) {
    let system = System(seed: UInt64(100 * size + rows), size: size, rows: rows)
    let (solution, taken) = system.improved([Float](repeating: 0, count: size), steps: 200)
    #expect(system.residual(solution).allSatisfy { abs($0) < 1e-4 * Double(rows) })
    #expect(taken < 200)
  }

  @Test(arguments: UInt64(0)..<10)
  func `each step lowers the energy, from wherever it starts`(seed: UInt64) {
    let system = System(seed: seed, size: 12, rows: 20)
    var random = SplitMix64(seed: seed)
    let start = (0..<12).map { _ in Float.random(in: -1...1, using: &random) }
    let energies = (0...6).map {
      $0 == 0 ? system.energy(start) : system.energy(system.improved(start, steps: $0).solution)
    }
    for (before, after) in zip(energies, energies.dropFirst()) { #expect(after < before + 1e-6) }
    #expect(energies[6] < energies[0])
  }

  @Test func `where nothing is left to gain no step is taken`() {
    let system = System(seed: 3, size: 5, rows: 8)
    let (solution, _) = system.improved([Float](repeating: 0, count: 5), steps: 50)
    let (again, taken) = system.improved(solution, steps: 50)
    #expect(taken < 10)
    #expect(zip(solution, again).allSatisfy { abs($0 - $1) < 1e-4 })
    let empty = System(seed: 4, size: 5, rows: 0)
    #expect(empty.improved([1, 2, 3, 4, 5], steps: 3).solution == [0, 0, 0, 0, 0])
  }
}
