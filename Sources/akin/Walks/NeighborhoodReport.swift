import AkinEngine
import AkinGraph
import AkinRanking
import AkinWalks

/// The rows of some nodes, as `akin neighborhoods` prints them.
struct NeighborhoodReport: Encodable {
  /// Name and version of this form of JSON.
  var format = "akin.neighborhoods/1"
  var graph: String
  var fingerprint: String
  var seed: UInt64
  /// What the rows hold: neighbours, or hard negatives.
  var kind: String
  var rows: [Row]

  struct Row: Encodable {
    var source: ListReport.Node
    var neighbors: [Neighbor]
  }

  struct Neighbor: Encodable {
    var rank: Int
    /// Shares of the visits, which add up to 1; 1 for each hard negative.
    var weight: Float
    var type: String
    var id: String
    var label: String?
  }

  init(graph: String, job: NeighborhoodJob, seed: UInt64, isHardNegatives: Bool, nodes: [NodeID]) throws {
    self.graph = graph
    fingerprint = hex(job.snapshot.fingerprint)
    self.seed = seed
    kind = isHardNegatives ? "hard negatives" : "neighbors"
    rows = try nodes.map { node in
      let found = try job.rows(of: Int(node.index)..<Int(node.index) + 1)
      return Row(
        source: try ListReport.Node(node, in: job.snapshot),
        neighbors: try zip(found.neighbors, found.weights).enumerated().map { rank, entry in
          let neighbor = try ListReport.Node(NodeID(type: job.type, index: entry.0), in: job.snapshot)
          return Neighbor(
            rank: rank + 1, weight: entry.1, type: neighbor.type, id: neighbor.id, label: neighbor.label)
        })
    }
  }

  func table() -> Table {
    var table = Table(columns: [
      .init(name: "source"), .init(name: "rank", isNumber: true), .init(name: "weight", isNumber: true),
      .init(name: "id"), .init(name: "label"),
    ])
    for row in rows {
      table.rows += row.neighbors.map { neighbor in
        [row.source.id, "\(neighbor.rank)", "\(neighbor.weight)", neighbor.id, neighbor.label ?? ""]
      }
    }
    return table
  }
}
