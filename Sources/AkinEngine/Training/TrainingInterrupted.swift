/// A training that was stopped half-way: what it had learned is in the file of the model, and it can be taken up again.
public struct TrainingInterrupted: Error, Equatable, CustomStringConvertible {
  public var output: String
  public var checkpoint: String

  public var description: String {
    "interrupted; \(output) holds the best so far, and --resume goes on from \(checkpoint)"
  }
}
