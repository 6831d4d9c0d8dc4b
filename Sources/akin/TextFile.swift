import FoundationEssentials

/// Files of text that commands write, whole or not at all.
enum TextFile {
  /// - Throws: `CommandFailure`.
  static func write(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CommandFailure(message: "\(path): cannot be written, expected a folder that is there and may be written to")
    }
  }
}
