public import AkinEvaluation
public import AkinGraph
public import AkinParallel
public import AkinRanking
import Synchronization

/// How methods are run over a split.
public struct RunOptions: Sendable, Equatable {
  /// Length of the lists; at least 1.
  public var k = 20
  /// Seed of methods with randomness.
  public var seed: UInt64 = 0
  /// With how many seeds, from `seed` on, methods with randomness are run; at least 1.
  public var repeats = 1
  /// At most this many test users, drawn by `seed`; a smaller draw is part of a larger one. `nil` for all.
  public var userLimit: Int?
  /// Held-out edges count as relevant from this weight on; `nil` for all.
  public var relevantFrom: Float?
  /// Rank the held-out items among this many others, drawn by `seed`, instead of among all: for comparison with those
  /// who do so. The values are higher than those of full rankings and may order methods otherwise (Krichene & Rendle,
  /// "On sampled metrics for item recommendation", KDD 2020, doi:10.1145/3394486.3403226). `nil` for all.
  public var sampledNegatives: Int?
  /// Whether the weight of a held-out edge is its grade; otherwise all relevant items are alike.
  public var isGraded = false

  /// Lists of 20, one seed, all test users, all held-out edges.
  public init() {}
}

/// What a method answered to the test users of one split, and what that took.
public struct MethodRun: Sendable {
  /// What was run, as it was asked for.
  public var request: MethodRequest
  /// Name and all parameters of the method that answered, defaults included.
  public var info: MethodInfo
  /// One list a test user, in the order of `EvaluationRunner.users`.
  public var lists: ItemLists
  /// Parallel to `lists.items`.
  public var scores: [Double]
  /// Lists with fewer items than asked for.
  public var shortLists: Int
  /// What was measured while the method was trained, by name; empty for one that is not.
  public var curves: [String: [CurvePoint]]
  /// Where the held-out items stand among all candidates, where that was asked for.
  public var positiveRanks: PositiveRanks?
  /// Ratings of the held-out items, where those were asked for.
  public var predictions: RatingPredictions?
  /// What making the method took, training included.
  public var preparation: Cost
  /// What answering took.
  public var ranking: Cost
}

/// Runs methods over the test users of one split.
///
/// Methods see the training part only; they come from the registry, or are one's own. Each user is asked for as
/// `akin recommend` asks: from the whole training history, without what was seen. Users whom training does not know ask
/// with what they reveal, or with nothing but themselves.
public struct EvaluationRunner: Sendable {
  /// What the methods are trained on and tested by.
  public let split: Split
  /// How they are run; the same for all methods.
  public let options: RunOptions
  /// The test users, ascending; position *n* is list *n* of every run.
  public let users: [UInt32]
  /// By position in `users`: the held-out items that count as relevant, with their grades.
  public let truth: GroundTruth
  /// How often each item is in training.
  public let popularity: ItemPopularity
  /// Training items of the test users, or what they reveal.
  public let history: ItemLists
  /// From the relation that says what category an item is in, where there is one.
  public let categories: ItemCategories?
  private let engine: Engine
  private let hop: Hop

  /// - Throws: `EvaluationError.invalidGrade` for weights that are no grades; `EngineError.nothingRelevant`;
  ///   `GraphError.damagedData`.
  /// - Complexity: O(m) time, O(edges of the test users + items) space.
  public init(_ split: Split, options: RunOptions = RunOptions(), execution: Execution = .serial) throws {
    precondition(options.k >= 1, "k must be at least 1, found \(options.k)")
    let train = split.train
    engine = Engine(train, execution: execution)
    hop = Hop(relation: train.schema.roles.primaryRelation, direction: .reverse)
    let drawn = Self.drawn(split.testUsers, options)
    let edges = train.relations[hop.relation]
    let itemCount = edges.reverse.nodeCount
    users = drawn
    truth = try Self.truth(of: drawn, split: split, options: options, itemCount: itemCount)
    let counts = try (0..<UInt32(itemCount)).map { item in
      UInt32(try Self.distinctNeighbors(of: item, in: edges.reverse).count)
    }
    popularity = ItemPopularity(
      counts: counts,
      userCount: try (0..<UInt32(edges.forward.nodeCount)).count { try edges.forward.degree(of: $0) > 0 })
    history = try ItemLists(
      drawn.map { user in
        let own = try Self.distinctNeighbors(of: user, in: edges.forward)
        return own.isEmpty ? Array(split.revealed.targets(of: user)) : own
      }, itemCount: itemCount)
    categories = try Self.categories(of: train, hop: hop)
    self.split = split
    self.options = options
  }

  /// Asks a method for the lists of all test users.
  ///
  /// The result does not depend on the number of threads. Memory beyond the lists is one session a thread.
  ///
  /// - Parameters:
  ///   - seed: of the method's randomness; that of the options unless given.
  ///   - needs: what metrics look at besides the lists. Full ranks take a score of every candidate for every user.
  ///   - progress: told after every block of users how many there were so far, from any thread.
  /// - Throws: `EngineError`, also for ratings from a method that predicts none; what the method throws;
  ///   `CancellationError`.
  public func run(
    _ request: MethodRequest, seed: UInt64? = nil, needs: [Ingredient] = [],
    progress: (@Sendable (_ users: Int) -> Void)? = nil
  ) throws -> MethodRun {
    if needs.contains(.predictions), try !MethodRegistry.definition(named: request.name).predictsRatings {
      throw EngineError.notPredicting(
        method: request.name, predicting: MethodRegistry.all.filter(\.predictsRatings).map(\.name))
    }
    return try run(request, seed: seed, needs: needs, progress: progress) {
      try engine.method(
        named: request.name, parameters: request.parameters,
        hop: try engine.hop(along: request.along, from: engine.recommendedType), purpose: .recommendation,
        queryExecution: Execution(threads: 1, cancellation: engine.execution.cancellation))
    }
  }

  /// The same of a method that is not in the registry.
  ///
  /// - Parameters:
  ///   - title: what the method is called.
  ///   - make: the method for the training graph; the hop leads from what is recommended to who asks.
  /// - Throws: what `make` and the method throw; `CancellationError`.
  public func run(
    _ title: String, seed: UInt64? = nil, needs: [Ingredient] = [], progress: (@Sendable (_ users: Int) -> Void)? = nil,
    make: (_ train: Snapshot, _ hop: Hop) throws -> any Recommender
  ) throws -> MethodRun {
    try run(MethodRequest(name: title), seed: seed, needs: needs, progress: progress) { try make(split.train, hop) }
  }

  private func run(
    _ request: MethodRequest, seed: UInt64?, needs: [Ingredient], progress: (@Sendable (_ users: Int) -> Void)?,
    make: () throws -> any Recommender
  ) throws -> MethodRun {
    let needsRanks = needs.contains(.positiveRanks)
    let needsRatings = needs.contains(.predictions)
    let preparing = ResourceMeter()
    let method = try make()
    let preparation = preparing.cost()
    let ranking = ResourceMeter()
    let sessions = SessionPool(method)
    let done = Atomic<Int>(0)
    let blocks = try concurrentMap(count: users.count, chunkSize: 64, execution: engine.execution) { range in
      let block = try sessions.withSession { session in
        let queries = try range.map { try query(for: $0, seed: seed ?? options.seed) }
        var block = Block(lists: try session.lists(for: queries, k: options.k).map(\.items))
        for (position, query) in zip(range, queries) {
          if needsRanks { try rank(heldOutOf: position, query: query, session: session, into: &block) }
          if needsRatings { try rate(heldOutOf: position, query: query, session: session, into: &block) }
        }
        return block
      }
      progress?(done.add(range.count, ordering: .relaxed).newValue)
      return block
    }
    var offsets = [0]
    var items: [UInt32] = []
    var scores: [Double] = []
    var shortLists = 0
    for list in blocks.lazy.flatMap(\.lists) {
      for item in list {
        items.append(item.node.index)
        scores.append(item.score)
      }
      offsets.append(items.count)
      if list.count < options.k { shortLists += 1 }
    }
    return MethodRun(
      request: request, info: method.info,
      lists: try ItemLists(offsets: offsets, items: items, itemCount: history.itemCount), scores: scores,
      shortLists: shortLists, curves: (method as? any TrainedRecommender)?.curves ?? [:],
      positiveRanks: needsRanks
        ? try PositiveRanks(blocks.flatMap(\.ranks), candidateCounts: blocks.flatMap(\.candidateCounts)) : nil,
      predictions: needsRatings
        ? try RatingPredictions(predicted: blocks.flatMap(\.predicted), actual: blocks.flatMap(\.actual)) : nil,
      preparation: preparation, ranking: ranking.cost())
  }

  /// What some of the test users were answered.
  private struct Block: Sendable {
    var lists: [[RankedNode]]
    var ranks: [[Double]] = []
    var candidateCounts: [Int] = []
    var predicted: [Double] = []
    var actual: [Double] = []
  }

  /// The ranks of a user's relevant items among all candidates; candidates without a score share the last places.
  private func rank(
    heldOutOf position: Int, query: Query, session: any RankingSession, into block: inout Block
  ) throws {
    let candidates = (0..<UInt32(history.itemCount)).filter { query.candidates.admits($0) }
    let scores = try session.scores(of: candidates.map { NodeID(type: engine.recommendedType, index: $0) }, for: query)
      .map { $0 ?? -.infinity }
    let sorted = scores.sorted(by: >)
    /// How many scores are above, or with `orEqual` not below, the given one.
    func count(above score: Double, orEqual: Bool) -> Int {
      var low = 0
      var high = sorted.count
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] > score || (orEqual && sorted[middle] == score) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    let relevant = Set(truth.relevantItems(of: position))
    block.ranks.append(
      zip(candidates, scores).filter { relevant.contains($0.0) }.map { pair in
        let better = count(above: pair.1, orEqual: false)
        let notWorse = count(above: pair.1, orEqual: true)
        return Double(better + 1 + notWorse) / 2
      })
    block.candidateCounts.append(candidates.count)
  }

  /// Predicted beside held-out ratings of a user; items that training does not know have no prediction and are left out.
  private func rate(
    heldOutOf position: Int, query: Query, session: any RankingSession, into block: inout Block
  ) throws {
    let heldOut = split.heldOut
    let edges = heldOut.edges(of: users[position])
    let predicted = try session.scores(
      of: edges.map { NodeID(type: engine.recommendedType, index: heldOut.targets[$0]) }, for: query)
    for (edge, prediction) in zip(edges, predicted) {
      guard let prediction else { continue }
      block.predicted.append(prediction)
      block.actual.append(Double(heldOut.weights[edge]))
    }
  }

  /// Everything that metrics may look at for one run.
  ///
  /// - Parameter baseline: what an obvious method answered, for serendipity.
  public func input(for run: MethodRun, baseline: MethodRun? = nil) -> EvaluationInput {
    var input = EvaluationInput(lists: run.lists, truth: truth)
    input.popularity = popularity
    input.headTail = HeadTail(popularity)
    input.history = history
    input.categories = categories
    input.baseline = baseline?.lists
    input.positiveRanks = run.positiveRanks
    input.predictions = run.predictions
    return input
  }

  /// What the test user at `position` asks.
  func query(for position: Int, seed: UInt64) throws -> Query {
    let full = try fullQuery(for: users[position], seed: seed)
    guard let count = options.sampledNegatives else { return full }
    let relevant = truth.relevantItems(of: position)
    var random = RandomStream(seed: options.seed, stream: UInt64(users[position]))
    var open = (0..<UInt32(history.itemCount)).filter { full.candidates.admits($0) && !relevant.contains($0) }
    for place in 0..<min(count, open.count) {
      open.swapAt(place, place + Int(random.draw(below: UInt32(open.count - place))))
    }
    var candidates = full.candidates
    candidates.allowed = NodeSet(relevant + open.prefix(count))
    return Query(sources: full.sources, candidates: candidates, seed: seed)
  }

  private func fullQuery(for user: UInt32, seed: UInt64) throws -> Query {
    let node = NodeID(type: engine.askingType, index: user)
    if try engine.snapshot.relations[hop.relation].forward.degree(of: user) > 0 {
      return try engine.recommendationQuestion(for: node, seed: seed).query
    }
    let shown = split.revealed.edges(of: user)
    let type = engine.recommendedType
    let seen = NodeSet(try engine.seen(by: node).indices + split.revealed.targets(of: user))
    return Query(
      sources: shown.isEmpty
        ? [WeightedSource(node)]
        : shown.map { edge in
          WeightedSource(
            NodeID(type: type, index: split.revealed.targets[edge]), weight: Double(split.revealed.weights[edge]))
        },
      candidates: CandidateFilter(type: type, excluded: seen), seed: seed)
  }

  private static func drawn(_ users: [UInt32], _ options: RunOptions) -> [UInt32] {
    guard let limit = options.userLimit, limit < users.count else { return users }
    func key(_ user: UInt32) -> UInt64 { mix64(options.seed ^ mix64(UInt64(user) &+ 1)) }
    return users.sorted { (key($0), $0) < (key($1), $1) }.prefix(limit).sorted()
  }

  private static func truth(
    of users: [UInt32], split: Split, options: RunOptions, itemCount: Int
  ) throws -> GroundTruth {
    let heldOut = split.heldOut
    let kept = users.map { user in
      heldOut.edges(of: user).filter { edge in options.relevantFrom.map { heldOut.weights[edge] >= $0 } ?? true }
    }
    if let least = options.relevantFrom, kept.allSatisfy(\.isEmpty) {
      let weights = users.lazy.flatMap { heldOut.edges(of: $0).map { heldOut.weights[$0] } }
      if let heaviest = weights.max() { throw EngineError.nothingRelevant(from: least, heaviest: heaviest) }
    }
    return try GroundTruth(
      kept.map { $0.map { heldOut.targets[$0] } },
      grades: options.isGraded ? kept.map { $0.map { heldOut.weights[$0] } } : nil, itemCount: itemCount)
  }

  private static func distinctNeighbors(of node: UInt32, in adjacency: Adjacency) throws(GraphError) -> [UInt32] {
    var found: [UInt32] = []
    for edge in try adjacency.edges(of: node) {
      let neighbor = try adjacency.neighbor(at: edge)
      if found.last != neighbor { found.append(neighbor) }
    }
    return found
  }

  private static func categories(of snapshot: Snapshot, hop: Hop) throws -> ItemCategories? {
    guard let relation = try? snapshot.categoryRelation(for: hop) else { return nil }
    let adjacency = snapshot.relations[relation].forward
    return try ItemCategories(
      (0..<UInt32(adjacency.nodeCount)).map { try distinctNeighbors(of: $0, in: adjacency) },
      categoryCount: adjacency.neighborCount)
  }
}
