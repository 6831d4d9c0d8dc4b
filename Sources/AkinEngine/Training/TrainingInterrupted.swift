/// A training that was stopped half-way: what it had learned is in the file of the model, and it can be taken up again.
public struct TrainingInterrupted: Error, Equatable, CustomStringConvertible {
  /// The file of the model.
  public var output: String
  /// The file that the training can be taken up from.
  public var checkpoint: String

  public var description: String {
    "interrupted; \(output) holds the best so far, and --resume goes on from \(checkpoint)"
  }
}
