import AkinGraph

extension Surface.Arc {
  /// For each of `rows` of the layer where the arc arrives, the sum over its edges of weight times `scaled` at the other
  /// end; written to `run`, or added to it.
  ///
  /// The four partial sums make the order of addition a matter of the row alone.
  ///
  /// Safe: the arc passed `Snapshot.validate`, so that offsets are monotone and within `neighbors`, and every neighbour
  /// is below `neighborCount`; the rest is checked at the top.
  func gather(
    _ rows: Range<Int>, from scaled: [Double], usesWeights: Bool, adds: Bool, into run: inout MutableSpan<Double>
  ) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= into.nodeCount, "rows \(rows) are outside the layer")
    precondition(rows.count == run.count, "\(rows.count) rows for a run of \(run.count)")
    precondition(scaled.count == into.neighborCount, "\(scaled.count) values for \(into.neighborCount) nodes")
    let weights = usesWeights ? into.attributes.weights : nil
    precondition(weights == nil || weights!.count == into.edgeCount, "there is not one weight an edge")
    let scaled = scaled.span
    into.offsets.withSpan { offsets in
      into.neighbors.withSpan { neighbors in
        guard let weights else {
          for row in rows {
            var edge = unsafe Int(truncatingIfNeeded: offsets[unchecked: row])
            let end = unsafe Int(truncatingIfNeeded: offsets[unchecked: row &+ 1])
            var first = 0.0
            var second = 0.0
            var third = 0.0
            var fourth = 0.0
            while edge &+ 4 <= end {
              unsafe first += scaled[unchecked: Int(neighbors[unchecked: edge])]
              unsafe second += scaled[unchecked: Int(neighbors[unchecked: edge &+ 1])]
              unsafe third += scaled[unchecked: Int(neighbors[unchecked: edge &+ 2])]
              unsafe fourth += scaled[unchecked: Int(neighbors[unchecked: edge &+ 3])]
              edge &+= 4
            }
            while edge < end {
              unsafe first += scaled[unchecked: Int(neighbors[unchecked: edge])]
              edge &+= 1
            }
            let sum = weight * ((first + second) + (third + fourth))
            let position = row &- rows.lowerBound
            unsafe run[unchecked: position] = adds ? run[unchecked: position] + sum : sum
          }
          return
        }
        weights.withSpan { weights in
          for row in rows {
            var edge = unsafe Int(truncatingIfNeeded: offsets[unchecked: row])
            let end = unsafe Int(truncatingIfNeeded: offsets[unchecked: row &+ 1])
            var first = 0.0
            var second = 0.0
            while edge &+ 2 <= end {
              unsafe first += Double(weights[unchecked: edge]) * scaled[unchecked: Int(neighbors[unchecked: edge])]
              unsafe second +=
                Double(weights[unchecked: edge &+ 1]) * scaled[unchecked: Int(neighbors[unchecked: edge &+ 1])]
              edge &+= 2
            }
            if edge < end {
              unsafe first += Double(weights[unchecked: edge]) * scaled[unchecked: Int(neighbors[unchecked: edge])]
            }
            let sum = weight * (first + second)
            let position = row &- rows.lowerBound
            unsafe run[unchecked: position] = adds ? run[unchecked: position] + sum : sum
          }
        }
      }
    }
  }

  /// One sweep of Gauss–Seidel over a layer that the arc joins to itself, after other arcs left their sums in
  /// `received`: mass[row] becomes restart[row] + damping · (received[row] + what this arc brings), and is used by the
  /// rows that follow.
  ///
  /// - Returns: Σ |change of mass|.
  ///
  /// Safe: as for `gather`.
  func sweep(
    _ mass: inout [Double], scaled: inout [Double], received: [Double], restart: [Double], inverse: [Double],
    damping: Double, usesWeights: Bool
  ) -> Double {
    let count = into.nodeCount
    precondition(from == to && into.neighborCount == count, "the arc does not join a layer to itself")
    precondition([mass, scaled, received, restart, inverse].allSatisfy { $0.count == count }, "not one value a node")
    let weights = usesWeights ? into.attributes.weights : nil
    precondition(weights == nil || weights!.count == into.edgeCount, "there is not one weight an edge")
    var change = 0.0
    var massSpan = mass.mutableSpan
    var scaledSpan = scaled.mutableSpan
    into.offsets.withSpan { offsets in
      into.neighbors.withSpan { neighbors in
        for row in 0..<count {
          let end = unsafe Int(truncatingIfNeeded: offsets[unchecked: row &+ 1])
          var edge = unsafe Int(truncatingIfNeeded: offsets[unchecked: row])
          var first = 0.0
          var second = 0.0
          if let weights {
            while edge < end {
              unsafe first += Double(weights[edge]) * scaledSpan[unchecked: Int(neighbors[unchecked: edge])]
              edge &+= 1
            }
          } else {
            while edge &+ 2 <= end {
              unsafe first += scaledSpan[unchecked: Int(neighbors[unchecked: edge])]
              unsafe second += scaledSpan[unchecked: Int(neighbors[unchecked: edge &+ 1])]
              edge &+= 2
            }
            if edge < end { unsafe first += scaledSpan[unchecked: Int(neighbors[unchecked: edge])] }
          }
          let value = restart[row] + damping * (received[row] + weight * (first + second))
          unsafe change += abs(value - massSpan[unchecked: row])
          unsafe massSpan[unchecked: row] = value
          unsafe scaledSpan[unchecked: row] = value * inverse[row]
        }
      }
    }
    return change
  }
}
