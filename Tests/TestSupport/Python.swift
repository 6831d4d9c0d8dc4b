import Foundation

/// Runs the host's `python3`, for tests against other people's code.
public enum Python {
  public struct Failure: Error, CustomStringConvertible {
    public var description: String
  }

  /// Whether `python3` is there and can import all of `modules`.
  public static func canImport(_ modules: String...) -> Bool {
    (try? run("import \(modules.joined(separator: ", "))")) != nil
  }

  /// What `script` printed.
  public static func run(
    _ script: String, arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "python3 ended with status \(process.terminationStatus) after printing '\(text)'")
    }
    return text
  }
}
