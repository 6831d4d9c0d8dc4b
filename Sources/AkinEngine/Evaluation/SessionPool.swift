import AkinRanking
import Synchronization

/// Sessions of one method, handed from one piece of work to the next, so that there are never more than threads.
final class SessionPool: Sendable {
  /// A session is used by one thread at a time: whoever took it out of the pool.
  private struct Idle: @unchecked Sendable {
    var session: any RankingSession
  }

  private let method: any Recommender
  private let idle = Mutex<[Idle]>([])

  init(_ method: any Recommender) { self.method = method }

  func withSession<Result>(_ body: (any RankingSession) throws -> Result) rethrows -> Result {
    let taken = idle.withLock { $0.popLast() } ?? Idle(session: method.makeSession())
    defer { idle.withLock { $0.append(taken) } }
    return try body(taken.session)
  }
}
