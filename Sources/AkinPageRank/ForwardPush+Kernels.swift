import AkinGraph

extension Surface.Arc {
  /// Sends shares[i] times its weight along each edge of the i-th of `range` of `batch`.
  ///
  /// Most of the time goes into waiting for memory. So the rows of the batch are looked at before they are needed, and
  /// the inner loop has no branch that depends on what it finds at the other end of an edge: the processor may fetch
  /// many at once.
  ///
  /// Columns may be mapped from a damaged file, so each row and each neighbour is checked before it is used.
  ///
  /// - Returns: how many edges were followed.
  /// - Throws: `GraphError.damagedData`.
  func spread(
    _ batch: PositionStack, _ range: Range<Int>, shares: [Double], surface: Surface, threshold: Double, mark: UInt32,
    into states: inout [PushMemory.State], estimates: inout [Double], touched: inout PositionStack,
    pending: inout PositionStack
  ) throws(GraphError) -> Int {
    let target = surface.layers[to]
    let count = UInt32(out.neighborCount)
    precondition(target.count == out.neighborCount, "\(target.count) states for \(out.neighborCount) nodes")
    precondition(
      target.range.upperBound <= states.count && states.count == estimates.count,
      "layer \(to) ends outside \(states.count) states")
    precondition(touched.storage.count > target.count && pending.storage.count > target.count, "a stack is too small")
    precondition(range.upperBound <= batch.count && shares.count == range.count, "shares and batch differ")
    let weights = surface.usesWeights ? out.attributes.weights : nil
    let knownCount = touched.count
    var touchedCount = touched.count
    var pendingCount = pending.count
    var followed = 0
    var damaged: UInt32?
    var stateSpan = states.mutableSpan
    var touchedSpan = touched.storage.mutableSpan
    var pendingSpan = pending.storage.mutableSpan
    out.offsets.withSpan { offsets in
      out.neighbors.withSpan { neighbors in
        if let node = fetch(batch, range, offsets: offsets, neighbors: neighbors) {
          damaged = node
          return
        }
        for number in range {
          if number + 1 < range.upperBound {
            // Where the next row leads is asked for while this one is at work. Safe: `fetch` found it within `neighbors`.
            let next = Int(batch[number + 1])
            let start = unsafe Int(truncatingIfNeeded: offsets[unchecked: next])
            let end = unsafe Int(truncatingIfNeeded: offsets[unchecked: next &+ 1])
            for edge in unsafe Range(uncheckedBounds: (start, min(end, start &+ Self.rowLead))) {
              stateSpan.prefetch(target.start &+ Int(unsafe neighbors[unchecked: edge]))
            }
          }
          let node = batch[number]
          let share = shares[number - range.lowerBound] * weight
          // Safe: `fetch` found the row within `neighbors`.
          let start = unsafe Int(truncatingIfNeeded: offsets[unchecked: Int(node)])
          let end = unsafe Int(truncatingIfNeeded: offsets[unchecked: Int(node) &+ 1])
          followed &+= end &- start
          for edge in unsafe Range(uncheckedBounds: (start, end)) {
            let neighbor = unsafe neighbors[unchecked: edge]
            if edge &+ Self.rowLead < end {
              stateSpan.prefetch(target.start &+ Int(unsafe neighbors[unchecked: edge &+ Self.rowLead]))
            }
            guard neighbor < count else {
              damaged = node
              return
            }
            var amount = share
            if let weights { amount *= Double(weights[edge]) }
            // Safe: the neighbour is below the count of the layer, which lies within the states. A state is counted into
            // each stack only when its mark changes, so at most once, and a stack has room for all and one more.
            let position = target.start &+ Int(neighbor)
            let state = unsafe stateSpan[unchecked: position]
            let isFresh = state.mark < mark
            let residual = (isFresh ? 0 : state.residual) + amount
            unsafe touchedSpan[unchecked: touchedCount] = neighbor
            touchedCount &+= isFresh ? 1 : 0
            let isWorth = (residual > threshold * Double(state.scale)) && !(state.mark > mark)
            unsafe pendingSpan[unchecked: pendingCount] = neighbor
            pendingCount &+= isWorth ? 1 : 0
            let seen = isFresh ? mark : state.mark
            unsafe stateSpan[unchecked: position] = PushMemory.State(
              residual: residual, scale: state.scale, mark: isWorth ? mark &+ 1 : seen)
          }
        }
      }
    }
    touched.count = touchedCount
    pending.count = pendingCount
    for number in knownCount..<touchedCount { estimates[target.start + Int(touched[number])] = 0 }
    if let damaged {
      for edge in try out.edges(of: damaged) { _ = try out.neighbor(at: edge) }
    }
    return followed
  }

  /// How many edges of a row are asked for ahead.
  private static let rowLead = 32

  /// Reads the bounds of the rows of a batch, then the first entry of each, all independent of each other.
  ///
  /// - Returns: a node whose row is damaged.
  private func fetch(
    _ batch: PositionStack, _ range: Range<Int>, offsets: Span<UInt64>, neighbors: Span<UInt32>
  ) -> UInt32? {
    var damaged: UInt32?
    for number in range {
      let node = batch[number]
      let start = offsets[Int(node)]
      let end = offsets[Int(node) + 1]
      if start > end || end > UInt64(neighbors.count) { damaged = node }
    }
    if damaged != nil { return damaged }
    var largest: UInt32 = 0
    for number in range {
      let node = Int(batch[number])
      let start = Int(offsets[node])
      let end = Int(offsets[node + 1])
      // Every sixteenth entry: one of each cache line.
      for edge in stride(from: start, to: min(end, start + 256), by: 16) { largest = max(largest, neighbors[edge]) }
    }
    // The comparison keeps the reads from being dropped; the node is then found by reading again.
    guard largest >= UInt32(out.neighborCount) else { return nil }
    return range.lazy.map { batch[$0] }.first { node in
      (Int(offsets[Int(node)])..<Int(offsets[Int(node) + 1])).contains { neighbors[$0] >= UInt32(out.neighborCount) }
    }
  }
}
