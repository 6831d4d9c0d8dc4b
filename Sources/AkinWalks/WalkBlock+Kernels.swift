import AkinGraph
import AkinParallel
import AkinRanking

/// The inner loop of the walk: candidate, connector, candidate, back to the source with probability `restart`.
///
/// Columns may be mapped from a damaged file, so every row and every neighbour is checked before it is used as a
/// position. A connector without edges back, which only a damaged file has, is an error too.
func walkBlock(
  from start: WalkStart, steps: Int, restart: Double, outward: Adjacency, inward: Adjacency, recordConnectors: Bool,
  using random: inout RandomStream
) throws(GraphError) -> WalkBlock {
  var block = WalkBlock(steps: steps, candidates: [], connectors: [])
  block.candidates.reserveCapacity(steps)
  if recordConnectors { block.connectors.reserveCapacity(steps) }
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
            let connector: UInt32
            if isAtConnector {
              connector = current
            } else if let next = step(
              from: current, offsets: outwardOffsets, neighbors: outwardNeighbors,
              neighborCount: outward.neighborCount, using: &random)
            {
              connector = next
            } else {
              failure = damage(at: current, in: outward)
              return
            }
            guard
              let candidate = step(
                from: connector, offsets: inwardOffsets, neighbors: inwardNeighbors,
                neighborCount: inward.neighborCount, using: &random)
            else {
              failure = damage(at: connector, in: inward)
              return
            }
            block.candidates.append(candidate)
            if recordConnectors { block.connectors.append(connector) }
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

/// A uniformly drawn neighbour of `node`; `nil` where the row is empty or contradicts itself.
///
/// Safe: `node` is below the node count of `offsets` (a checked source or a checked neighbour), `start < end ≤
/// neighbors.count` is tested here, and so is the neighbour before it is returned.
@inline(__always)
private func step(
  from node: UInt32, offsets: Span<UInt64>, neighbors: Span<UInt32>, neighborCount: Int,
  using random: inout RandomStream
) -> UInt32? {
  let start = unsafe offsets[unchecked: Int(node)]
  let end = unsafe offsets[unchecked: Int(node) + 1]
  guard start < end, end <= UInt64(neighbors.count), end - start <= UInt64(UInt32.max) else { return nil }
  let drawn = random.draw(below: UInt32(truncatingIfNeeded: end &- start))
  let neighbor = unsafe neighbors[unchecked: Int(start) &+ Int(drawn)]
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
