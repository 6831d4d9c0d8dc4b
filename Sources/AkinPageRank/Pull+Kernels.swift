import AkinGraph

extension Surface.Arc {
  /// What one more push of every state of the layer that the arc leaves would bring to one node, per unit of damping:
  /// Σ over edges (v, node) of weight · residual(v) / strength(v), to within 2⁻²³ of itself, as scales are strengths rounded
  /// to 24 bits.
  ///
  /// Columns may be mapped from a damaged file, so the row and each neighbour is checked before it is used.
  ///
  /// - Throws: `GraphError.damagedData`.
  func pull(
    _ node: UInt32, from states: [PushMemory.State], surface: Surface, mark: UInt32
  ) throws(GraphError) -> Double {
    let origin = surface.layers[from]
    precondition(origin.range.upperBound <= states.count, "layer \(from) ends outside \(states.count) states")
    precondition(origin.count == into.neighborCount, "\(origin.count) states for \(into.neighborCount) nodes")
    let row = try into.edges(of: node)
    let weights = surface.usesWeights ? into.attributes.weights : nil
    let states = states.span
    var sum = 0.0
    var isDamaged = false
    into.neighbors.withSpan { neighbors in
      for edge in row {
        // Safe: `edges(of:)` found the row within `neighbors`.
        let neighbor = unsafe Int(neighbors[unchecked: edge])
        if edge &+ Self.pullLead < row.upperBound {
          states.prefetch(origin.start &+ Int(unsafe neighbors[unchecked: edge &+ Self.pullLead]))
        }
        guard neighbor < origin.count else {
          isDamaged = true
          return
        }
        // Safe: the neighbour is below the count of its layer, which lies within the states.
        let state = unsafe states[unchecked: origin.start &+ neighbor]
        guard state.mark >= mark else { continue }
        let ratio = state.residual / Double(state.scale)
        sum += weights.map { Double($0[edge]) * ratio } ?? ratio
      }
    }
    if isDamaged {
      for edge in row { _ = try into.neighbor(at: edge) }
    }
    return sum * weight
  }

  /// How many edges of a row are asked for ahead.
  private static let pullLead = 24
}
