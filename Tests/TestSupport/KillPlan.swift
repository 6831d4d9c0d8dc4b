import Foundation

/// How often a command is killed, and when: `AKIN_KILL_ROUNDS` sets how often.
public struct KillPlan: Sendable {
  public var rounds: Int

  public init(rounds: Int) {
    self.rounds = ProcessInfo.processInfo.environment["AKIN_KILL_ROUNDS"].flatMap { Int($0) } ?? rounds
  }

  /// Starts the program and kills it after a time drawn up to `longest` seconds.
  ///
  /// - Returns: whether it ended well before.
  public func killed(
    _ arguments: [String], in folder: TemporaryFolder, within longest: Double, using random: inout SplitMix64
  ) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: akinPath)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    usleep(UInt32.random(in: 0...UInt32(longest * 1e6), using: &random))
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return process.terminationReason == .exit && process.terminationStatus == 0
  }

  /// How long the program takes, so that kills fall on all of its way.
  public func seconds(_ arguments: [String], in folder: TemporaryFolder) throws -> Double {
    let start = ContinuousClock.now
    _ = try command(akinPath, arguments, in: folder.path)
    return (ContinuousClock.now - start) / .seconds(1)
  }
}
