import AkinParallel
import Glibc
import Synchronization

/// A line that says how far long work is: renewed in place on a terminal, absent elsewhere.
final class StudyProgress: Sendable {
  private let isShown: Bool
  private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

  init(isShown: Bool) { self.isShown = isShown && isatty(STDERR_FILENO) == 1 }

  func show(_ what: String, _ done: Int, of all: Int) {
    guard isShown else { return }
    lastShown.withLock { last in
      let now = ContinuousClock.now
      if let last, now - last < .milliseconds(100), done < all { return }
      last = now
      Output.standardError("\r\u{1B}[K\(what): \(grouped(done)) of \(grouped(all))")
    }
  }

  func clear() {
    if isShown { Output.standardError("\r\u{1B}[K") }
  }
}
