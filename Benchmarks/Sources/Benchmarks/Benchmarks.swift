/// `swift run -c release Benchmarks [edges or file.akin …]`: figures of one run, to be compared within it.
@main
struct Benchmarks {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
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
