import AkinGraph
import FoundationEssentials
import Glibc

/// Everything that commands print.
enum Output {
  /// Removes the log of the graph that a new one was written over, and says so.
  static func discard(_ replaced: borrowing OverlayReplacement, of graph: String) throws {
    guard let batches = try replaced.discard() else { return }
    standardError(
      "warning: \(graph).log: removed with \(counted(batches, "change")) to the graph that was there before\n")
  }

  static let isTerminal = isatty(STDOUT_FILENO) == 1

  /// - Throws: `CommandFailure` when standard output takes no more, as on a full disk.
  static func write(_ text: String) throws {
    if let failure = write(text, to: STDOUT_FILENO) {
      throw CommandFailure(message: "standard output: cannot be written: \(unsafe String(cString: strerror(failure)))")
    }
  }

  /// Text without what could steer a terminal: control characters but line breaks and tabs, and marks that turn the
  /// direction of writing. Labels and file contents come from outside.
  static func harmless(_ text: String) -> String {
    func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 9, 10: false
      case 0..<32, 127..<160, 0x202A...0x202E, 0x2066...0x2069: true
      default: false
      }
    }
    guard text.unicodeScalars.contains(where: isHarmful) else { return text }
    return text.unicodeScalars.reduce(into: "") { $0.unicodeScalars.append(isHarmful($1) ? "\u{FFFD}" : $1) }
  }

  static func standardError(_ text: String) { terminalControl(harmless(text)) }

  /// Text of our own that moves the cursor, on standard error.
  static func terminalControl(_ text: String) {
    // Nobody is left to be told when this fails.
    _ = write(text, to: STDERR_FILENO)
  }

  /// The error number, or `nil` when all was written.
  private static func write(_ text: String, to descriptor: Int32) -> Int32? {
    let bytes = Array(text.utf8)
    var position = 0
    while position < bytes.count {
      let written = unsafe bytes[position...].withUnsafeBytes { rest in
        unsafe Glibc.write(descriptor, rest.baseAddress!, rest.count)
      }
      if written >= 0 {
        position += written
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  /// Not where somebody asked for none (https://no-color.org), or where the terminal knows no such thing.
  private static let hasStyle: Bool = {
    func variable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
    return isTerminal && (variable("NO_COLOR") ?? "").isEmpty && variable("TERM") != "dumb"
  }()

  static func bold(_ text: String) -> String { hasStyle ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
