import AkinGraph
import AkinPropagation
import AkinRanking
import Glibc

extension MethodDefinition {
  /// A method whose factors stochastic gradient descent learns.
  ///
  /// - Parameter measure: what is told of each epoch: "loss".
  static func descent<Factors: DescentFactors>(
    name: String, summary: String, parameters: [ParameterDefinition], measure: String,
    options: @escaping @Sendable (MethodContext) -> Factors.Options,
    recommender: @escaping @Sendable (Factors, MethodContext, MethodInfo) throws -> any Recommender
  ) -> MethodDefinition {
    @Sendable func method(_ factors: Factors, _ context: MethodContext) throws -> any Recommender {
      let info = MethodInfo(
        name: name, parameters: context.described(parameters), fingerprint: context.snapshot.fingerprint)
      return try recommender(factors, context, info)
    }
    return MethodDefinition(
      name: name, summary: summary, parameters: parameters,
      make: { context in
        try method(
          Factors(
            context.snapshot, hop: context.hop, options: options(context), execution: context.execution, from: nil
          ) { _ in }, context)
      },
      training: TrainingDefinition(
        train: { context, run in
          let options = options(context)
          var training = DescentTraining(context, run, method: name, epochs: options.epochs, measure: measure)
          let earlier = try training.earlier(options)
          let factors = try Factors(
            context.snapshot, hop: context.hop, options: options, execution: context.execution, from: earlier
          ) { try training.keep($0) }
          try factors.write(to: run.output, provenance: training.provenance, execution: context.execution)
          return training.report()
        },
        load: { context, file in
          try method(
            Factors(
              file, options: options(context),
              candidateCount: context.snapshot.adjacency(context.hop).nodeCount), context)
        }))
  }
}

/// A training by epochs that keeps where it stands after every one, to go on from.
private struct DescentTraining {
  let provenance: Provenance
  private let context: MethodContext
  private let run: TrainingRun
  private let epochs: Int
  private let measure: String
  private let meter = ResourceMeter()
  private var curve: [CurvePoint] = []
  private var remarks: [String] = []

  /// - Parameter measure: what is told of each epoch: "loss".
  init(_ context: MethodContext, _ run: TrainingRun, method: String, epochs: Int, measure: String) {
    provenance = context.provenance(of: method)
    self.context = context
    self.run = run
    self.epochs = epochs
    self.measure = measure
  }

  /// Where an earlier training stood, if there was one that is to be gone on with.
  mutating func earlier(_ options: some DescentOptions) throws -> DescentCheckpoint? {
    guard run.resumes, unsafe access(run.checkpoint, F_OK) == 0 else { return nil }
    let adjacency = context.snapshot.adjacency(context.hop)
    let checkpoint = try DescentCheckpoint(
      path: run.checkpoint, provenance: provenance, options: options, candidateCount: adjacency.nodeCount,
      connectorCount: adjacency.neighborCount)
    remarks = ["went on after \(checkpoint.epochs) epochs"]
    return checkpoint
  }

  mutating func keep(_ state: DescentCheckpoint) throws {
    let value = state.losses[state.epochs - 1]
    curve.append(CurvePoint(step: state.epochs, seconds: meter.cost().cpuSeconds, value: value))
    try state.write(to: run.checkpoint, provenance: provenance, execution: context.execution)
    run.progress(
      TrainingProgress(done: state.epochs, total: epochs, unit: "epoch", note: "\(measure) \(Float(value))"))
  }

  /// Says how it went, and lets go of what only a training to go on with needs.
  func report() -> TrainingReport {
    _ = unsafe unlink(run.checkpoint)
    return TrainingReport(remarks: remarks, curves: [measure.lowercased(): curve])
  }
}

extension ParameterDefinition {
  static func rateDecay(_ standard: Double) -> ParameterDefinition {
    .init(
      name: "decay", defaultValue: standard, range: 0.001...1, isWhole: false,
      help: "what the learning rate is multiplied by after each epoch")
  }

  static let descentSeed = ParameterDefinition(
    name: "seed", defaultValue: 0, range: 0...1e15, isWhole: true, help: "seed of start, order and draws")
}
