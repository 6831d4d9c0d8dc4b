/// `swift run -c release Benchmarks [edges or file.akin …]`: figures of one run, to be compared within it.
@main
struct Benchmarks {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    for argument in arguments.isEmpty ? ["1000000", "10000000"] : arguments {
      if let edges = Int(argument) {
        try WalkBenchmarks(edges: edges).run()
      } else {
        try WalkBenchmarks(path: argument).runForPeers()
      }
    }
  }
}
