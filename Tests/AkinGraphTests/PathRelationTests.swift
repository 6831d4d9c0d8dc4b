import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinGraph

/// Relations computed from paths, against dense products.
@Suite struct PathRelationTests {
  private func dense(_ hop: Hop, _ snapshot: Snapshot) throws -> [[Double]] {
    let adjacency = snapshot.adjacency(hop)
    return try (0..<adjacency.nodeCount).map { node in
      var row = [Double](repeating: 0, count: adjacency.neighborCount)
      for edge in try adjacency.edges(of: UInt32(node)) {
        row[Int(try adjacency.neighbor(at: edge))] += Double(adjacency.attributes.weight(at: edge))
      }
      return row
    }
  }

  private func product(_ left: [[Double]], _ right: [[Double]], width: Int) -> [[Double]] {
    left.map { row in
      (0..<width).map { column in zip(row, right).reduce(0) { $0 + $1.0 * $1.1[column] } }
    }
  }

  @Test(arguments: UInt64(0)..<30)
  func `rows are those of the products, side by side`(seed: UInt64) throws {
    let snapshot = try RandomGraph(seed: seed).snapshot
    let savers = Hop(relation: 0, direction: .reverse)
    let saved = Hop(relation: 0, direction: .forward)
    let tags = Hop(relation: 2, direction: .forward)
    let items = Hop(relation: 2, direction: .reverse)
    for paths in [
      [NodePath([savers])], [NodePath([savers, saved, savers], weight: 2)],
      [NodePath([tags]), NodePath([savers], weight: 0.5)],
      [NodePath([tags, items, savers]), NodePath([savers]), NodePath([tags])],
    ] {
      let made = try snapshot.following(paths)
      let other = try snapshot.following(paths, execution: Execution(threads: 3))
      #expect(made.snapshot.fingerprint == snapshot.fingerprint)
      #expect(made.snapshot.origin(of: made.hop) == snapshot.origin(of: savers))
      var blocks: [[[Double]]] = []
      for path in paths {
        var rows = try dense(path.hops[0], snapshot)
        for hop in path.hops.dropFirst() {
          rows = product(rows, try dense(hop, snapshot), width: snapshot.adjacency(hop).neighborCount)
        }
        blocks.append(rows.map { $0.map { $0 * path.weight } })
      }
      let adjacency = made.snapshot.adjacency(made.hop)
      let expected = (0..<adjacency.nodeCount).map { node in blocks.flatMap { $0[node] } }
      #expect(try close(dense(made.hop, made.snapshot), expected))
      let back = try dense(Hop(relation: made.hop.relation, direction: .reverse), made.snapshot)
      #expect(close(back, (0..<adjacency.neighborCount).map { column in expected.map { $0[column] } }))
      #expect(try dense(made.hop, made.snapshot) == dense(other.hop, other.snapshot))
      var target = 0
      for path in paths {
        let type = snapshot.destination(of: path.hops[path.hops.count - 1])
        for node in 0..<snapshot.table(of: type).count {
          #expect(made.node(ofTarget: UInt32(target)) == NodeID(type: type, index: UInt32(node)))
          target += 1
        }
      }
    }
  }

  private func close(_ left: [[Double]], _ right: [[Double]]) -> Bool {
    left.count == right.count
      && zip(left, right).allSatisfy { pair in
        pair.0.count == pair.1.count && zip(pair.0, pair.1).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($1)) }
      }
  }
}
