/// JSON written in a fixed order, so that equal values give equal text.
enum JSONText {
  /// Any text in quotes.
  ///
  /// `<` and the line separators of Unicode are written as escapes, so that the text can stand inside a script.
  static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  static func number(_ value: Double) -> String { DotText.number(value) }

  static func object(_ members: [(name: String, value: String?)]) -> String {
    "{" + members.compactMap { name, value in value.map { "\(string(name)): \($0)" } }.joined(separator: ", ") + "}"
  }
}
