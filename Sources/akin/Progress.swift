import Glibc

/// How far long work is, on standard error: a line that changes on a terminal, nothing elsewhere.
final class Progress {
  private let label: String
  private let isShown: Bool
  private let start = Progress.now()
  private var last = 0.0
  private var hasLine = false

  init(_ label: String, isQuiet: Bool) {
    self.label = label
    isShown = !isQuiet && isatty(STDERR_FILENO) == 1
  }

  deinit { finish() }

  /// - Parameter share: of the work that is done, in 0...1.
  func report(_ share: Double) {
    guard isShown else { return }
    let elapsed = Self.now() - start
    // Work that is over in a moment needs no line, and a terminal no more than five changes a second.
    guard elapsed > 0.5, elapsed - last > 0.2 else { return }
    last = elapsed
    hasLine = true
    let left = share > 0 ? elapsed / share - elapsed : 0
    Output.terminalControl("\r\u{1B}[K\(label): \(Int(share * 100)) %, \(Int(left.rounded(.up))) s left")
  }

  func finish() {
    if hasLine { Output.terminalControl("\r\u{1B}[K") }
    hasLine = false
  }

  /// A line for who waits at a terminal.
  static func remark(_ text: String) {
    if isatty(STDERR_FILENO) == 1 { Output.standardError("note: \(text)\n") }
  }

  private static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
