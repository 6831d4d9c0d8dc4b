public import AkinParallel

/// A graph to train on and the edges that were held out of it.
///
/// Methods see `train` alone: popularity, weights of all kinds and tuning come from it, so nothing held out leaks. The
/// token names graph, kind, parameters and seed; the same token gives the same split anywhere.
public struct Split: Sendable {
  /// How the edges were divided.
  public let plan: SplitPlan
  /// Which of `plan.foldCount` divisions this is, from 0.
  public let fold: Int
  /// Fingerprint of the graph, and the plan: `37a2…/random:share=0.2,seed=7`.
  public let token: String
  /// The graph without what was held out, with all its nodes.
  public let train: Snapshot
  /// Edges of the primary relation that a method should find, by who acts.
  public let heldOut: EdgeRows
  /// What users who are not in training show of themselves at the time of asking; empty for all others.
  public let revealed: EdgeRows
  /// What to know before trusting the numbers; empty where nothing is amiss.
  public let warnings: [SplitWarning]

  /// Who is tested: those with something held out, ascending.
  public var testUsers: [UInt32] { heldOut.sources }
}

/// What people should know of a split before they trust numbers that rest on it.
public enum SplitWarning: Sendable, Equatable, CustomStringConvertible {
  /// Test users of whom training knows nothing and who reveal nothing: methods that go by history answer them with
  /// nothing.
  case usersWithoutHistory(Int, of: Int)
  /// Held-out edges that go to items without a single training edge.
  case coldItems(edges: Int, of: Int)
  /// Pairs on both sides of a cut; they were left out of the test.
  case heldOutInTrain(Int)
  /// Given test edges that were in the graph; they were taken out of training.
  case givenInGraph(Int, of: Int)
  /// Edges that a split by time can put on neither side; they were left out of both.
  case unknownTimes(Int)

  public var description: String {
    switch self {
    case .usersWithoutHistory(let users, let all):
      "\(users) of \(all) test users \(users == 1 ? "has" : "have") no history in training"
    case .coldItems(let edges, let all):
      "\(edges) of \(all) held-out edges \(edges == 1 ? "goes" : "go") to items without a training edge"
    case .heldOutInTrain(let pairs): "held-out pairs that are in training too, and were left out of the test: \(pairs)"
    case .givenInGraph(let pairs, let all):
      "given test pairs that were in the training data, and were taken out of it: \(pairs) of \(all)"
    case .unknownTimes(let edges): "edges without a time, left out of both training and test: \(edges)"
    }
  }
}

extension Snapshot {
  /// Divides the primary relation as `plan` says.
  ///
  /// - Parameter fold: below `plan.foldCount`.
  /// - Throws: `SplitError.needsTimes`, `.nothingHeldOut`, `.nothingToTrainOn`; `GraphError.damagedData`;
  ///   `CancellationError`.
  /// - Complexity: O(m log m) time, O(m + nodes) space.
  public func split(_ plan: SplitPlan, fold: Int = 0, execution: Execution = .serial) throws -> Split {
    precondition((0..<plan.foldCount).contains(fold), "fold \(fold) of \(plan.foldCount)")
    if case .given = plan { preconditionFailure("a given split is made from its edges") }
    var drawing = try SplitDrawing(self)
    try drawing.draw(plan, fold: fold)
    return try finished(drawing, plan: plan, fold: fold, execution: execution)
  }

  /// Holds out pairs that somebody else chose: the test part of a published split. Those of them that are edges of this
  /// graph are taken out of training.
  ///
  /// - Parameter pairs: of existing nodes; one given twice counts once.
  /// - Throws: as `split(_:fold:execution:)`.
  public func split(holdingOut pairs: [EdgePair], execution: Execution = .serial) throws -> Split {
    var drawing = try SplitDrawing(self)
    let digest = try drawing.give(pairs)
    return try finished(drawing, plan: .given(digest: digest), fold: 0, execution: execution)
  }

  private func finished(
    _ drawing: SplitDrawing, plan: SplitPlan, fold: Int, execution: Execution
  ) throws -> Split {
    let parts = drawing.parts
    let train = try keepingEdges(of: schema.roles.primaryRelation, execution: execution) {
      parts[$0.position] == .train
    }
    let (heldOut, revealed) = try drawing.rows()
    guard heldOut.count > 0 else { throw SplitError.nothingHeldOut(split: "\(plan)") }
    let edges = train.relations[schema.roles.primaryRelation]
    guard edges.forward.edgeCount > 0 else { throw SplitError.nothingToTrainOn(split: "\(plan)") }
    var warnings = drawing.warnings
    let users = heldOut.sources
    let strangers = try users.count { user in
      try edges.forward.degree(of: user) == 0 && revealed.edges(of: user).isEmpty
    }
    if strangers > 0 { warnings.append(.usersWithoutHistory(strangers, of: users.count)) }
    let cold = try heldOut.targets.count { try edges.reverse.degree(of: $0) == 0 }
    if cold > 0 { warnings.append(.coldItems(edges: cold, of: heldOut.count)) }
    return Split(
      plan: plan, fold: fold, token: "\(hex(fingerprint))/\(plan)", train: train, heldOut: heldOut,
      revealed: revealed, warnings: warnings)
  }
}

/// Two ends of an edge of the primary relation.
public struct EdgePair: Sendable, Hashable, Comparable {
  /// Index within the source type of the primary relation.
  public var source: UInt32
  /// Index within its target type.
  public var target: UInt32

  /// Both nodes exist in the graph that the pair is used with.
  public init(source: UInt32, target: UInt32) {
    self.source = source
    self.target = target
  }

  public static func < (left: Self, right: Self) -> Bool { (left.source, left.target) < (right.source, right.target) }
}

extension SplitPlan {
  /// Reads a token that `Split.token` gave, and checks that it belongs to `snapshot`; also a plan without a fingerprint.
  ///
  /// - Throws: `SplitError`.
  public init(token text: String, for snapshot: Snapshot) throws(SplitError) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2 {
      guard parts[0] == hex(snapshot.fingerprint) else {
        throw .otherGraph(found: parts[0], expected: hex(snapshot.fingerprint))
      }
    }
    try self.init(parsing: parts[parts.count - 1])
  }
}
