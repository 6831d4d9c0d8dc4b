public import AkinGraph
import AkinLinearAlgebra
public import AkinParallel
public import AkinRanking
import FoundationEssentials
import Glibc

/// Trains LightGCN step by step: gradients of all of a batch, Adam, and now and then a look at a slice of histories that was
/// held out. What it is after so many steps depends on graph, options and seed alone, not on threads nor on where it was
/// stopped and taken up again.
///
/// - Complexity: O(m · d · (layers − 1)) a step for the propagation, and what the loss takes. Some 14 matrices of items by d
///   and 16 bytes an edge.
public struct LightGCNTrainer: Sendable {
  /// How far the training is.
  public struct Progress: Sendable, Equatable {
    /// The epoch that ended last, from 1.
    public var epoch: Int
    /// Epochs that there are at most.
    public var epochs: Int
    /// The mean over the epoch.
    public var loss: Double
    /// Of the last look at the held-out slice; `nil` before the first and without a slice.
    public var ndcg: Double?
  }

  /// How it is trained.
  public let options: LightGCNOptions
  /// What the trained method will say of itself.
  public let info: MethodInfo
  private let snapshot: Snapshot
  private let hop: Hop
  private let slice: HeldOutSlice?
  private let relation: NormalizedAdjacency
  private let execution: Execution
  private(set) var state: LightGCNState

  /// - Parameter hop: from candidates (items) to connectors (users).
  /// - Throws: `PropagationError.badOption`, `.noEdges`; `GraphError.damagedData`; `CancellationError`.
  public init(
    _ snapshot: Snapshot, hop: Hop, options: LightGCNOptions = LightGCNOptions(), info: MethodInfo,
    execution: Execution = .serial
  ) throws {
    try options.validate()
    guard snapshot.adjacency(hop).edgeCount > 0 else {
      throw PropagationError.noEdges(relation: snapshot.schema.relations[hop.relation].name)
    }
    self.options = options
    self.info = info
    self.snapshot = snapshot
    self.hop = hop
    self.execution = execution
    slice = try HeldOutSlice(snapshot, hop: hop, options: options, execution: execution)
    relation = try NormalizedAdjacency(
      slice?.train ?? snapshot, hop: hop, numbers: options.numbers, execution: execution
    ).routed()
    // The relation was there twice, and in other forms before.
    releaseFreeMemory()
    state = try LightGCNState(relation, options: options, execution: execution)
  }

  /// Goes on until the epochs are over or the held-out slice no longer gains.
  ///
  /// - Parameters:
  ///   - progress: told after each epoch.
  ///   - checkpoint: called after looks at the slice, and when the training is cancelled, when `columns` can be taken.
  /// - Throws: `PropagationError.diverged`; `CancellationError` after a last `checkpoint`.
  public mutating func run(
    progress: (Progress) -> Void = { _ in }, checkpoint: (borrowing LightGCNTrainer) throws -> Void = { _ in }
  ) throws {
    // Within a step nothing may stop: half of an update cannot be taken up again.
    let uninterrupted = Execution(threads: execution.threads)
    var step = LightGCNStep(relation, options: options, execution: uninterrupted)
    while state.epoch < options.epochs, !hasStopped {
      let plan = BatchPlan(relation, options: options, epoch: state.epoch)
      var prepared: [LightGCNStep.Preparation] = []
      while state.batch < plan.count {
        guard !execution.cancellation.isCancelled else {
          try checkpoint(self)
          throw CancellationError()
        }
        let start = processorSeconds()
        if prepared.isEmpty { prepared = try nextBatches(of: plan, step, uninterrupted).reversed() }
        let next = prepared.removeLast()
        if next.batch.pairCount > 0 { try take(next, &step, uninterrupted) }
        state.batch += 1
        state.seconds += processorSeconds() - start
      }
      try finishEpoch(&step, uninterrupted, batches: plan.count)
      progress(
        Progress(
          epoch: state.epoch, epochs: options.epochs, loss: state.lastLoss,
          ndcg: state.curves[Self.ndcgName]?.last?.value))
      if state.epoch % options.checkInterval == 0 { try checkpoint(self) }
    }
    guard state.isFinite else { throw diverged("embeddings that are not finite") }
  }

  static let ndcgName = "ndcg@20"

  /// The next batches, so many that each thread makes one, which none of them could share: batches depend on their number alone.
  private func nextBatches(
    of plan: BatchPlan, _ step: LightGCNStep, _ execution: Execution
  ) throws -> [LightGCNStep.Preparation] {
    let first = state.batch
    let count = min(execution.threads, 4, plan.count - first)
    let batches = try concurrentMap(count: count, chunkSize: 1, execution: execution) {
      plan.batch(first + $0.lowerBound)
    }
    // Batches of nothing are no steps.
    let steps = batches.reduce(into: [state.steps]) { $0.append($0[$0.count - 1] + ($1.pairCount > 0 ? 1 : 0)) }
    return try concurrentMap(count: count, chunkSize: 1, execution: execution) {
      try step.prepare(batches[$0.lowerBound], step: steps[$0.lowerBound])
    }
  }

  private mutating func take(
    _ next: LightGCNStep.Preparation, _ step: inout LightGCNStep, _ execution: Execution
  ) throws {
    let result = try step.evaluate(next, state.parameters)
    guard result.loss.isFinite else { throw diverged("loss \(result.loss)") }
    state.lossSum += result.loss
    state.steps += 1
    try state.update(by: result, options: options, execution: execution)
    step.recycle(result.gradient)
  }

  private func diverged(_ found: String) -> PropagationError {
    .diverged(method: info.name, epoch: state.epoch + 1, step: state.steps + 1, found: found)
  }

  private mutating func finishEpoch(_ step: inout LightGCNStep, _ execution: Execution, batches: Int) throws {
    let start = processorSeconds()
    state.epoch += 1
    state.batch = 0
    state.lastLoss = state.lossSum / Double(max(1, batches))
    state.lossSum = 0
    let isLook = state.epoch % options.checkInterval == 0 || state.epoch == options.epochs
    var ndcg: Double?
    if isLook, let slice {
      guard state.isFinite else { throw diverged("embeddings that are not finite") }
      let method = try LightGCN(
        slice.train, hop: hop, relation: relation, parameters: state.parameters,
        tables: try step.tables(state.parameters), options: options, curves: [:], info: info)
      let found = try slice.ndcg(of: method, execution: execution)
      ndcg = found
      if found > state.bestScore ?? -1 {
        (state.bestScore, state.bestEpoch, state.best) = (found, state.epoch, state.parameters)
        state.checksSinceBest = 0
      } else {
        state.checksSinceBest += 1
        // Smaller steps settle what larger ones only stir.
        if state.checksSinceBest > 1 { state.rateFactor /= 2 }
      }
    }
    state.seconds += processorSeconds() - start
    state.record("loss", state.lastLoss)
    if let ndcg { state.record(Self.ndcgName, ndcg) }
  }

  private var hasStopped: Bool { state.checksSinceBest >= options.patience }

  /// The best so far by the held-out slice, the last without one, on the whole graph.
  public func recommender() throws -> LightGCN {
    let whole =
      slice == nil
      ? relation : try NormalizedAdjacency(snapshot, hop: hop, numbers: options.numbers, execution: execution)
    let parameters = state.best ?? state.parameters
    return try LightGCN(
      snapshot, hop: hop, relation: whole, parameters: parameters,
      tables: LightGCNTables(whole, parameters, options: options, execution: Execution(threads: execution.threads)),
      options: options, curves: state.curves, info: info)
  }

  /// What was measured over time: "loss" by epoch, "ndcg@20" by look at the held-out slice.
  public var curves: [String: [CurvePoint]] { state.curves }

  /// How it ended, for people.
  public var remarks: [String] {
    var remarks: [String] = []
    if let slice, let score = state.bestScore {
      remarks.append(
        "kept epoch \(state.bestEpoch) of \(state.epoch): NDCG@20 \(Self.rounded(score)) on held-out items of "
          + "\(slice.userCount) users")
      if hasStopped {
        remarks.append("stopped early: \(options.patience) looks in a row found no better NDCG@20")
      }
    } else if slice == nil {
      remarks.append(
        "the graph is too small to hold a slice out, so all \(options.epochs) epochs were trained and the last was kept"
      )
    }
    return remarks
  }

  static func rounded(_ value: Double) -> String {
    let units = Int((value * 10_000).rounded())
    let digits = String(units % 10_000)
    return "\(units / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
  }
}

// MARK: Files

extension LightGCNTrainer {
  /// Steps so far.
  public var stepCount: Int { state.steps }

  /// What a model needs to answer: the best so far, or the last where nothing was held out. How long it took is left out
  /// of the curves, so that equal trainings write equal files.
  public func modelColumns() throws -> [(name: String, column: ModelColumn)] {
    let parameters = state.best ?? state.parameters
    let curves = state.curves.mapValues { $0.map { CurvePoint(step: $0.step, seconds: 0, value: $0.value) } }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var columns: [(name: String, column: ModelColumn)] = [
      ("items", parameters.items.column()),
      ("curves", .bytes(Column([UInt8](try encoder.encode(curves))))),
    ]
    if let users = parameters.users { columns.append(("users", users.column())) }
    return columns
  }

  /// Everything that `restore` needs to go on.
  public func checkpointColumns() throws -> [(name: String, column: ModelColumn)] { try state.columns() }

  /// Goes on from where a training with the same graph, seed and options (but for the number of epochs and the patience)
  /// wrote its columns.
  ///
  /// - Throws: `GraphError.corrupt`.
  public mutating func restore(from file: ModelFile) throws {
    try state.restore(from: file)
  }
}

func processorSeconds() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
