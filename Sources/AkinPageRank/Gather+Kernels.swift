import AkinGraph

/// What a pass adds up: a number, or one number for each of the questions that share it.
protocol Gatherable: BitwiseCopyable, Sendable {
  static var zero: Self { get }
  /// Whether a value is many numbers. Then each is summed up in order, since four partial sums would not stay in registers.
  static var isLane: Bool { get }
  func plus(_ other: Self) -> Self
  func times(_ factor: Double) -> Self
  /// `Surface.Arc.gatherRows`, compiled for this type.
  static func gather(
    _ arc: Surface.Arc, _ rows: Range<Int>, from scaled: [Self], usesWeights: Bool, adds: Bool,
    into run: inout MutableSpan<Self>)
}

extension Double: Gatherable {
  static var isLane: Bool { false }
  @inline(__always)
  func plus(_ other: Double) -> Double { self + other }
  @inline(__always)
  func times(_ factor: Double) -> Double { self * factor }
  static func gather(
    _ arc: Surface.Arc, _ rows: Range<Int>, from scaled: [Double], usesWeights: Bool, adds: Bool,
    into run: inout MutableSpan<Double>
  ) { arc.gatherRows(rows, from: scaled, usesWeights: usesWeights, adds: adds, into: &run) }
}

extension Surface.Arc {
  /// For each of `rows` of the layer where the arc arrives, the sum over its edges of weight times `scaled` at the other
  /// end; written to `run`, or added to it.
  ///
  /// The four partial sums of single numbers make the order of addition a matter of the row alone; lanes are added in order.
  ///
  /// Safe: the arc passed `Snapshot.validate`, so that offsets are monotone and within `neighbors`, and every neighbour
  /// is below `neighborCount`; the rest is checked at the top.
  @inline(__always)
  func gatherRows<Value: Gatherable>(
    _ rows: Range<Int>, from scaled: [Value], usesWeights: Bool, adds: Bool, into run: inout MutableSpan<Value>
  ) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= into.nodeCount, "rows \(rows) are outside the layer")
    precondition(rows.count == run.count, "\(rows.count) rows for a run of \(run.count)")
    precondition(scaled.count == into.neighborCount, "\(scaled.count) values for \(into.neighborCount) nodes")
    let weights = usesWeights ? into.attributes.weights : nil
    precondition(weights == nil || weights!.count == into.edgeCount, "there is not one weight an edge")
    let scaled = scaled.span
    into.offsets.withSpan { offsets in
      into.neighbors.withSpan { neighbors in
        @inline(__always)
        func value(_ edge: Int) -> Value { unsafe scaled[unchecked: Int(neighbors[unchecked: edge])] }
        guard let weights else {
          for row in rows {
            var edge = unsafe Int(truncatingIfNeeded: offsets[unchecked: row])
            let end = unsafe Int(truncatingIfNeeded: offsets[unchecked: row &+ 1])
            var first = Value.zero
            var second = Value.zero
            var third = Value.zero
            var fourth = Value.zero
            while !Value.isLane, edge &+ 4 <= end {
              first = first.plus(value(edge))
              second = second.plus(value(edge &+ 1))
              third = third.plus(value(edge &+ 2))
              fourth = fourth.plus(value(edge &+ 3))
              edge &+= 4
            }
            while edge < end {
              first = first.plus(value(edge))
              edge &+= 1
            }
            let sum = first.plus(second).plus(third.plus(fourth)).times(weight)
            let position = row &- rows.lowerBound
            unsafe run[unchecked: position] = adds ? run[unchecked: position].plus(sum) : sum
          }
          return
        }
        weights.withSpan { weights in
          for row in rows {
            var edge = unsafe Int(truncatingIfNeeded: offsets[unchecked: row])
            let end = unsafe Int(truncatingIfNeeded: offsets[unchecked: row &+ 1])
            var first = Value.zero
            var second = Value.zero
            while !Value.isLane, edge &+ 2 <= end {
              first = unsafe first.plus(value(edge).times(Double(weights[unchecked: edge])))
              second = unsafe second.plus(value(edge &+ 1).times(Double(weights[unchecked: edge &+ 1])))
              edge &+= 2
            }
            while edge < end {
              first = unsafe first.plus(value(edge).times(Double(weights[unchecked: edge])))
              edge &+= 1
            }
            let sum = first.plus(second).times(weight)
            let position = row &- rows.lowerBound
            unsafe run[unchecked: position] = adds ? run[unchecked: position].plus(sum) : sum
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
  /// Safe: as for `gatherRows`.
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
