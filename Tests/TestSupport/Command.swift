import Foundation

/// What a run of the program said and how it ended.
public struct CommandResult: Sendable, Equatable {
  public var status: Int32
  public var output: String
  public var error: String
}

/// The built program, beside the tests.
public let akinPath =
  URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent().path + "/akin"

/// Runs the program in `folder` and waits for it.
public func akin(_ arguments: String..., in folder: TemporaryFolder) throws -> CommandResult {
  try command(akinPath, arguments, in: folder.path)
}

public func command(_ path: String, _ arguments: [String], in folder: String) throws -> CommandResult {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: path)
  process.arguments = arguments
  process.currentDirectoryURL = URL(fileURLWithPath: folder)
  process.standardInput = FileHandle.nullDevice
  // Files, not pipes: a full pipe would hold the program up.
  let scratch = NSTemporaryDirectory() + "akin-run-" + UUID().uuidString
  defer { for name in [".out", ".err"] { try? FileManager.default.removeItem(atPath: scratch + name) } }
  for name in [".out", ".err"] { _ = FileManager.default.createFile(atPath: scratch + name, contents: nil) }
  let output = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch + ".out"))
  let error = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch + ".err"))
  process.standardOutput = output
  process.standardError = error
  try process.run()
  process.waitUntilExit()
  return CommandResult(
    status: process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus,
    output: String(decoding: bytes(of: scratch + ".out"), as: UTF8.self),
    error: String(decoding: bytes(of: scratch + ".err"), as: UTF8.self))
}
