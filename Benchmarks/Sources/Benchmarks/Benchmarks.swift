/// `swift run -c release Benchmarks [edges …]`: figures of one run, to be compared within it.
@main
struct Benchmarks {
  static func main() throws {
    let sizes = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    for edges in sizes.isEmpty ? [1_000_000, 10_000_000] : sizes { try WalkBenchmarks(edges: edges).run() }
  }
}
