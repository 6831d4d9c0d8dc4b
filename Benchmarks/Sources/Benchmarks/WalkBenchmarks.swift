import AkinGraph
import AkinParallel
import AkinRanking
import AkinWalks
import CReads

/// Walks on graphs that fit the cache and graphs that do not.
struct WalkBenchmarks {
  let graph: BenchmarkGraph
  let name: String
  let items: UInt32
  private static let item = NodeTypeID(rawValue: 1)

  /// A made graph, its rows copied into memory and linked as jobs that walk all of a graph do.
  init(edges: Int) throws {
    self.init(
      BenchmarkGraph(try BenchmarkGraph(edges: edges, hasWeights: true).snapshot.resident(isLinked: true)),
      name: edges % 1_000_000 == 0 ? "\(edges / 1_000_000)M" : "\(edges)")
  }

  /// A graph from a file, its rows copied into memory and linked; the primary relation leads from users to items.
  init(path: String) throws {
    self.init(
      BenchmarkGraph(try Snapshot.open(path).resident(isLinked: true)),
      name: String(path.split(separator: "/").last ?? ""))
  }

  private init(_ graph: BenchmarkGraph, name: String) {
    self.graph = graph
    self.name = name
    items = UInt32(graph.snapshot.table(of: Self.item).count)
  }

  func query(_ number: Int, sources count: Int = 1) -> Query {
    var random = RandomStream(seed: 99, stream: UInt64(number))
    let sources = Set((0..<count).map { _ in random.draw(below: items) }).sorted()
    return Query(
      sources: sources.map { WeightedSource(NodeID(type: Self.item, index: $0)) },
      candidates: CandidateFilter(type: Self.item, excluded: NodeSet(sources)), seed: UInt64(number))
  }

  /// The four reads of a step at random places, asked for ahead, none waiting for another, and nothing else: nanoseconds a
  /// step. A walk whose reads all go to different places cannot be faster.
  func independentReads(steps: Int = 1_000_000) -> Double {
    func place<Element>(_ column: Column<Element>) -> read_place {
      column.withSpan { span in
        span.withUnsafeBytes {
          read_place(
            start: $0.baseAddress?.assumingMemoryBound(to: UInt32.self),
            count: UInt64($0.count / MemoryLayout<UInt32>.stride))
        }
      }
    }
    let outward = graph.snapshot.adjacency(graph.hop)
    let inward = graph.snapshot.adjacency(Hop(relation: 0, direction: .forward))
    // The columns live as long as the graph.
    let places = [place(outward.offsets), place(outward.neighbors), place(inward.offsets), place(inward.neighbors)]
    var sum: UInt64 = 0
    let times = runs(7) { number in sum &+= read_at_random(places, Int32(places.count), Int64(steps), UInt64(number)) }
    if sum == 1 { print() }
    return times[0] / Double(steps) * 1e9
  }

  /// One walker, one step after the other: what a simple program does. Nanoseconds a step.
  func plainLoop(steps: Int) -> Double {
    let outward = graph.snapshot.adjacency(graph.hop)
    let inward = graph.snapshot.adjacency(Hop(relation: 0, direction: .forward))
    var visits: UInt64 = 0
    let times = runs(3) { number in
      outward.offsets.withSpan { outOffsets in
        outward.neighbors.withSpan { outNeighbors in
          inward.offsets.withSpan { inOffsets in
            inward.neighbors.withSpan { inNeighbors in
              var random = RandomStream(seed: 5, stream: UInt64(number))
              let source = random.draw(below: items)
              var node = source
              for _ in 0..<steps {
                let start = outOffsets[Int(node)]
                let degree = outOffsets[Int(node) + 1] - start
                guard degree > 0 else {
                  node = random.draw(below: items)
                  continue
                }
                let user = outNeighbors[Int(start) + Int(random.draw(below: UInt32(degree)))]
                let back = inOffsets[Int(user)]
                let count = inOffsets[Int(user) + 1] - back
                node = inNeighbors[Int(back) + Int(random.draw(below: UInt32(count)))]
                visits &+= UInt64(node)
                if random.drawUnit() < 0.15 { node = source }
              }
            }
          }
        }
      }
    }
    if visits == 1 { print() }
    return times.median / Double(steps) * 1e9
  }

  /// A query of 100,000 uniform steps: walking, counting, the top 100, clearing. Nanoseconds a step, median and p99.
  func pixie(
    _ options: PixieOptions, sources: Int = 1, walkers: Int? = nil, threads: Int = 1, queries: Int = 60
  ) throws -> [Double] {
    var pixie = Pixie(graph.snapshot, hop: graph.hop, options: options, execution: Execution(threads: threads))
    if let walkers { pixie.walkersInFlight = walkers }
    let session = pixie.makeSession()
    return try runs(queries) { _ = try session.rank(query($0, sources: sources), k: 100) }.map {
      $0 / Double(options.steps) * 1e9
    }
  }

  static var uniform: PixieOptions {
    var options = PixieOptions()
    options.steps = 100_000
    options.restart = 0.15
    options.connectorExponent = 1
    options.hubExponent = 0
    options.caution = 0
    return options
  }

  /// Nanoseconds a hop of walks of 80 nodes from a part of the nodes.
  func corpus(_ options: RandomWalkOptions, along path: WalkPath? = nil, walks count: Int = 40_000) throws -> Double {
    var options = options
    options.walksPerNode = 1
    let path = try path ?? .alternating(graph.hop, in: graph.snapshot.schema)
    let walks = try RandomWalks(graph.snapshot, along: path, options: options, startTypes: [Self.item])
    struct Enough: Error {}
    var hops = 0
    var start = 0.0
    do {
      try walks.forEachBlock({ rows in (0..<rows.count).reduce(0) { $0 + rows.walk($1).count - 1 } }) { made in
        // The first block warms up.
        if start == 0 { start = cpuSeconds() } else { hops += made }
        if hops >= count * 79 { throw Enough() }
      }
    } catch is Enough {}
    return (cpuSeconds() - start) / Double(max(1, hops)) * 1e9
  }

  /// Nodes a second with 50 walks of at most 2 steps each, of which the 20 most visited nodes are kept: the work that DGL's
  /// sampler is given.
  func neighborhoods() throws -> Double {
    let path = try WalkPath.alternating(graph.hop, in: graph.snapshot.schema)
    var options = NeighborhoodOptions()
    options.size = 20
    let neighborhoods = try Neighborhoods(graph.snapshot, along: path, options: options)
    let nodes = min(items, 4096)
    return Double(nodes) / (try runs(15) { _ in _ = try neighborhoods.rows(of: 0..<nodes) }).median
  }

  /// What peers are compared by: hops of uniform walks of 80 nodes, and neighbourhoods.
  func runForPeers() throws {
    let uniform = try corpus(RandomWalkOptions(), walks: 100_000)
    report("Walks/corpusUniform/\(name)", uniform, "ns/hop", "\(rounded(1000 / uniform)) M hops/s")
    report("Walks/neighborhoods50x2/\(name)", try neighborhoods(), "nodes/s")
  }

  func run() throws {
    let plain = plainLoop(steps: 300_000)
    report("Walks/plainLoop/\(name)", plain, "ns/step")
    report("Walks/independentReads/\(name)", independentReads(), "ns/step", "the limit of memory")
    let times = try pixie(Self.uniform)
    report(
      "Walks/pixieUniform100k/\(name)", times.median, "ns/step", "\(rounded(plain / times.median))× the plain loop")
    report("Walks/pixieUniform100k/p99/\(name)", times.quantile(0.99), "ns/step")
    for walkers in [1, 8, 16, 32, 64, 128] {
      report(
        "Walks/pixieUniform100k/walkers\(walkers)/\(name)",
        try pixie(Self.uniform, walkers: walkers, queries: 15).median,
        "ns/step")
    }
    report("Walks/pixieDefault200k/\(name)", try pixie(PixieOptions(), queries: 20).median, "ns/step")
    report(
      "Walks/pixieDefault200k/sources20/\(name)", try pixie(PixieOptions(), sources: 20, queries: 20).median, "ns/step")
    var options = RandomWalkOptions()
    let uniform = try corpus(options)
    report("Walks/corpusUniform/\(name)", uniform, "ns/hop", "\(rounded(1000 / uniform)) M hops/s")
    let metapath = try WalkPath.cycle(
      [graph.hop, Hop(relation: 0, direction: .forward), graph.hop, Hop(relation: 0, direction: .forward)],
      in: graph.snapshot.schema)
    let typed = try corpus(options, along: metapath)
    report("Walks/corpusMetapath/\(name)", typed, "ns/hop", "\(rounded(typed / uniform))× uniform")
    options.weighting = EdgeWeighting(usesWeights: true)
    let weighted = try corpus(options)
    report("Walks/corpusWeighted/\(name)", weighted, "ns/hop", "\(rounded(weighted / uniform))× uniform")
    options.weighting = EdgeWeighting()
    options.returnParameter = 4
    options.inOutParameter = 0.5
    let second = try corpus(options)
    report("Walks/corpusNode2vec/\(name)", second, "ns/hop", "\(rounded(second / uniform))× uniform")
    report("Walks/neighborhoods50x2/\(name)", try neighborhoods(), "nodes/s")
    let rates = try [1, 2].map { try walksPerSecond(threads: $0) }
    report("Walks/corpusUniform/2threads/\(name)", rates[1].wall / rates[0].wall, "× one thread", "by wall time")
    // What two cores would give were both free: twice, less what threads cost each other.
    report(
      "Walks/corpusUniform/2threads/cpu/\(name)", 2 * rates[1].cpu / rates[0].cpu, "× one thread", "by processor time")
  }

  /// Nodes of uniform walks a second of wall time, and of processor time.
  private func walksPerSecond(threads: Int) throws -> (wall: Double, cpu: Double) {
    var options = RandomWalkOptions()
    options.walksPerNode = 1
    let walks = try RandomWalks(
      graph.snapshot, along: .alternating(graph.hop, in: graph.snapshot.schema), options: options,
      startTypes: [Self.item], execution: Execution(threads: threads))
    struct Enough: Error {}
    var rates: (wall: [Double], cpu: [Double]) = ([], [])
    for _ in 0..<5 {
      var nodes = 0
      let start = (wall: wallSeconds(), cpu: cpuSeconds())
      do {
        try walks.forEachBlock({ rows in (0..<rows.count).reduce(0) { $0 + rows.walk($1).count } }) { made in
          nodes += made
          if nodes >= 8_000_000 { throw Enough() }
        }
      } catch is Enough {}
      rates.wall.append(Double(nodes) / (wallSeconds() - start.wall))
      rates.cpu.append(Double(nodes) / (cpuSeconds() - start.cpu))
    }
    return (rates.wall.sorted().median, rates.cpu.sorted().median)
  }

  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
