/// `swift run -c release Benchmarks [store] [edges or file.akin …]`: figures of one run, to be compared within it; with
/// `store`, of the store alone.
@main
struct Benchmarks {
  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let isOfStore = arguments.first == "store"
    if isOfStore { arguments.removeFirst() }
    if !arguments.contains(where: { Int($0) == nil }) {
      for edges in arguments.isEmpty ? [100_000, 1_000_000, 10_000_000] : arguments.compactMap({ Int($0) }) {
        try StoreBenchmarks(edges: edges).run()
      }
      try CSRBenchmarks.lookUps(ids: 1_500_000)
    }
    if isOfStore { return }
    // Peers are compared on given graphs alone.
    if !arguments.contains(where: { Int($0) == nil }) { MemoryBenchmarks(megabytes: 320).run() }
    for argument in arguments.isEmpty ? ["1000000", "10000000"] : arguments {
      if let edges = Int(argument) {
        try WalkBenchmarks(edges: edges).run()
      } else {
        try WalkBenchmarks(path: argument).runForPeers()
      }
    }
  }
}
