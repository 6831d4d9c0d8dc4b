/// `swift run -c release Benchmarks [store | rank | train | peers] [edges or file.akin …]`: figures of one run, to be compared
/// within it; with `store`, `rank` or `train`, of the store, of PageRank or of what is learned from a file alone, with `peers`,
/// what others are compared by alone.
@main
struct Benchmarks {
  private enum Part: String {
    case store, rank, train, peers
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
    if part == .train {
      for file in files { try TrainingBenchmarks(path: file).run() }
      return
    }
    if part != .rank, files.isEmpty {
      for edges in sizes.isEmpty ? [100_000, 1_000_000, 10_000_000] : sizes { try StoreBenchmarks(edges: edges).run() }
      try CSRBenchmarks.lookUps(ids: 1_500_000)
    }
    if part == nil {
      if files.isEmpty { MemoryBenchmarks(megabytes: 320).run() }
      for edges in arguments.isEmpty ? [1_000_000, 10_000_000] : sizes { try WalkBenchmarks(edges: edges).run() }
      for file in files { try WalkBenchmarks(path: file).run() }
    }
    if part != .store {
      for edges in arguments.isEmpty ? [1_000_000, 10_000_000] : sizes { try RankBenchmarks(edges: edges).run() }
      for file in files { try RankBenchmarks(path: file).run() }
    }
  }
}
