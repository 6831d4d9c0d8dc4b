import AkinFormats
import AkinGraph
import AkinParallel
import AkinRanking

/// What an evaluation is made on: a graph and how to divide it.
struct StudyData {
  /// How the data are called in reports.
  var name: String
  var snapshot: Snapshot
  var folds: Int
  /// What was taken for granted or left out while reading.
  var warnings: [String] = []
  private var plan: SplitPlan?
  private var pairs: [EdgePair] = []

  /// - Parameter graph: a path; `nil` when `options` bring training pairs.
  init(graph: String?, options: SplitOptions, execution: Execution) throws {
    if let test = options.test {
      var users = NameIndex()
      var items = NameIndex()
      func read(_ path: String) throws -> ListFile {
        try ListFile(path: path, users: &users, items: &items, cancellation: execution.cancellation)
      }
      let train = try options.train.map { try read($0) }
      let held = try read(test)
      folds = 1
      if let graph {
        let whole = try Snapshot.open(graph)
        snapshot = try Self.restricted(whole, to: train, users: users, items: items, execution: execution)
        name = graph
        if let train {
          let found = try Self.pairs(of: train, in: whole, users: users, items: items)
          if found.unknown > 0 {
            warnings.append("\(train.path): \(found.unknown) pairs name a user or item that the graph does not have")
          }
        }
        let found = try Self.pairs(of: held, in: snapshot, users: users, items: items)
        pairs = found.pairs
        if found.unknown > 0 {
          warnings.append(
            "\(test): \(found.unknown) of \(counted(held.entries.count, "pair")) left out: a user or item that the graph does not have"
          )
        }
        guard !pairs.isEmpty else {
          throw CommandFailure(
            message:
              "\(test): none of its \(counted(held.entries.count, "pair")) is about a user and an item of \(graph)")
        }
      } else if let train {
        snapshot = try Self.snapshot(of: train, users: users, items: items, execution: execution)
        name = train.path
        pairs = held.entries.map { EdgePair(source: $0.user, target: $0.item) }
        guard !pairs.isEmpty else { throw CommandFailure(message: "\(test): found no pair, expected at least one") }
      } else {
        throw CommandFailure.usage("expected a graph, or --train with --test")
      }
      return
    }
    guard let graph else { throw CommandFailure.usage("expected a graph, or --train with --test") }
    snapshot = try Snapshot.open(graph)
    name = graph
    let plan = try options.plan(for: snapshot)
    self.plan = plan
    folds = plan.foldCount
  }

  /// What divides the data, for people.
  var splitText: String { plan.map { "\($0)" } ?? "given files" }

  func split(fold: Int, execution: Execution) throws -> Split {
    do {
      if let plan { return try snapshot.split(plan, fold: fold, execution: execution) }
      return try snapshot.split(holdingOut: pairs, execution: execution)
    } catch let error as SplitError {
      throw CommandFailure(message: "\(name): \(error)")
    }
  }

  private static func pairs(
    of file: ListFile, in snapshot: Snapshot, users: NameIndex, items: NameIndex
  ) throws -> (pairs: [EdgePair], unknown: Int) {
    let relation = snapshot.schema.primaryRelation
    func known(_ names: NameIndex, _ type: NodeTypeID) throws -> [UInt32?] {
      try names.names.map { try snapshot.table(of: type).index(ofID: $0) }
    }
    let sources = try known(users, relation.sourceType)
    let targets = try known(items, relation.targetType)
    var pairs: [EdgePair] = []
    var unknown = 0
    for entry in file.entries {
      if let source = sources[Int(entry.user)], let target = targets[Int(entry.item)] {
        pairs.append(EdgePair(source: source, target: target))
      } else {
        unknown += 1
      }
    }
    return (pairs, unknown)
  }

  /// The graph with only the edges that the training file has.
  private static func restricted(
    _ snapshot: Snapshot, to train: ListFile?, users: NameIndex, items: NameIndex, execution: Execution
  ) throws -> Snapshot {
    guard let train else { return snapshot }
    let kept = Set(try pairs(of: train, in: snapshot, users: users, items: items).pairs)
    return try snapshot.keepingEdges(of: snapshot.schema.roles.primaryRelation, execution: execution) {
      kept.contains(EdgePair(source: $0.source, target: $0.target))
    }
  }

  /// A graph of users and items from a training file; everybody in either file is a node of it.
  private static func snapshot(
    of train: ListFile, users: NameIndex, items: NameIndex, execution: Execution
  ) throws -> Snapshot {
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let item = builder.addNodeType("item")
    for name in users.names { _ = try builder.intern(name, type: user) }
    for name in items.names { _ = try builder.intern(name, type: item) }
    let hasWeights =
      train.hasScores && train.entries.allSatisfy { $0.score > 0 && Float($0.score).isFinite && Float($0.score) > 0 }
    let relation = builder.addRelation(
      hasWeights ? "rated" : "interacted", from: user, to: item, duplicates: hasWeights ? .last : .count)
    for entry in train.entries {
      builder.addEdge(
        relation, from: entry.user, to: entry.item, weight: hasWeights ? Float(entry.score) : nil)
    }
    return try builder.build(execution: execution).snapshot
  }
}
