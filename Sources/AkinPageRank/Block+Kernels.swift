import AkinGraph

/// One value for each of the sources that share a pass.
typealias Lane = SIMD16<Double>

extension Surface.Arc {
  /// As `gather`, for a block of columns at once: each edge is read once for all of them.
  ///
  /// Safe: as for `gather`.
  func gather(
    _ rows: Range<Int>, from scaled: [Lane], usesWeights: Bool, adds: Bool, into run: inout MutableSpan<Lane>
  ) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= into.nodeCount, "rows \(rows) are outside the layer")
    precondition(rows.count == run.count, "\(rows.count) rows for a run of \(run.count)")
    precondition(scaled.count == into.neighborCount, "\(scaled.count) values for \(into.neighborCount) nodes")
    let weights = usesWeights ? into.attributes.weights : nil
    precondition(weights == nil || weights!.count == into.edgeCount, "there is not one weight an edge")
    let scaled = scaled.span
    into.offsets.withSpan { offsets in
      into.neighbors.withSpan { neighbors in
        for row in rows {
          let start = unsafe Int(truncatingIfNeeded: offsets[unchecked: row])
          let end = unsafe Int(truncatingIfNeeded: offsets[unchecked: row &+ 1])
          var sum = Lane.zero
          if let weights {
            for edge in unsafe Range(uncheckedBounds: (start, end)) {
              let factor = Double(weights[edge])
              unsafe sum += factor * scaled[unchecked: Int(neighbors[unchecked: edge])]
            }
          } else {
            for edge in unsafe Range(uncheckedBounds: (start, end)) {
              unsafe sum += scaled[unchecked: Int(neighbors[unchecked: edge])]
            }
          }
          if weight != 1 { sum *= weight }
          let position = row &- rows.lowerBound
          unsafe run[unchecked: position] = adds ? run[unchecked: position] + sum : sum
        }
      }
    }
  }
}
