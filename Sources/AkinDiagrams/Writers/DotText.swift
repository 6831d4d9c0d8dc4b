/// Text in the three quotings of the DOT language. All take any string; what a reader of the picture sees is the text
/// itself, whatever it looks like to Graphviz.
enum DotText {
  /// A node's name: the key with everything but ASCII letters, digits and `_.:` written as %XX, in quotes.
  static func name(_ key: String) -> String {
    var result = "\""
    for byte in key.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result + "\""
  }

  /// The inside of an HTML-like label.
  static func html(_ cleaned: String) -> String {
    var result = ""
    for scalar in cleaned.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      // A bracket near the end of a label is a syntax error to Graphviz 2.43.
      case "]": result += "&#93;"
      case "\\": result += "\\\\"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A quoted string in which Graphviz looks for escapes (`\N`) and entities, as in tooltips.
  static func quoted(_ cleaned: String) -> String {
    var result = "\""
    for scalar in cleaned.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "\"": result += "\\\""
      // Graphviz 2.43 looks for escapes in a tooltip twice; the joiner leaves nothing to find the second time.
      case "\\": result += "\\\\" + String(wordJoiner)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Invisible, of no width, forbids a break.
  static let wordJoiner: Unicode.Scalar = "\u{2060}"

  /// Two decimals or as many as told, as Graphviz writes numbers.
  static func number(_ value: Double, decimals: Int = 2) -> String {
    var unit = 1
    for _ in 0..<decimals { unit *= 10 }
    guard value.isFinite, value.magnitude < 1e15 / Double(unit) * 100 else { return "\(value)" }
    let scaled = Int((value.magnitude * Double(unit)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + "\(scaled)" }
    let fraction = String(scaled % unit)
    let padding = String(repeating: "0", count: decimals - fraction.count)
    return sign + "\(scaled / unit).\(padding)\(fraction)"
  }
}
