import AkinParallel
import Glibc

/// Ctrl-C: the first asks running work to stop at its next look, the second ends the process at once.
enum Interruption {
  static let cancellation = Cancellation()

  static func install() {
    // Made before the handler can run: a signal handler must not initialise anything.
    _ = cancellation
    let handler: @convention(c) (Int32) -> Void = { _ in
      if Interruption.cancellation.isCancelled { _exit(130) }
      Interruption.cancellation.cancel()
    }
    signal(SIGINT, handler)
    signal(SIGTERM, handler)
    // Whoever started us may have had the signals blocked, as threads of a pool do, and that is inherited.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
