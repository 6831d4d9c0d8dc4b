/// `swift run -c release Benchmarks [store | rank | neighbors | peers] [edges or file.akin …]`: figures of one run, to be
/// compared within it; with `store`, `rank` or `neighbors`, of the store, of PageRank or of nearest neighbours alone, with
/// `peers`, what others are compared by alone.
@main
struct Benchmarks {
  private enum Part: String {
    case store, rank, neighbors, peers
  }

  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let part = arguments.first.flatMap(Part.init)
    if part != nil { arguments.removeFirst() }
    let sizes = arguments.compactMap { Int($0) }
    let files = arguments.filter { Int($0) == nil }
    if part == .peers {
      for file in files {
        try WalkBenchmarks(path: file).runForPeers()
        try RankBenchmarks(path: file).runForPeers()
      }
      return
    }
    if part == nil || part == .neighbors {
      for edges in arguments.isEmpty ? [1_000_000] : sizes { try NeighborBenchmarks(edges: edges).run() }
      for file in files { try NeighborBenchmarks(path: file).run() }
    }
    if part == nil || part == .store, files.isEmpty {
      for edges in sizes.isEmpty ? [100_000, 1_000_000, 10_000_000] : sizes { try StoreBenchmarks(edges: edges).run() }
      try CSRBenchmarks.lookUps(ids: 1_500_000)
    }
    if part == nil {
      if files.isEmpty { MemoryBenchmarks(megabytes: 320).run() }
      for edges in arguments.isEmpty ? [1_000_000, 10_000_000] : sizes { try WalkBenchmarks(edges: edges).run() }
      for file in files { try WalkBenchmarks(path: file).run() }
    }
    if part == nil || part == .rank {
      for edges in arguments.isEmpty ? [1_000_000, 10_000_000] : sizes { try RankBenchmarks(edges: edges).run() }
      for file in files { try RankBenchmarks(path: file).run() }
    }
  }
}
