import FoundationEssentials
import Glibc

/// Everything that commands print.
enum Output {
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

  static func bold(_ text: String) -> String { isTerminal ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}

/// Rows of text cells that can be printed for people, or for machines as TSV or CSV.
struct Table {
  var columns: [Column]
  var rows: [[String]] = []
  /// Cells that stand out on a terminal.
  var boldCells: Set<Cell> = []

  struct Cell: Hashable {
    var row: Int
    var column: Int
  }

  struct Column {
    var name: String
    var isNumber = false
  }

  enum Style { case aligned, tsv, csv }

  func text(_ style: Style) -> String {
    switch style {
    case .aligned: aligned()
    case .tsv: lines(separator: "\t", quoting: Self.tsvCell)
    case .csv: lines(separator: ",", quoting: Self.csvCell)
    }
  }

  private func lines(separator: String, quoting quote: (String) -> String) -> String {
    ([columns.map(\.name)] + rows).reduce(into: "") { $0 += $1.map(quote).joined(separator: separator) + "\n" }
  }

  private func aligned() -> String {
    let widths = columns.indices.map { column in
      ([columns[column].name] + rows.map { $0[column] }).map { Self.width($0) }.max() ?? 0
    }
    func line(_ cells: [String], row: Int = -1) -> String {
      let padded = cells.enumerated().map { column, plain in
        let cell = boldCells.contains(Cell(row: row, column: column)) ? Output.bold(plain) : plain
        let padding = String(repeating: " ", count: max(0, widths[column] - Self.width(plain)))
        return columns[column].isNumber ? padding + cell : cell + padding
      }
      return String((" " + padded.joined(separator: "  ")).reversed().drop { $0 == " " }.reversed())
    }
    return Output.bold(line(columns.map(\.name))) + "\n"
      + rows.enumerated().reduce(into: "") { text, row in
        text += line(row.element.map { Self.printable($0) }, row: row.offset) + "\n"
      }
  }

  /// Terminal columns that a text takes: two for East Asian wide characters and emoji.
  static func width(_ text: String) -> Int {
    printable(text).reduce(0) { width, character in
      let isWide = character.unicodeScalars.contains { scalar in
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
          0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
          true
        default: scalar.properties.isEmojiPresentation
        }
      }
      return width + (isWide ? 2 : 1)
    }
  }

  /// One line, and no longer than a terminal bears.
  private static func printable(_ text: String) -> String {
    let line = Output.harmless(text).replacing("\n", with: " ").replacing("\t", with: " ")
    return line.count > 100 ? line.prefix(99) + "…" : line
  }

  private static func tsvCell(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 9 || $0 == 10 || $0 == 13 || $0 == 92 }) else { return text }
    return text.unicodeScalars.reduce(into: "") { cell, scalar in
      switch scalar {
      case "\t": cell += "\\t"
      case "\n": cell += "\\n"
      case "\r": cell += "\\r"
      case "\\": cell += "\\\\"
      default: cell.unicodeScalars.append(scalar)
      }
    }
  }

  private static func csvCell(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 44 || $0 == 34 || $0 == 10 || $0 == 13 }) else { return text }
    var cell = "\""
    for scalar in text.unicodeScalars {
      cell.unicodeScalars.append(scalar)
      if scalar == "\"" { cell += "\"" }
    }
    return cell + "\""
  }
}

/// 1,234,567
func grouped(_ value: Int) -> String {
  var text = ""
  for (position, digit) in String(value.magnitude).reversed().enumerated() {
    if position > 0, position % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return (value < 0 ? "-" : "") + String(text.reversed())
}

/// Four significant digits, without an exponent where that is readable.
func rounded(_ value: Double) -> String {
  guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
  let magnitude = log10(abs(value)).rounded(.down)
  guard (-6...9).contains(magnitude) else { return "\(value)" }
  let digits = max(0, 3 - Int(magnitude))
  let factor = pow(10, Double(digits))
  let fixed = (value * factor).rounded() / factor
  if digits == 0 { return "\(Int(fixed))" }
  let whole = Int(abs(fixed).rounded(.down))
  let fraction = Int(((abs(fixed) - Double(whole)) * factor).rounded())
  let text = String(fraction)
  return (value < 0 ? "-" : "") + "\(whole)." + String(repeating: "0", count: max(0, digits - text.count)) + text
}
