import AkinGraph
import AkinParallel

extension Surface {
  /// Where a walk stops that goes on at each step with probability `damping`, and from where nothing leads on to `restart`.
  ///
  /// - Throws: `GraphError.damagedData`.
  func walk(
    from start: Int, damping: Double, restart: [(state: Int, share: Double)], using random: inout RandomStream
  ) throws(GraphError) -> Int {
    var state = start
    while random.drawUnit() < damping {
      let strength = strength[state]
      guard strength > 0 else {
        state = Self.draw(restart, using: &random)
        continue
      }
      state = try next(after: state, at: random.drawUnit() * strength)
    }
    return state
  }

  private static func draw(_ restart: [(state: Int, share: Double)], using random: inout RandomStream) -> Int {
    var rest = random.drawUnit()
    for source in restart {
      rest -= source.share
      if rest < 0 { return source.state }
    }
    return restart[restart.count - 1].state
  }

  /// The state at the edge that lies `position` into the weights of the edges that lead on.
  private func next(after state: Int, at position: Double) throws(GraphError) -> Int {
    let layer = layer(of: state)
    let node = UInt32(state - layers[layer].start)
    var rest = position
    var last = state
    for arc in arcs where arc.from == layer {
      let row = try arc.out.edges(of: node)
      guard !row.isEmpty else { continue }
      let target = layers[arc.to].start
      if usesWeights, arc.out.attributes.weights != nil {
        for edge in row {
          rest -= arc.weight * Double(arc.out.attributes.weight(at: edge))
          if rest < 0 { return target + Int(try arc.out.neighbor(at: edge)) }
        }
      } else {
        let number = Int(rest / arc.weight)
        if number < row.count { return target + Int(try arc.out.neighbor(at: row.lowerBound + number)) }
        rest -= arc.weight * Double(row.count)
      }
      last = target + Int(try arc.out.neighbor(at: row.upperBound - 1))
    }
    // Rounding carried the position past the last edge.
    return last
  }
}
