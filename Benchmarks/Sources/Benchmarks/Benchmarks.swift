/// `swift run -c release Benchmarks [store | csr | walks | rank | neighbors | train | peers] [edges or file.akin …]`: figures of one
/// run, to be compared within it; with the name of a part, of that part alone. `train` takes files only; `peers` is what others
/// are compared by.
@main
struct Benchmarks {
  private enum Part: String {
    case store, csr, walks, rank, neighbors, train, peers
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
    if part == nil || part == .store, files.isEmpty {
      for edges in sizes.isEmpty ? [100_000, 1_000_000, 10_000_000] : sizes { try StoreBenchmarks(edges: edges).run() }
      try CSRBenchmarks.lookUps(ids: 1_500_000)
    }
    if part == .csr {
      for edges in sizes.isEmpty ? [1_000_000, 10_000_000] : sizes {
        try CSRBenchmarks(edges: edges, name: "\(edges / 1000)k").run()
      }
    }
    if part == nil || part == .walks {
      if files.isEmpty { for megabytes in [8, 64, 320] { MemoryBenchmarks(megabytes: megabytes).run() } }
      for edges in arguments.isEmpty ? [1_000_000, 10_000_000, 40_000_000] : sizes {
        try WalkBenchmarks(edges: edges).run()
      }
      for file in files { try WalkBenchmarks(path: file).run() }
    }
    if part == nil || part == .rank {
      for edges in arguments.isEmpty ? [1_000_000, 10_000_000] : sizes { try RankBenchmarks(edges: edges).run() }
      for file in files { try RankBenchmarks(path: file).run() }
    }
    if part == nil || part == .neighbors {
      for edges in arguments.isEmpty ? [1_000_000] : sizes { try NeighborBenchmarks(edges: edges).run() }
      for file in files { try NeighborBenchmarks(path: file).run() }
    }
    if part == nil || part == .train {
      for file in files { try TrainingBenchmarks(path: file).run() }
    }
  }
}
