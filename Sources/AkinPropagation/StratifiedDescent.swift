import AkinLinearAlgebra
import AkinParallel
import Glibc

/// Stochastic gradient descent over the edges of a relation, on factors of its two sides, so that threads can share the work
/// and yet change no bit of it.
///
/// In every epoch connectors and candidates are dealt into as many strata each, anew, and edges into blocks of a stratum of
/// connectors by a stratum of candidates. Blocks that share no stratum touch no common row, so one round takes as many blocks
/// as there are strata at the same time; as many rounds take all. How many strata there are depends on the relation alone.
///
/// Source: Gemulla, Nijkamp, Haas & Sismanis, "Large-scale matrix factorization with distributed stochastic gradient
/// descent", KDD 2011, doi:10.1145/2020408.2020426.
struct StratifiedDescent: Sendable {
  let relation: NormalizedAdjacency
  let seed: UInt64
  let strata: Int
  /// The connector of each edge.
  private let owners: [UInt32]

  /// One edge of a block, and what else may be drawn there.
  struct Edge {
    var connector: Int
    var candidate: Int
    var value: Float
  }

  /// Candidates with edges of the stratum that a block is in.
  typealias Stratum = [UInt32]

  /// Takes a step for an edge and returns what is summed as loss; not finite where the numbers ran away.
  typealias Step =
    @Sendable (
      _ edge: Edge, _ stratum: Stratum, _ rows: FactorRows, _ random: inout RandomStream,
      _ scratch: inout FactorRows.Scratch
    ) -> Double

  init(_ relation: NormalizedAdjacency, seed: UInt64) {
    self.relation = relation
    self.seed = seed
    // Enough rows in each stratum that a draw from it says little of which it is.
    strata = max(1, min(16, min(relation.connectorCount, relation.candidateCount) / 256))
    precondition(relation.edgeCount <= Int(UInt32.max), "\(relation.edgeCount) edges, expected at most \(UInt32.max)")
    owners = (0..<relation.connectorCount).flatMap { row in
      relation.connectors.elements(of: row).map { _ in UInt32(row) }
    }
  }

  /// What this and a training with factors of `columns` elements take.
  static func byteCount(connectors: Int, candidates: Int, edges: Int, columns: Int) -> Int {
    DenseMatrix.byteCount(rows: connectors + candidates, columns: columns) + 24 * edges
  }

  /// - Parameter step: called for each edge once; its calls depend on the epoch and what came before in it alone.
  /// - Returns: the mean loss.
  /// - Throws: `Divergence` with the number of the edge that ran away; `CancellationError` before anything was changed.
  func run(
    epoch: Int, connectors: inout DenseMatrix, candidates: inout DenseMatrix, execution: Execution,
    _ step: Step
  ) throws -> Double {
    try execution.cancellation.check()
    // Half an epoch could not be taken up again.
    let uninterrupted = Execution(threads: execution.threads)
    let key = mix64(seed ^ 0x7374_7261_7461) &+ UInt64(epoch)
    func stratum(_ index: Int, side: UInt64) -> Int {
      Int(mix64(mix64(key ^ side) &+ UInt64(index)) % UInt64(strata))
    }
    let connectorStrata = (0..<relation.connectorCount).map { UInt8(stratum($0, side: 1)) }
    let candidateStrata = (0..<relation.candidateCount).map { UInt8(stratum($0, side: 2)) }
    var members = [Stratum](repeating: [], count: strata)
    for candidate in 0..<relation.candidateCount where relation.candidateDegrees[candidate] > 0 {
      members[Int(candidateStrata[candidate])].append(UInt32(candidate))
    }
    let blocks = blocks(connectorStrata, candidateStrata)
    let (columns, width) = (members, candidates.columnCount)
    var (loss, done) = (0.0, 0)
    try DenseMatrix.withFactorRows(&connectors, &candidates) { rows in
      for round in 0..<strata {
        let sums = try concurrentMap(count: strata, chunkSize: 1, execution: uninterrupted) { range in
          let column = (range.lowerBound + round) % strata
          let number = range.lowerBound * strata + column
          return descend(
            blocks.order[blocks.offsets[number]..<blocks.offsets[number + 1]], columns[column], rows,
            RandomStream(seed: key, stream: UInt64(number)), width: width, step)
        }
        for sum in sums {
          if let place = sum.divergedAt { throw Divergence(step: done + place + 1, found: "loss \(sum.lost)") }
          loss += sum.loss
          done += sum.count
        }
      }
    }
    return relation.edgeCount == 0 ? 0 : loss / Double(relation.edgeCount)
  }

  struct Divergence: Error {
    var step: Int
    var found: String
  }

  private struct BlockSum: Sendable {
    var loss = 0.0
    var count = 0
    var divergedAt: Int?
    var lost = 0.0
  }

  private func descend(
    _ block: ArraySlice<UInt32>, _ stratum: Stratum, _ rows: FactorRows, _ stream: RandomStream, width: Int,
    _ step: Step
  ) -> BlockSum {
    var random = stream
    var scratch = FactorRows.Scratch(columns: width)
    var order = Array(block)
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(last, Int(random.draw(below: UInt32(last + 1))))
    }
    var sum = BlockSum(count: order.count)
    for (place, edge) in order.enumerated() {
      let edge = Int(edge)
      let loss = step(
        Edge(
          connector: Int(owners[edge]), candidate: Int(relation.connectors.column(at: edge)),
          value: relation.connectors.value(at: edge)), stratum, rows, &random, &scratch)
      guard loss.isFinite else {
        (sum.divergedAt, sum.lost) = (place, loss)
        return sum
      }
      sum.loss += loss
    }
    return sum
  }

  /// Edges by block, in their own order within each.
  private func blocks(_ connectors: [UInt8], _ candidates: [UInt8]) -> (offsets: [Int], order: [UInt32]) {
    func block(_ edge: Int) -> Int {
      Int(connectors[Int(owners[edge])]) * strata + Int(candidates[Int(relation.connectors.column(at: edge))])
    }
    var offsets = [Int](repeating: 0, count: strata * strata + 1)
    for edge in owners.indices { offsets[block(edge) + 1] += 1 }
    for number in 1..<offsets.count { offsets[number] += offsets[number - 1] }
    var next = offsets
    var order = [UInt32](repeating: 0, count: owners.count)
    for edge in owners.indices {
      let number = block(edge)
      order[next[number]] = UInt32(edge)
      next[number] += 1
    }
    return (offsets, order)
  }

  /// Rows with factors of standard deviation `scale` / √factors for nodes with edges, zeros for others and in what columns
  /// there are besides.
  static func start(rows: Int, factors: Int, columns: Int, scale: Double, seed: UInt64, isKnown: (Int) -> Bool)
    -> DenseMatrix
  {
    var matrix = DenseMatrix(rows: rows, columns: columns)
    // A uniform draw from −1...1 has a variance of ⅓.
    let scale = scale * (3 / Double(factors)).squareRoot()
    for row in 0..<rows where isKnown(row) {
      var random = RandomStream(seed: seed, stream: UInt64(row))
      matrix.withMutableRow(row) { span in
        for position in 0..<factors { span[position] = Float((random.drawUnit() * 2 - 1) * scale) }
      }
    }
    return matrix
  }
}
