import AkinGraph
import AkinNeighbors
import AkinParallel

/// The most similar items of every item, from an open graph to a table in memory.
struct NeighborBenchmarks {
  let snapshot: Snapshot
  let name: String
  /// From items to users.
  private let hop = Hop(relation: 0, direction: .reverse)
  private static let k = 20

  init(edges: Int) throws {
    snapshot = try CommunityGraph(edges: edges).snapshot
    name = edges % 1_000_000 == 0 ? "\(edges / 1_000_000)M" : "\(edges)"
  }

  /// A graph from a file, mapped; the primary relation leads from users to items.
  init(path: String) throws {
    snapshot = try Snapshot.open(path)
    name = String((path.split(separator: "/").last ?? "").prefix { $0 != "." })
  }

  func run() throws {
    let similarity = try GraphSimilarity(snapshot, hop: hop, measure: BinaryCosine())
    let repeats = snapshot.relations[0].forward.edgeCount > 5_000_000 ? 3 : 5
    let alone = try runs(repeats) { _ in _ = try similarity.allNeighbors(k: Self.k, execution: .serial) }
    report("Neighbors/cosine/\(name)", alone.median, "s", "all items, top \(Self.k), binary, one thread")
    guard Execution.availableCores > 1 else { return }
    let start = (cpuSeconds(), wallSeconds())
    _ = try similarity.allNeighbors(k: Self.k, execution: .serial)
    let middle = (cpuSeconds(), wallSeconds())
    _ = try similarity.allNeighbors(k: Self.k, execution: Execution(threads: 2))
    let end = (cpuSeconds(), wallSeconds())
    let wall = ((middle.1 - start.1) / (end.1 - middle.1) * 100).rounded() / 100
    let cpu = ((end.0 - middle.0) / (middle.0 - start.0) * 100).rounded() / 100
    report(
      "Neighbors/cosine/\(name)/two", end.1 - middle.1, "s by the clock", "\(wall)x sooner, \(cpu)x processor time")
  }
}
