import AkinGraph
import AkinLinearAlgebra
import AkinParallel
import AkinPropagation
import Glibc
import TestSupport
import Testing

@Suite struct NormalizedAdjacencyTests {
  @Test(
    arguments: UInt64(0)..<12,
    [NormalizedAdjacency.EdgeCount.binary, .weights])
  func `is the relation divided by powers of degrees`(seed: UInt64, numbers: NormalizedAdjacency.EdgeCount) throws {
    let graph = try RandomGraph(seed: seed, duplicates: seed % 2 == 0 ? .last : .keep)
    let hop = Hop(relation: 0, direction: seed % 3 == 0 ? .forward : .reverse)
    let matrix = try NormalizedAdjacency(
      graph.snapshot, hop: hop, numbers: numbers, connectorExponent: 0.3, candidateExponent: 0.8)
    // By hand, from the rows of the graph alone.
    let back = graph.snapshot.adjacency(Hop(relation: 0, direction: hop.direction.opposite))
    var dense: [[Double]] = []
    for node in 0..<UInt32(back.nodeCount) {
      var row = [Double](repeating: 0, count: back.neighborCount)
      for edge in try back.edges(of: node) {
        let at = Int(back.neighbors[edge])
        row[at] = numbers == .binary ? 1 : row[at] + Double(back.attributes.weight(at: edge))
      }
      dense.append(row)
    }
    let rowSums = dense.map { $0.reduce(0, +) }
    let columnSums = (0..<back.neighborCount).map { column in dense.reduce(0) { $0 + $1[column] } }
    #expect(matrix.connectorDegrees.map(Double.init) == rowSums)
    #expect(matrix.candidateDegrees.map(Double.init) == columnSums)
    var found = dense.map { $0.map { _ in 0.0 } }
    for row in dense.indices {
      for element in matrix.connectors.elements(of: row) {
        found[row][Int(matrix.connectors.column(at: element))] = Double(matrix.connectors.value(at: element))
      }
      for column in dense[row].indices where dense[row][column] > 0 {
        let expected = dense[row][column] * pow(rowSums[row], -0.3) * pow(columnSums[column], -0.8)
        #expect(abs(found[row][column] - expected) < 1e-5 * expected)
      }
    }
    #expect(found.joined().count { $0 != 0 } == dense.joined().count { $0 != 0 })
    let transpose = matrix.connectors.transposed()
    #expect(transpose.count == matrix.candidates.count)
    #expect(
      (0..<transpose.count).allSatisfy {
        transpose.value(at: $0) == matrix.candidates.value(at: $0)
          && transpose.column(at: $0) == matrix.candidates.column(at: $0)
      })
    let plain = matrix.normalized(connectorExponent: 0, candidateExponent: 0)
    #expect(numbers == .weights || (0..<plain.edgeCount).allSatisfy { plain.connectors.value(at: $0) == 1 })
  }
}
