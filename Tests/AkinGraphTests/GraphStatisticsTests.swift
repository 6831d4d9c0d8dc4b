import AkinGraph
import TestSupport
import Testing

@Suite struct GraphStatisticsTests {
  @Test func `southern women`() throws {
    let statistics = try bipartiteSnapshot(southernWomen(), sourceType: "woman", targetType: "event").statistics()
    let attendance = statistics.relations[0]
    // Row and column sums of the published table.
    #expect(attendance.sourceDegrees.quantiles.map(\.degree) == [2, 4, 4, 7, 8, 8, 8])
    #expect(attendance.targetDegrees.quantiles.map(\.degree) == [3, 3, 5, 8, 12, 14, 14])
    #expect(abs(attendance.density - 89.0 / (18 * 14)) < 1e-12)
    #expect(statistics.componentCount == 1)
    #expect(statistics.largestComponent == 32)
    #expect(attendance.timeSpan == nil)
  }

  @Test func `components and isolated nodes are counted`() throws {
    let snapshot = try bipartiteSnapshot([("a", "x"), ("b", "x"), ("c", "y")])
    let statistics = try snapshot.statistics()
    #expect(statistics.componentCount == 2)
    #expect(statistics.largestComponent == 3)
    #expect(statistics.relations[0].sourceDegrees.isolated == 0)
  }
}
