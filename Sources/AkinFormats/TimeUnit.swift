/// The unit of timestamps that are written as numbers.
public enum TimeUnit: String, Sendable, CaseIterable {
  case seconds
  case milliseconds
  case microseconds
  case nanoseconds

  /// How many of it are one second.
  public var perSecond: Int64 {
    switch self {
    case .seconds: 1
    case .milliseconds: 1_000
    case .microseconds: 1_000_000
    case .nanoseconds: 1_000_000_000
    }
  }

  /// The unit that the largest magnitude among the timestamps of a file suggests: below 10^11 seconds (until the year
  /// 5138), below 10^14 milliseconds, below 10^17 microseconds, else nanoseconds.
  ///
  /// The guess errs for files whose times all lie near 1970: before 3 March 1973 milliseconds pass for seconds, and the
  /// others likewise.
  public static func guess(largestMagnitude: UInt64) -> TimeUnit {
    switch largestMagnitude {
    case ..<100_000_000_000: .seconds
    case ..<100_000_000_000_000: .milliseconds
    case ..<100_000_000_000_000_000: .microseconds
    default: .nanoseconds
    }
  }

  /// The timestamp in seconds, rounded down.
  public func seconds(_ timestamp: Int64) -> Int64 {
    let (quotient, remainder) = timestamp.quotientAndRemainder(dividingBy: perSecond)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
