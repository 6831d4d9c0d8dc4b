import Foundation

/// How far a fuzzer goes: by rounds, not by time, so that a run does the same work on every machine.
public struct FuzzPlan: Sendable {
  public var rounds: Int
  public var seed: UInt64

  /// From `AKIN_FUZZ_ROUNDS` and `AKIN_FUZZ_SEED`, where they are set.
  public init(rounds: Int) {
    let environment = ProcessInfo.processInfo.environment
    self.rounds = environment["AKIN_FUZZ_ROUNDS"].flatMap { Int($0) } ?? rounds
    seed = environment["AKIN_FUZZ_SEED"].flatMap { UInt64($0) } ?? 2026
  }
}
