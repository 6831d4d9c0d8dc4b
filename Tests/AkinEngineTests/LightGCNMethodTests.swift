import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@testable import AkinEngine

/// LightGCN trained to a file: written, interrupted, taken up again, read.
@Suite struct LightGCNMethodTests {
  private let folder = TemporaryFolder()
  private let board: Checkerboard
  private let parameters = ["epochs": "8", "check": "2", "size": "8", "negatives": "20", "batch": "5"]

  init() throws { board = try Checkerboard() }

  private func lists(_ method: any Recommender) throws -> [RankedList] {
    try [0, 1, 5].map { try method.rank(board.query(for: $0), k: 6) }
  }

  private func engine(_ cancellation: Cancellation = Cancellation()) -> Engine {
    Engine(board.snapshot, execution: Execution(threads: 2, cancellation: cancellation))
  }

  private func made(_ parameters: [String: String]) throws -> any Recommender {
    try engine().method(
      named: "lightgcn", parameters: parameters, hop: board.hop, purpose: .recommendation, queryExecution: .serial)
  }

  @Test(arguments: ["0", "1"])
  func `what the file holds answers as the method made at once`(users: String) throws {
    let parameters = parameters.merging(["users": users]) { $1 }
    let report = try engine().train(
      "lightgcn", parameters: parameters, run: TrainingRun(output: folder.file("m")))
    #expect(report.curves["loss"]?.map(\.step) == Array(1...8))
    #expect(folder.names() == ["m"])
    let loaded = try engine().method(model: folder.file("m"))
    #expect(try lists(loaded) == lists(made(parameters)))
    // The file keeps no times: it is the same each time.
    let untimed = report.curves.mapValues { $0.map { CurvePoint(step: $0.step, seconds: 0, value: $0.value) } }
    #expect((loaded as? any TrainedRecommender)?.curves == untimed)
    #expect(loaded.info.parameters.contains { $0.name == "users" && $0.value == "\(Double(users)!)" })
  }

  @Test func `an interrupted training leaves what it had, and goes on to the same`() throws {
    let cancellation = Cancellation()
    let run = TrainingRun(output: folder.file("m")) { if $0.done == 3 { cancellation.cancel() } }
    #expect(throws: TrainingInterrupted(output: folder.file("m"), checkpoint: folder.file("m.checkpoint"))) {
      try engine(cancellation).train("lightgcn", parameters: parameters, run: run)
    }
    #expect(folder.names() == ["m", "m.checkpoint"])
    #expect(
      try lists(engine().method(model: folder.file("m"))) == lists(made(parameters.merging(["epochs": "3"]) { $1 })))
    // Another training cannot go on from there; the same for longer can.
    #expect(throws: EngineError.otherTraining(path: folder.file("m.checkpoint"))) {
      try engine().train(
        "lightgcn", parameters: parameters.merging(["rate": "0.01"]) { $1 },
        run: TrainingRun(output: folder.file("m"), resumes: true))
    }
    let longer = parameters.merging(["epochs": "9"]) { $1 }
    let report = try engine().train(
      "lightgcn", parameters: longer, run: TrainingRun(output: folder.file("m"), resumes: true))
    #expect(report.curves["loss"]?.map(\.step) == Array(1...9))
    #expect(folder.names() == ["m"])
    #expect(try lists(engine().method(model: folder.file("m"))) == lists(made(longer)))
  }
}
