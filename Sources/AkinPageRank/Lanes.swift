import AkinGraph
import CAkinKernels

/// One value for each of the questions that share a pass. What happens to one is computed by the same operations in the same
/// order whatever the others are, and however many there are.
protocol LaneVector: Gatherable, SIMD where Scalar == Double {}

extension LaneVector {
  static var isLane: Bool { true }
  @inline(__always)
  func plus(_ other: Self) -> Self { self + other }
  @inline(__always)
  func times(_ factor: Double) -> Self { self * factor }
  @inline(__always)
  var magnitudes: Self { pointwiseMax(self, -self) }
}

/// For many questions.
typealias ManyLanes = SIMD16<Double>
/// For one: the narrowest that there is.
typealias FewLanes = SIMD2<Double>

extension SIMD16: Gatherable, LaneVector where Scalar == Double {
  /// By a kernel for the vector instructions of this machine; the sums are those of `gatherRows`, bit for bit.
  ///
  /// Safe: as for `gatherRows`, whose checks these are.
  static func gather(
    _ arc: Surface.Arc, _ rows: Range<Int>, from scaled: [ManyLanes], usesWeights: Bool, adds: Bool,
    into run: inout MutableSpan<ManyLanes>
  ) {
    let into = arc.into
    precondition(rows.lowerBound >= 0 && rows.upperBound <= into.nodeCount, "rows \(rows) are outside the layer")
    precondition(rows.count == run.count, "\(rows.count) rows for a run of \(run.count)")
    precondition(scaled.count == into.neighborCount, "\(scaled.count) values for \(into.neighborCount) nodes")
    let weights = usesWeights ? into.attributes.weights : nil
    precondition(weights == nil || weights!.count == into.edgeCount, "there is not one weight an edge")
    unsafe scaled.withUnsafeBytes { values in
      var edges = unsafe akin_lane_rows(
        offsets: into.offsets.start, neighbors: into.neighbors.start, weights: weights?.start,
        values: values.bindMemory(to: Double.self).baseAddress, edge_count: Int64(into.neighbors.count),
        factor: arc.weight)
      unsafe run.withUnsafeMutableBytes { output in
        unsafe akin_lanes()!(
          &edges, Int64(rows.lowerBound), Int64(rows.count), adds ? 1 : 0,
          output.bindMemory(to: Double.self).baseAddress)
      }
    }
  }
}

extension SIMD2: Gatherable, LaneVector where Scalar == Double {
  static func gather(
    _ arc: Surface.Arc, _ rows: Range<Int>, from scaled: [FewLanes], usesWeights: Bool, adds: Bool,
    into run: inout MutableSpan<FewLanes>
  ) { arc.gatherRows(rows, from: scaled, usesWeights: usesWeights, adds: adds, into: &run) }
}
