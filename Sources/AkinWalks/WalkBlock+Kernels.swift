import AkinGraph
import AkinParallel
import AkinRanking

/// The inner loop of the walk: candidate, connector, candidate, back to the source with probability `restart`.
///
/// A draw that the preference does not keep leaves the walker where it is and uses up its step, so that the work is bound
/// by `steps` whatever the graph.
///
/// Columns may be mapped from a damaged file, so every row and every neighbour is checked before it is used as a
/// position. A connector without edges back, which only a damaged file has, is an error too.
func walkBlock(
  from start: WalkStart, steps: Int, restart: Double, preference: ConnectorPreference, outward: Adjacency,
  inward: Adjacency, using random: inout RandomStream
) throws(GraphError) -> WalkBlock {
  var block = WalkBlock(steps: steps)
  block.candidates.reserveCapacity(steps)
  block.connectors.reserveCapacity(steps)
  if !preference.isUniform { block.worths.reserveCapacity(steps) }
  // Restart when the upper 53 bits of a draw fall below this: exact at 0 and at 1.
  let threshold = UInt64(restart * 0x1p53)
  var current = start.node.index
  var isAtConnector = start.isConnector
  var failure: GraphError?
  outward.offsets.withSpan { outwardOffsets in
    outward.neighbors.withSpan { outwardNeighbors in
      inward.offsets.withSpan { inwardOffsets in
        inward.neighbors.withSpan { inwardNeighbors in
          for _ in 0..<steps {
            var connector = current
            if !isAtConnector {
              guard let row = row(of: current, offsets: outwardOffsets, edgeCount: outwardNeighbors.count),
                let next = draw(
                  from: row, neighbors: outwardNeighbors, neighborCount: outward.neighborCount, using: &random)
              else {
                failure = damage(at: current, in: outward)
                return
              }
              connector = next
            }
            guard let row = row(of: connector, offsets: inwardOffsets, edgeCount: inwardNeighbors.count) else {
              failure = damage(at: connector, in: inward)
              return
            }
            if !preference.isUniform {
              let factor = preference.factor(degree: row.count)
              // A start at a connector has no other to go to.
              if factor < 1, !isAtConnector, random.drawUnit() >= factor { continue }
              block.worths.append(max(1, factor))
            }
            guard
              let candidate = draw(
                from: row, neighbors: inwardNeighbors, neighborCount: inward.neighborCount, using: &random)
            else {
              failure = damage(at: connector, in: inward)
              return
            }
            block.candidates.append(candidate)
            block.connectors.append(connector)
            if random.next() >> 11 < threshold {
              current = start.node.index
              isAtConnector = start.isConnector
            } else {
              current = candidate
              isAtConnector = false
            }
          }
        }
      }
    }
  }
  if let failure { throw failure }
  return block
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

/// A uniformly drawn neighbour; `nil` where it is no node.
///
/// Safe: `row` lies within `neighbors`, as `row(of:)` tested, and the neighbour is tested before it is returned.
@inline(__always)
private func draw(
  from row: Range<Int>, neighbors: Span<UInt32>, neighborCount: Int, using random: inout RandomStream
) -> UInt32? {
  let drawn = random.draw(below: UInt32(truncatingIfNeeded: row.count))
  let neighbor = unsafe neighbors[unchecked: row.lowerBound &+ Int(drawn)]
  return Int(neighbor) < neighborCount ? neighbor : nil
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
