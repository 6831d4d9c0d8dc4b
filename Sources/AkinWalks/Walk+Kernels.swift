import AkinGraph
import AkinParallel
import AkinRanking
import CAkinKernels

/// The walk of one source: candidate, connector, candidate, back to the source with probability `restart`.
struct Walk: Sendable {
  var start: WalkStart
  var restart: Double
  var preference: ConnectorPreference
  var outward: Adjacency
  var inward: Adjacency
}

/// Where a walker is, and what it needs next.
private struct Walker {
  var random: RandomStream
  var current: UInt32
  var connector: UInt32 = 0
  /// Position of the edge to be read next.
  var edge = 0
  var isAtConnector: Bool
  /// The draw was not kept: the walker stays for this turn.
  var rests = false
}

extension Walk {
  /// Walks all blocks in turns: every walker does one part of its step, then asks for the memory of its next part, and by
  /// the time that its turn comes round the memory has come.
  ///
  /// A draw that the preference does not keep leaves the walker where it is and uses up its step, so that the work is
  /// bound by the steps whatever the graph.
  ///
  /// Columns may be mapped from a damaged file, so every row and every neighbour is checked before it is used as a
  /// position. A connector without edges back, which only a damaged file has, is an error too.
  ///
  /// - Parameter plans: by falling number of steps.
  func blocks(_ plans: [BlockPlan]) throws(GraphError) -> [WalkBlock] {
    var blocks = plans.map { WalkBlock(steps: $0.steps) }
    for number in blocks.indices {
      blocks[number].candidates.reserveCapacity(plans[number].steps)
      blocks[number].connectors.reserveCapacity(plans[number].steps)
      if !preference.isUniform { blocks[number].worths.reserveCapacity(plans[number].steps) }
    }
    var walkers = plans.map {
      Walker(random: $0.random, current: start.node.index, isAtConnector: start.isConnector)
    }
    // Restart when the upper 53 bits of a draw fall below this: exact at 0 and at 1.
    let threshold = UInt64(restart * 0x1p53)
    var failure: GraphError?
    outward.offsets.withSpan { outwardOffsets in
      outward.neighbors.withSpan { outwardNeighbors in
        inward.offsets.withSpan { inwardOffsets in
          inward.neighbors.withSpan { inwardNeighbors in
            var active = walkers.count
            for turn in 0..<(plans.first?.steps ?? 0) {
              while plans[active - 1].steps <= turn { active -= 1 }
              // From the candidate: which of its edges?
              for number in 0..<active where !walkers[number].isAtConnector {
                let node = walkers[number].current
                guard let row = row(of: node, offsets: outwardOffsets, edgeCount: outwardNeighbors.count) else {
                  failure = damage(at: node, in: outward)
                  return
                }
                let edge =
                  row.lowerBound + Int(walkers[number].random.draw(below: UInt32(truncatingIfNeeded: row.count)))
                walkers[number].edge = edge
                prefetch(outwardNeighbors, edge)
              }
              // To the connector.
              for number in 0..<active {
                var connector = walkers[number].current
                if !walkers[number].isAtConnector {
                  // Safe: the edge was drawn from a checked row.
                  connector = unsafe outwardNeighbors[unchecked: walkers[number].edge]
                  guard Int(connector) < outward.neighborCount else {
                    failure = damage(at: walkers[number].current, in: outward)
                    return
                  }
                }
                walkers[number].connector = connector
                prefetch(inwardOffsets, Int(connector))
              }
              // From the connector: is it kept, and which of its edges?
              for number in 0..<active {
                let connector = walkers[number].connector
                guard let row = row(of: connector, offsets: inwardOffsets, edgeCount: inwardNeighbors.count) else {
                  failure = damage(at: connector, in: inward)
                  return
                }
                walkers[number].rests = false
                if !preference.isUniform {
                  let factor = preference.factor(degree: row.count)
                  // A start at a connector has no other to go to.
                  if factor < 1, !walkers[number].isAtConnector, walkers[number].random.drawUnit() >= factor {
                    walkers[number].rests = true
                    continue
                  }
                  blocks[number].worths.append(max(1, factor))
                }
                let edge =
                  row.lowerBound + Int(walkers[number].random.draw(below: UInt32(truncatingIfNeeded: row.count)))
                walkers[number].edge = edge
                prefetch(inwardNeighbors, edge)
              }
              // To the next candidate, and perhaps back to the source.
              for number in 0..<active where !walkers[number].rests {
                // Safe: the edge was drawn from a checked row.
                let candidate = unsafe inwardNeighbors[unchecked: walkers[number].edge]
                guard Int(candidate) < inward.neighborCount else {
                  failure = damage(at: walkers[number].connector, in: inward)
                  return
                }
                blocks[number].candidates.append(candidate)
                blocks[number].connectors.append(walkers[number].connector)
                if walkers[number].random.next() >> 11 < threshold {
                  walkers[number].current = start.node.index
                  walkers[number].isAtConnector = start.isConnector
                } else {
                  walkers[number].current = candidate
                  walkers[number].isAtConnector = false
                  prefetch(outwardOffsets, Int(candidate))
                }
              }
            }
          }
        }
      }
    }
    if let failure { throw failure }
    return blocks
  }
}

/// The edges of `node`; `nil` where there are none or the row contradicts itself.
///
/// Safe: `node` is below the node count of `offsets`, being a checked source or a checked neighbour.
@inline(__always)
private func row(of node: UInt32, offsets: Span<UInt64>, edgeCount: Int) -> Range<Int>? {
  let start = unsafe offsets[unchecked: Int(node)]
  let end = unsafe offsets[unchecked: Int(node) + 1]
  guard start < end, end <= UInt64(edgeCount), end - start <= UInt64(UInt32.max) else { return nil }
  return unsafe Range(uncheckedBounds: (Int(start), Int(end)))
}

/// Asks for the memory of an element; `position` lies within `span` or just behind it.
@inline(__always)
private func prefetch<Element: BitwiseCopyable>(_ span: Span<Element>, _ position: Int) {
  unsafe span.withUnsafeBufferPointer { buffer in
    // Safe: nothing is read, and asking for an address is harmless.
    if let base = buffer.baseAddress { unsafe akin_prefetch(base + position) }
  }
}

private func damage(at node: UInt32, in adjacency: Adjacency) -> GraphError {
  do {
    let row = try adjacency.edges(of: node)
    for edge in row { _ = try adjacency.neighbor(at: edge) }
    return .damagedData(
      place: "row \(node)", found: "\(row.count) edges", expected: "an edge back to where the walk came from")
  } catch {
    return error
  }
}
