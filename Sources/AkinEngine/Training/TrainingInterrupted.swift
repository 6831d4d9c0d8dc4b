/// A training that was stopped half-way: what it had learned is in the file of the model, and it can be taken up again.
public struct TrainingInterrupted: Error, Equatable, CustomStringConvertible {
  /// The file of the model; `nil` where none was written.
  public var output: String?
  /// The file that the training can be taken up from.
  public var checkpoint: String

  /// `output` is `nil` where no model was written.
  public init(output: String?, checkpoint: String) {
    self.output = output
    self.checkpoint = checkpoint
  }

  public var description: String {
    "interrupted; " + (output.map { "\($0) holds the best so far, and " } ?? "no model was written; ")
      + "--resume goes on from \(checkpoint)"
  }
}
