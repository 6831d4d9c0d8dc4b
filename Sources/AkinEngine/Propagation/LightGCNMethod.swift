import AkinGraph
import AkinParallel
import AkinPropagation
import AkinRanking
import Glibc

extension MethodDefinition {
  static let lightGCN = MethodDefinition(
    name: "lightgcn", summary: "LightGCN: embeddings learned on the graph, smoothed along its edges",
    parameters: [
      .init(name: "layers", defaultValue: 3, range: 1...16, isWhole: true, help: "how often embeddings are smoothed"),
      .init(
        name: "decay", defaultValue: 1, range: 0.01...100, isWhole: false,
        help: "how much a layer counts, as a share of the one before it"),
      .init(name: "size", defaultValue: 64, range: 1...4096, isWhole: true, help: "length of an embedding"),
      .init(
        name: "users", defaultValue: 0, range: 0...1, isWhole: true,
        help: "1: users have embeddings of their own; 0: they are what their items are"),
      .init(
        name: "loss", defaultValue: 0, range: 0...2, isWhole: true, help: "0 softmax, 1 BPR, 2 cross-entropy"),
      .init(
        name: "sampling", defaultValue: 0, range: 0...3, isWhole: true,
        help: "negatives: 0 uniform, 1 by popularity to the power 0.75, 2 hard, 3 from the batch"),
      .init(
        name: "negatives", defaultValue: 0, range: 0...1e6, isWhole: true,
        help: "negatives: for a whole batch with the softmax, else for each pair; 0: 4096 or 1"),
      .init(
        name: "cosine", defaultValue: 1, range: 0...1, isWhole: true, help: "1: scores are cosines; 0: dot products"),
      .init(
        name: "length", defaultValue: 0, range: -10...10, isWhole: false,
        help: "popularity dial with cosines: scores are multiplied by candidates' lengths to this power",
        search: SearchRange(0...1)),
      .init(
        name: "temperature", defaultValue: 0.1, range: 0.001...100, isWhole: false,
        help: "the loss sees scores divided by this", search: SearchRange(0.05...0.3, isLogarithmic: true)),
      .init(
        name: "batch", defaultValue: 512, range: 1...1e7, isWhole: true, help: "users, or pairs, of a step"),
      .init(name: "pairs", defaultValue: 0, range: 0...1, isWhole: true, help: "1: batches are of pairs; 0: of users"),
      .init(
        name: "hidden", defaultValue: 0, range: 0...0.95, isWhole: false,
        help: "share of a history that a step predicts from the rest; 0: all from all"),
      .init(
        name: "rate", defaultValue: 0.005, range: 1e-6...10, isWhole: false, help: "learning rate",
        search: SearchRange(0.001...0.02, isLogarithmic: true)),
      .init(
        name: "regularization", defaultValue: 1e-4, range: 0...100, isWhole: false,
        help: "weight of the squared lengths of embeddings", search: SearchRange(1e-6...1e-2, isLogarithmic: true)),
      .init(
        name: "lazy", defaultValue: 0, range: 0...1, isWhole: true,
        help: "1: a step moves only embeddings of nodes in its batch"),
      .init(
        name: "start", defaultValue: 1, range: 0...1, isWhole: true, help: "0 random, 1 from singular vectors"),
      .init(name: "epochs", defaultValue: 200, range: 1...1e6, isWhole: true, help: "most passes over the edges"),
      .init(
        name: "check", defaultValue: 5, range: 1...1e6, isWhole: true, help: "epochs between looks at held-out items"),
      .init(
        name: "patience", defaultValue: 4, range: 1...1e6, isWhole: true,
        help: "looks without a better NDCG@20 after which training stops"),
      .init(
        name: "numbers", defaultValue: 0, range: 0...1, isWhole: true,
        help: "what edges count: 0 all alike, 1 their weights"),
      .init(name: "seed", defaultValue: 0, range: 0...1e15, isWhole: true, help: "seed of start, order and negatives"),
    ],
    make: { context in
      var trainer = try context.lightGCNTrainer()
      try trainer.run()
      return try trainer.recommender()
    },
    training: TrainingDefinition(
      train: { context, run in try context.trainLightGCN(run) },
      load: { context, file in
        try LightGCN(
          context.snapshot, hop: context.hop, options: context.lightGCNOptions, info: context.info(of: "lightgcn"),
          file: file, execution: context.execution)
      }))
}

extension MethodContext {
  fileprivate var lightGCNOptions: LightGCNOptions {
    var options = LightGCNOptions()
    let (layers, decay) = (Int(values["layers"]!), Float(values["decay"]!))
    var weights: [Float] = [1]
    for _ in 0..<layers { weights.append(weights[weights.count - 1] * decay) }
    let sum = weights.reduce(0, +)
    options.layerWeights = weights.map { $0 / sum }
    options.embeddingSize = Int(values["size"]!)
    options.hasUserEmbeddings = values["users"] == 1
    options.numbers = .init(rawValue: Int(values["numbers"]!))!
    options.loss = .init(rawValue: Int(values["loss"]!))!
    options.sampling = .init(rawValue: Int(values["sampling"]!))!
    options.negatives =
      values["negatives"] == 0 ? options.loss == .softmax ? 4096 : 1 : Int(values["negatives"]!)
    options.isCosine = values["cosine"] == 1
    options.lengthExponent = Float(values["length"]!)
    options.temperature = Float(values["temperature"]!)
    options.batch = values["pairs"] == 1 ? .pairs(Int(values["batch"]!)) : .users(Int(values["batch"]!))
    options.hiddenShare = Float(values["hidden"]!)
    options.learningRate = Float(values["rate"]!)
    options.regularization = Float(values["regularization"]!)
    options.isLazy = values["lazy"] == 1
    options.start = .init(rawValue: Int(values["start"]!))!
    options.epochs = Int(values["epochs"]!)
    options.checkInterval = Int(values["check"]!)
    options.patience = Int(values["patience"]!)
    options.seed = UInt64(values["seed"]!)
    return options
  }

  fileprivate func lightGCNTrainer() throws -> LightGCNTrainer {
    try LightGCNTrainer(
      snapshot, hop: hop, options: lightGCNOptions, info: info(of: "lightgcn"), execution: execution)
  }

  fileprivate func trainLightGCN(_ run: TrainingRun) throws -> TrainingReport {
    var trainer = try lightGCNTrainer()
    let origin = provenance(of: "lightgcn")
    if run.resumes, unsafe access(run.checkpoint, F_OK) == 0 {
      let file = try ModelFile.open(run.checkpoint)
      _ = try file.provenance.hop(in: snapshot, path: run.checkpoint)
      guard Self.isSameTraining(file.provenance, origin) else {
        throw EngineError.otherTraining(path: run.checkpoint)
      }
      try trainer.restore(from: file)
    }
    // What is written after an interruption must not be interrupted by it.
    let writing = Execution(threads: execution.threads)
    func writeModel(_ trainer: LightGCNTrainer) throws {
      try ModelFile.write(trainer.modelColumns(), provenance: origin, to: run.output, execution: writing)
    }
    // A model that another training made stays until this one is done.
    let isReplacing = unsafe !run.resumes && access(run.output, F_OK) == 0
    var lastCheckpoint = -1
    do {
      try trainer.run(
        progress: { progress in
          let ndcg = progress.ndcg.map { ", NDCG@20 \(fourDigits($0))" } ?? ""
          run.progress(
            TrainingProgress(
              done: progress.epoch, total: progress.epochs, unit: "epoch",
              note: "loss \(fourDigits(progress.loss))" + ndcg))
        },
        checkpoint: { trainer in
          lastCheckpoint = trainer.stepCount
          try ModelFile.write(
            trainer.checkpointColumns(), provenance: origin, to: run.checkpoint, execution: writing)
        })
    } catch is CancellationError {
      guard lastCheckpoint >= 0 else { throw CancellationError() }
      if !isReplacing { try writeModel(trainer) }
      throw TrainingInterrupted(output: isReplacing ? nil : run.output, checkpoint: run.checkpoint)
    }
    try writeModel(trainer)
    _ = unsafe unlink(run.checkpoint)
    return TrainingReport(remarks: trainer.remarks, curves: trainer.curves)
  }

  /// Whether two trainings take the same steps, however many of them.
  private static func isSameTraining(_ left: Provenance, _ right: Provenance) -> Bool {
    func steps(_ provenance: Provenance) -> [String: String] {
      provenance.parameters.filter { $0.key != "epochs" && $0.key != "patience" }
    }
    return left.method == right.method && left.relation == right.relation && left.direction == right.direction
      && steps(left) == steps(right)
  }
}

private func fourDigits(_ value: Double) -> String {
  let units = Int((abs(value) * 10_000).rounded())
  let digits = String(units % 10_000)
  return (value < 0 ? "-" : "") + "\(units / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
}
