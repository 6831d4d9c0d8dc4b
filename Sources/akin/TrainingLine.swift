import AkinEngine
import Glibc
import Synchronization

/// How far a training is, on standard error: a line renewed in place on a terminal; elsewhere, as in a log, a plain line
/// whenever a tenth more is done.
final class TrainingLine: Sendable {
  private let isShown: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let state = Mutex(State())
  private let start = ContinuousClock.now

  private struct State {
    var lastShown: ContinuousClock.Instant?
    var lastTenth = 0
    var hasLine = false
  }

  init(isShown: Bool) { self.isShown = isShown }

  func show(_ progress: TrainingProgress) {
    guard isShown, progress.total > 0 else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      let elapsed = now - start
      let left = elapsed / max(1, progress.done) * (progress.total - progress.done)
      let text =
        "\(progress.unit) \(grouped(progress.done)) of \(grouped(progress.total))"
        + (progress.note.isEmpty ? "" : ", \(progress.note)") + ", \(left.components.seconds) s left"
      if isTerminal {
        if let last = state.lastShown, now - last < .milliseconds(200), progress.done < progress.total { return }
        state.lastShown = now
        state.hasLine = true
        Output.terminalControl("\r\u{1B}[K" + Output.harmless(text))
      } else {
        let tenth = progress.done * 10 / progress.total
        // Work that is over in a moment needs no log.
        guard tenth > state.lastTenth, elapsed > .seconds(2) else { return }
        state.lastTenth = tenth
        Output.standardError(text + "\n")
      }
    }
  }

  /// Says on a terminal what is done while nothing can be said of how far it is.
  func show(_ text: String) {
    guard isShown, isTerminal else { return }
    state.withLock { $0.hasLine = true }
    Output.terminalControl("\r\u{1B}[K" + text)
  }

  func clear() {
    state.withLock { if $0.hasLine { Output.terminalControl("\r\u{1B}[K") } }
  }
}
