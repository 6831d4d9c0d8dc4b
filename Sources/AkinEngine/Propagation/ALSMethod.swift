import AkinGraph
import AkinPropagation
import AkinRanking
import Glibc

extension MethodDefinition {
  static let als: MethodDefinition = {
    let parameters: [ParameterDefinition] = [
      .init(
        name: "size", defaultValue: 64, range: 1...4096, isWhole: true, help: "length of the factors",
        search: SearchRange(32...512, isLogarithmic: true)),
      .init(
        name: "unobserved", defaultValue: 0.05, range: 1e-6...1e6, isWhole: false,
        help: "how much a pair without an edge counts against one with",
        search: SearchRange(0.003...1, isLogarithmic: true)),
      .init(
        name: "regularization", defaultValue: 0.05, range: 1e-9...1e6, isWhole: false,
        help: "how much factors are held down", search: SearchRange(0.001...1, isLogarithmic: true)),
      .init(
        name: "frequency", defaultValue: 0.5, range: 0...2, isWhole: false,
        help: "how much more those of nodes with many edges are", search: SearchRange(0...1)),
      .init(name: "sweeps", defaultValue: 16, range: 1...1000, isWhole: true, help: "how often both sides are solved"),
      .init(
        name: "steps", defaultValue: 0, range: 0...1000, isWhole: true,
        help: "steps of conjugate gradients for each factor; 0: solved exactly"),
      .edgeNumbers,
      .init(name: "seed", defaultValue: 0, range: 0...1e15, isWhole: true, help: "seed of the first factors"),
    ]
    @Sendable func options(_ context: MethodContext) -> ImplicitALSOptions {
      var options = ImplicitALSOptions()
      options.embeddingSize = Int(context.values["size"]!)
      options.unobservedWeight = context.values["unobserved"]!
      options.regularization = context.values["regularization"]!
      options.frequencyExponent = context.values["frequency"]!
      options.sweeps = Int(context.values["sweeps"]!)
      let steps = Int(context.values["steps"]!)
      options.solver = steps == 0 ? .exact : .conjugateGradients(steps: steps)
      options.numbers = context.edgeCount
      options.seed = UInt64(context.values["seed"]!)
      return options
    }
    @Sendable func recommender(_ model: ImplicitALS, _ context: MethodContext) throws -> any Recommender {
      try EmbeddingRecommender(
        context.snapshot, hop: context.hop, candidates: model.candidates, foldIn: ALSFoldIn(model),
        info: MethodInfo(
          name: "als", parameters: context.described(parameters), fingerprint: context.snapshot.fingerprint))
    }
    return MethodDefinition(
      name: "als", summary: "factors by alternating least squares on implicit feedback", parameters: parameters,
      make: { context in
        try recommender(
          ImplicitALS(context.snapshot, hop: context.hop, options: options(context), execution: context.execution),
          context)
      },
      training: TrainingDefinition(
        train: { context, run in try ALSTraining(context: context, options: options(context), run: run).report() },
        load: { context, file in
          try recommender(
            ImplicitALS(
              file, options: options(context), candidateCount: context.snapshot.adjacency(context.hop).nodeCount),
            context)
        }))
  }()
}

/// A training that keeps where it stands after every sweep.
private struct ALSTraining {
  let context: MethodContext
  let options: ImplicitALSOptions
  let run: TrainingRun

  func report() throws -> TrainingReport {
    let provenance = context.provenance(of: "als")
    var earlier: ALSCheckpoint?
    if run.resumes, unsafe access(run.checkpoint, F_OK) == 0 {
      earlier = try ALSCheckpoint(
        path: run.checkpoint, provenance: provenance, options: options,
        candidateCount: context.snapshot.adjacency(context.hop).nodeCount,
        connectorCount: context.snapshot.adjacency(context.hop).neighborCount)
    }
    let meter = ResourceMeter()
    var curve: [CurvePoint] = []
    let model = try ImplicitALS(
      context.snapshot, hop: context.hop, options: options, execution: context.execution, from: earlier
    ) { state in
      let value = state.objective[state.sweeps - 1]
      curve.append(CurvePoint(step: state.sweeps, seconds: meter.cost().cpuSeconds, value: value))
      try state.write(to: run.checkpoint, provenance: provenance, execution: context.execution)
      run.progress(
        TrainingProgress(done: state.sweeps, total: options.sweeps, unit: "sweep", note: "objective \(Float(value))"))
    }
    try model.write(to: run.output, provenance: provenance, execution: context.execution)
    unsafe unlink(run.checkpoint)
    let remarks = earlier.map { ["went on after \($0.sweeps) sweeps"] } ?? []
    return TrainingReport(remarks: remarks, curves: ["objective": curve])
  }
}
