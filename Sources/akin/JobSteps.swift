import AkinEngine

/// The way of a long job from its last note on disk to its end.
struct JobSteps {
  /// What the pieces are called: `lists`, `rows`.
  var unit: String
  /// How many pieces are done between two notes: at first, and within which bounds.
  var first: Int
  var bounds: ClosedRange<Int>
  var isQuiet: Bool

  /// Appends what `text` makes of each stretch of the pieces that are left, and notes on disk about once a second how
  /// far it came: how many pieces that is turns out on the way.
  ///
  /// - Throws: `CommandFailure` with status 130 after an interruption; what `text` throws; `JobFileError`.
  func run(_ file: JobFile, count: Int, text: (Range<Int>) throws -> [[UInt8]]) throws {
    let progress = TrainingLine(isShown: !isQuiet)
    defer { progress.clear() }
    var step = first
    let begun = file.done
    do {
      while file.done < count {
        let start = ContinuousClock.now
        let pieces = file.done..<min(count, file.done + step)
        try file.append(text(pieces), pieces: pieces.count)
        progress.show(TrainingProgress(done: file.done - begun, total: count - begun, unit: unit))
        let elapsed = ContinuousClock.now - start
        if elapsed < .milliseconds(500) {
          step = min(step * 2, bounds.upperBound)
        } else if elapsed > .seconds(1) {
          step = max(bounds.lowerBound, step / 2)
        }
      }
    } catch is CancellationError {
      throw CommandFailure(
        message:
          "interrupted after \(grouped(file.done)) of \(grouped(count)) \(unit); the same command goes on from there",
        status: 130)
    }
  }
}
