import AkinGraph
import AkinLinearAlgebra
import AkinParallel
import AkinPropagation
import AkinRanking

/// What is learned: a step of LightGCN, a sweep of ALS, and the lists of all users from what was learned. One thread,
/// processor time.
struct TrainingBenchmarks {
  let snapshot: Snapshot
  let name: String
  private let hop = Hop(relation: 0, direction: .reverse)
  private static let user = NodeTypeID(rawValue: 0)
  private static let item = NodeTypeID(rawValue: 1)

  /// A graph from a file; the primary relation leads from users to items.
  init(path: String) throws {
    snapshot = try Snapshot.open(path)
    name = String((path.split(separator: "/").last ?? "").prefix { $0 != "." })
  }

  /// Milliseconds of a step of batches of 2,048 edges with one negative each: three layers, 64 numbers a node, ranking pairs.
  ///
  /// All the steps of an epoch, whose look at nothing and beginning are left out by taking away an epoch of no step.
  func lightGCNStep() throws -> Double {
    var options = LightGCNOptions()
    options.loss = .bpr
    options.isCosine = false
    options.negatives = 1
    options.batch = .pairs(2048)
    options.start = .random
    options.learningRate = 0.001
    options.hasUserEmbeddings = true
    options.heldOutShare = 0
    options.epochs = 1
    options.checkInterval = 1
    var trainer = try LightGCNTrainer(
      snapshot, hop: hop, options: options, info: MethodInfo(name: "lightgcn", parameters: [], fingerprint: 0))
    let start = cpuSeconds()
    try trainer.run()
    return (cpuSeconds() - start) / Double(trainer.stepCount) * 1e3
  }

  /// Seconds of a sweep over items and users, 64 factors; the objective is not part of it in other systems, and is here.
  func alsSweep(_ solver: ImplicitALSOptions.Solver, sweeps: Int = 4) throws -> (seconds: Double, model: ImplicitALS) {
    var options = ImplicitALSOptions()
    options.solver = solver
    options.sweeps = sweeps
    var start = 0.0
    var counted = 0
    let model = try ImplicitALS(snapshot, hop: hop, options: options) { checkpoint in
      // The first sweep has the reading of the graph before it.
      if checkpoint.objective.count == 1 { start = cpuSeconds() }
      counted = checkpoint.objective.count - 1
    }
    return ((cpuSeconds() - start) / Double(counted), model)
  }

  /// Seconds of the twenty best of all items for every user, what the user has left out, by products of 64 numbers.
  func allLists(_ model: ImplicitALS) throws -> (seconds: Double, users: Int) {
    let method = try EmbeddingRecommender(
      snapshot, hop: hop, candidates: model.candidates, foldIn: SumFoldIn(model.candidates),
      info: MethodInfo(name: "sum", parameters: [], fingerprint: 0))
    let rows = snapshot.adjacency(Hop(relation: 0, direction: .forward))
    let queries = try (0..<UInt32(rows.nodeCount)).filter { try rows.degree(of: $0) > 0 }.map { user in
      let seen = try rows.edges(of: user).map { try rows.neighbor(at: $0) }
      return Query(
        sources: [WeightedSource(NodeID(type: Self.user, index: user))],
        candidates: CandidateFilter(type: Self.item, excluded: NodeSet(seen)))
    }
    let session = method.makeSession()
    let times = try runs(3) { _ in
      for start in stride(from: 0, to: queries.count, by: 64) {
        _ = try session.lists(for: Array(queries[start..<min(start + 64, queries.count)]), k: 20)
      }
    }
    return (times.median, queries.count)
  }

  func run() throws {
    report("Train/lightgcn/\(name)", try lightGCNStep(), "ms/step", "2048 edges, 64 numbers, 3 layers, ranking pairs")
    let gradient = try alsSweep(.conjugateGradients(steps: 3))
    report("Train/alsGradients/\(name)", gradient.seconds, "s/sweep", "64 factors, 3 steps of conjugate gradients")
    report("Train/alsExact/\(name)", try alsSweep(.exact).seconds, "s/sweep", "64 factors")
    let lists = try allLists(gradient.model)
    report(
      "Train/allLists/\(name)", lists.seconds, "s",
      "\(lists.users) users × \(snapshot.table(of: Self.item).count) items, 64 numbers, top 20; OpenBLAS as \(OpenBLASKernels.inUse)"
    )
  }
}
