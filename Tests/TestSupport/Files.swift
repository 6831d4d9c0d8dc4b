import Foundation

/// A folder of its own for one test, gone afterwards.
public final class TemporaryFolder: Sendable {
  public let path: String

  public init() {
    path = NSTemporaryDirectory() + "akin-tests-" + UUID().uuidString
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  public func file(_ name: String) -> String { path + "/" + name }

  @discardableResult
  public func write(_ content: String, to name: String) -> String { write(Array(content.utf8), to: name) }

  @discardableResult
  public func write(_ content: [UInt8], to name: String) -> String {
    _ = FileManager.default.createFile(atPath: file(name), contents: Data(content))
    return file(name)
  }

  public func names() -> [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

public func bytes(of path: String) -> [UInt8] { FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? [] }

/// The top folder of the project.
public let projectFolder = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

/// Where data sets are that the project may not bring along; tests that want one are skipped where it is absent.
public func sharedData(_ name: String) -> String { projectFolder + "/../shared/data/" + name }

public func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

/// The pairs of the bundled table of eighteen women and fourteen events.
public func southernWomen() throws -> [(String, String)] {
  let text = try String(contentsOfFile: projectFolder + "/graphs/southern-women/attendance.csv", encoding: .utf8)
  return text.split(separator: "\n").dropFirst().map { line in
    let fields = line.split(separator: ",")
    return (String(fields[0]), String(fields[1]))
  }
}
