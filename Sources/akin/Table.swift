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

  static func tsvCell(_ text: String) -> String {
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

  static func csvCell(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 44 || $0 == 34 || $0 == 10 || $0 == 13 }) else { return text }
    var cell = "\""
    for scalar in text.unicodeScalars {
      cell.unicodeScalars.append(scalar)
      if scalar == "\"" { cell += "\"" }
    }
    return cell + "\""
  }
}
