import AkinGraph
import AkinPropagation
import AkinRanking
import Glibc

/// A training by epochs that keeps where it stands after every one, to go on from.
struct DescentTraining {
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
  mutating func earlier(_ read: (Provenance) throws -> DescentCheckpoint) throws -> DescentCheckpoint? {
    guard run.resumes, unsafe access(run.checkpoint, F_OK) == 0 else { return nil }
    let checkpoint = try read(provenance)
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

extension MethodContext {
  /// How many nodes the relation of the context joins.
  var nodeCounts: (candidates: Int, connectors: Int) {
    let adjacency = snapshot.adjacency(hop)
    return (adjacency.nodeCount, adjacency.neighborCount)
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
