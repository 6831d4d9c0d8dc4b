import AkinGraph
import AkinPageRank
import AkinRanking
import TestSupport
import Testing

/// Scores of real graphs as other people's code finds them: MovieLens with ratings as weights, and Last.fm, where users are
/// joined to artists by counts and to each other.
@Suite struct RealGraphTests {
  static let sets = ["ml-100k/u.data.xz", "lastfm-hetrec2011/user_artists.dat.xz"]
  static let hasData = sets.allSatisfy { exists(sharedData($0)) }
  static let hasNetworkX = Python.canImport("networkx", "scipy")
  static let hasIgraph = Python.canImport("igraph")

  /// Prints every edge and then, for three sets of sources, every score.
  private static let script = """
    import lzma, os, sys
    engine, path = sys.argv[1:]
    rows = [l.split() for l in lzma.open(path, "rt")]
    if "lastfm" in path:
        edges = [(0, r[0], r[1], float(r[2])) for r in rows[1:]]
        friends = [l.split() for l in lzma.open(os.path.dirname(path) + "/user_friends.dat.xz", "rt")][1:]
        edges += [(1, r[0], r[1], 1.0) for r in friends]
    else:
        edges = [(0, r[0], r[1], float(r[2])) for r in rows]
    share = (1.0, 0.25)
    index, names = {}, []
    def node(name):
        if name not in index:
            index[name] = len(names); names.append(name)
        return index[name]
    ends = [(node(("u", s)), node(("ui"[r == 0], t)), w * share[r]) for r, s, t, w in edges]
    for r, s, t, w in edges: print("e", r, s, t, repr(w), sep="\\t")
    sources = [None, {ends[0][0]: 1.0}, {ends[7][1]: 2.0, ends[1000][0]: 1.0}]
    if engine == "igraph":
        import igraph
        g = igraph.Graph(n=len(names), edges=[e[:2] for e in ends], directed=False)
        def scores(p):
            reset = [1.0] * len(names) if p is None else [p.get(i, 0.0) for i in range(len(names))]
            return g.personalized_pagerank(reset=reset, weights=[e[2] for e in ends], damping=0.85, directed=False)
    else:
        import networkx
        g = networkx.Graph()
        g.add_nodes_from(range(len(names)))
        for a, b, w in ends:
            g.add_edge(a, b, weight=w + (g[a][b]["weight"] if g.has_edge(a, b) else 0.0))
        def scores(p):
            found = networkx.pagerank(g, alpha=0.85, personalization=p, tol=1e-15, max_iter=10000)
            return [found[i] for i in range(len(names))]
    for number, p in enumerate(sources):
        for i, w in (p or {}).items(): print("p", number, *names[i], w, sep="\\t")
        for (kind, name), score in zip(names, scores(p)): print("s", number, kind, name, repr(score), sep="\\t")
    """

  @Test(
    .enabled(if: hasData && hasNetworkX, "no data beside the project, or python3 has no networkx and scipy"),
    arguments: sets)
  func `as networkx scores them`(set: String) throws { try check(set, engine: "networkx") }

  @Test(.enabled(if: hasData && hasIgraph, "no data beside the project, or python3 has no igraph"), arguments: sets)
  func `as igraph scores them`(set: String) throws { try check(set, engine: "igraph") }

  private func check(_ set: String, engine: String) throws {
    let output = try Python.run(Self.script, arguments: [engine, sharedData(set)])
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let item = builder.addNodeType("item")
    let relations = [
      builder.addRelation("likes", from: user, to: item, duplicates: .last),
      builder.addRelation("knows", from: user, to: user, duplicates: .last),
    ]
    var sources: [Int: [(type: NodeTypeID, name: String, weight: Double)]] = [:]
    var expected: [Int: [(type: NodeTypeID, name: String, score: Double)]] = [:]
    for line in output.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let number = try #require(Int(fields[1]))
      let last = try #require(Double(fields[4]))
      switch fields[0] {
      case "e":
        let from = try builder.intern(fields[2], type: user)
        let to = try builder.intern(fields[3], type: number == 0 ? item : user)
        builder.addEdge(relations[number], from: from, to: to, weight: Float(last))
      case "p": sources[number, default: []].append((fields[2] == "u" ? user : item, fields[3], last))
      default: expected[number, default: []].append((fields[2] == "u" ? user : item, fields[3], last))
      }
    }
    let snapshot = try builder.build().snapshot
    let pageRank = try PageRank(
      snapshot, following: .wholeGraph(snapshot.schema, weights: ["knows": 0.25]),
      options: PageRankOptions(tolerance: 1e-11))
    #expect(expected.count == 3)
    for (number, expected) in expected {
      let found =
        try number == 0
        ? pageRank.scores()
        : pageRank.scores(
          from: sources[number]!.map { source in
            let index = try #require(try snapshot.table(of: source.type).index(ofID: source.name))
            return WeightedSource(NodeID(type: source.type, index: index), weight: source.weight)
          })
      #expect(found.converged)
      var distance = 0.0
      for node in expected {
        let index = try #require(try snapshot.table(of: node.type).index(ofID: node.name))
        distance += abs(found[NodeID(type: node.type, index: index)] - node.score)
      }
      // As exact as the peers are: networkx stops at a change of 1e-15 a node, igraph's PRPACK at 1e-10 in all.
      #expect(distance < 1e-8, "\(engine), sources \(number)")
    }
  }
}
