import AkinGraph

extension Surface.Arc {
  /// Sends shares[i] times its weight along each edge of the i-th of `range` of `batch`.
  ///
  /// Columns may be mapped from a damaged file, so each row and each neighbour is checked before it is used.
  ///
  /// - Returns: how many edges were followed.
  /// - Throws: `GraphError.damagedData`.
  func spread(
    _ batch: [UInt32], _ range: Range<Int>, shares: [Double], surface: Surface, threshold: Double, epoch: UInt32,
    into states: inout [PushMemory.State], touched: inout [UInt32], pending: inout [UInt32]
  ) throws(GraphError) -> Int {
    let target = surface.layers[to]
    let count = UInt32(out.neighborCount)
    precondition(target.count == out.neighborCount, "\(target.count) states for \(out.neighborCount) nodes")
    precondition(target.range.upperBound <= states.count, "layer \(to) ends outside \(states.count) states")
    let weights = surface.usesWeights ? out.attributes.weights : nil
    var states = states.mutableSpan
    var followed = 0
    var damaged: UInt32?
    out.offsets.withSpan { offsets in
      out.neighbors.withSpan { neighbors in
        for number in range {
          let node = batch[number]
          let start = offsets[Int(node)]
          let end = offsets[Int(node) + 1]
          guard start <= end, end <= UInt64(neighbors.count) else {
            damaged = node
            return
          }
          let share = shares[number - range.lowerBound] * weight
          followed &+= Int(truncatingIfNeeded: end &- start)
          for edge in unsafe Range(uncheckedBounds: (Int(start), Int(end))) {
            // Safe: the row lies within `neighbors`, as tested above.
            let neighbor = unsafe neighbors[unchecked: edge]
            guard neighbor < count else {
              damaged = node
              return
            }
            let amount = weights.map { share * Double($0[edge]) } ?? share
            // Safe: the neighbour is below the count of the layer, which lies within the states.
            let position = target.start &+ Int(neighbor)
            unsafe states[unchecked: position].receive(
              amount, epoch: epoch, threshold: threshold, at: neighbor, touched: &touched, pending: &pending)
          }
        }
      }
    }
    if let damaged {
      for edge in try out.edges(of: damaged) { _ = try out.neighbor(at: edge) }
    }
    return followed
  }
}

extension PushMemory.State {
  @inline(__always)
  fileprivate mutating func receive(
    _ amount: Double, epoch current: UInt32, threshold: Double, at position: UInt32, touched: inout [UInt32],
    pending: inout [UInt32]
  ) {
    if epoch != current {
      epoch = current
      residual = amount
      estimate = 0
      touched.append(position)
    } else {
      residual += amount
    }
    if residual > threshold * scale, !isPending {
      isPending = true
      pending.append(position)
    }
  }
}
