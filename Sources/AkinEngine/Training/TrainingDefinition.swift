public import AkinGraph
public import AkinParallel
public import AkinRanking

/// How a method is trained ahead of the questions that it answers.
public struct TrainingDefinition: Sendable {
  /// Trains on the graph of the context and writes the file that `load` takes, whole or not at all.
  let train: @Sendable (MethodContext, TrainingRun) throws -> TrainingReport
  /// The method as it was trained; the context is of the same graph, relation and parameters.
  let load: @Sendable (MethodContext, ModelFile) throws -> any Recommender
  /// Brings a file up to date with the graph of the context, from the graph that it was made from, to the bits of a new
  /// training; `nil` where only a new training will do.
  var refresh: (@Sendable (MethodContext, ModelFile, _ before: Snapshot, TrainingRun) throws -> TrainingReport)? = nil
}

extension TrainingDefinition {
  /// Whether a file can be brought up to date without learning anew.
  public var canRefresh: Bool { refresh != nil }
}

/// What is asked of a training besides the parameters of the method.
public struct TrainingRun: Sendable {
  /// Where the file goes.
  public var output: String
  /// Whether to go on from the checkpoint that an earlier training to the same file left, where there is one.
  public var resumes: Bool
  /// Told how far the work is, from any thread.
  public var progress: @Sendable (TrainingProgress) -> Void

  /// By default a training starts anew and tells nobody how far it is.
  public init(
    output: String, resumes: Bool = false, progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
  ) {
    self.output = output
    self.resumes = resumes
    self.progress = progress
  }

  /// Where a training that lasts keeps what it has, to go on from.
  public var checkpoint: String { output + ".checkpoint" }
}

/// How far a training is.
public struct TrainingProgress: Sendable, Equatable {
  /// What is done so far, in `unit`; at most `total`.
  public var done: Int
  /// What there is to do at most; a training may end before.
  public var total: Int
  /// What `done` counts: "epoch", "rows".
  public var unit: String
  /// What was measured last: "loss 0.2341, NDCG@20 0.1502".
  public var note: String

  /// `done` and `total` are counts of `unit`, from 0.
  public init(done: Int, total: Int, unit: String, note: String = "") {
    self.done = done
    self.total = total
    self.unit = unit
    self.note = note
  }
}

/// How a training ended.
public struct TrainingReport: Sendable, Equatable {
  /// What there is to say, line by line: "stopped after 32 epochs: NDCG@20 has not risen for 5".
  public var remarks: [String]
  /// What was measured over time, by name: "loss", "ndcg@20".
  public var curves: [String: [CurvePoint]]

  /// By default there is nothing to say and nothing was measured.
  public init(remarks: [String] = [], curves: [String: [CurvePoint]] = [:]) {
    self.remarks = remarks
    self.curves = curves
  }
}

extension Engine {
  /// Trains a method and writes what it learnt to `run.output`.
  ///
  /// - Throws: `EngineError`; `GraphError.cannotWrite`; what the method throws; `CancellationError`.
  public func train(
    _ name: String, parameters: [String: String] = [:], hop: Hop? = nil, run: TrainingRun
  ) throws -> TrainingReport {
    let definition = try MethodRegistry.definition(named: name)
    guard let training = definition.training else {
      throw EngineError.notTrained(
        method: name, trained: MethodRegistry.all.filter { $0.training != nil }.map(\.name))
    }
    let context = MethodContext(
      snapshot: snapshot, hop: hop ?? primaryHop, execution: execution, queryExecution: execution,
      values: try definition.values(from: parameters, for: .recommendation),
      texts: try definition.texts(from: parameters))
    return try training.train(context, run)
  }

  /// Brings what was trained up to date with the graph as it is now, and writes it to `run.output`: what a new training
  /// with the same parameters would write.
  ///
  /// - Parameters:
  ///   - path: the file that was trained.
  ///   - before: the graph that it was made from; `nil` where that is gone, and all is made anew.
  /// - Throws: `EngineError.notRefreshed`; as `train`.
  public func refresh(model path: String, before: Snapshot?, run: TrainingRun) throws -> TrainingReport {
    let file = try ModelFile.open(path)
    let definition = try MethodRegistry.definition(named: file.provenance.method)
    guard let training = definition.training, let refresh = training.refresh else {
      throw EngineError.notRefreshed(
        method: definition.name, able: MethodRegistry.all.filter { $0.training?.refresh != nil }.map(\.name))
    }
    guard let number = snapshot.schema.relations.firstIndex(where: { $0.name == file.provenance.relation }) else {
      throw EngineError.unknownRelation(file.provenance.relation, known: snapshot.schema.relations.map(\.name))
    }
    let context = MethodContext(
      snapshot: snapshot, hop: Hop(relation: number, direction: file.provenance.direction), execution: execution,
      queryExecution: execution, values: try definition.values(from: file.provenance.parameters, for: .recommendation),
      texts: try definition.texts(from: file.provenance.parameters))
    guard let before else {
      var report = try training.train(context, run)
      report.remarks.insert("the graph that \(path) was made from is gone, so all rows were computed", at: 0)
      return report
    }
    _ = try file.provenance.hop(in: before, path: path)
    return try refresh(context, file, before, run)
  }

  /// The method that the file at `path` holds, trained.
  ///
  /// - Throws: `GraphError` where the file is damaged or of another graph; `EngineError`.
  public func method(
    model path: String, queryExecution: Execution? = nil
  ) throws -> any Recommender {
    let file = try ModelFile.open(path)
    let hop = try file.provenance.hop(in: snapshot, path: path)
    let definition = try MethodRegistry.definition(named: file.provenance.method)
    guard let training = definition.training else {
      throw EngineError.notTrained(
        method: definition.name, trained: MethodRegistry.all.filter { $0.training != nil }.map(\.name))
    }
    return try training.load(
      MethodContext(
        snapshot: snapshot, hop: hop, execution: execution, queryExecution: queryExecution ?? execution,
        values: try definition.values(from: file.provenance.parameters, for: .recommendation),
        texts: try definition.texts(from: file.provenance.parameters)), file)
  }

  /// From what is recommended to who asks, along the primary relation.
  var primaryHop: Hop { Hop(relation: snapshot.schema.roles.primaryRelation, direction: .reverse) }
}

extension MethodContext {
  /// What a file made from this context says of where it comes from.
  func provenance(of method: String) -> Provenance {
    Provenance(
      method: method, parameters: values.mapValues { "\($0)" }.merging(texts) { $1 }, snapshot: snapshot, hop: hop)
  }
}
