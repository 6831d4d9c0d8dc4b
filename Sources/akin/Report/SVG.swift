/// Pieces of SVG as text.
enum SVG {
  /// For text and attributes alike.
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: if scalar.value >= 32 || scalar == "\n" { result.unicodeScalars.append(scalar) }
      }
    }
  }

  /// A coordinate with one digit after the point: a tenth of a pixel.
  static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) -> String {
    #"<line x1="\#(number(x1))" y1="\#(number(y1))" x2="\#(number(x2))" y2="\#(number(y2))" class="\#(style)"/>"#
  }

  static func text(_ x: Double, _ y: Double, _ content: String, style: String, anchor: String = "start") -> String {
    #"<text x="\#(number(x))" y="\#(number(y))" class="\#(style)" text-anchor="\#(anchor)">\#(escaped(content))</text>"#
  }

  static func path(_ points: [(x: Double, y: Double)], style: String, isClosed: Bool = false) -> String {
    let steps = points.enumerated().map {
      "\($0.offset == 0 ? "M" : "L")\(number($0.element.x)) \(number($0.element.y))"
    }
    return #"<path d="\#(steps.joined())\#(isClosed ? "Z" : "")" class="\#(style)"/>"#
  }
}

/// How one method looks in all charts: a colour, a mark and a dash, each of which alone tells methods apart.
struct SeriesStyle {
  var number: Int

  /// Class of the colour; colours repeat after eight, marks and dashes at other lengths.
  var color: String { "c\(number % 8)" }
  var dash: String { "d\(number % 3)" }

  /// The mark at a point, with a title that a pointer shows.
  func mark(_ x: Double, _ y: Double, title: String, size r: Double = 4.5) -> String {
    func n(_ value: Double) -> String { SVG.number(value) }
    let shape =
      switch number % 6 {
      case 0: #"<circle cx="\#(n(x))" cy="\#(n(y))" r="\#(n(r))"/>"#
      case 1:
        #"<rect x="\#(n(x - r * 0.9))" y="\#(n(y - r * 0.9))" width="\#(n(r * 1.8))" height="\#(n(r * 1.8))"/>"#
      case 2:
        #"<path d="M\#(n(x)) \#(n(y - r * 1.2))L\#(n(x + r * 1.15)) \#(n(y + r * 0.85))L\#(n(x - r * 1.15)) \#(n(y + r * 0.85))Z"/>"#
      case 3:
        #"<path d="M\#(n(x)) \#(n(y - r * 1.3))L\#(n(x + r * 1.3)) \#(n(y))L\#(n(x)) \#(n(y + r * 1.3))L\#(n(x - r * 1.3)) \#(n(y))Z"/>"#
      case 4:
        #"<path d="M\#(n(x)) \#(n(y + r * 1.2))L\#(n(x + r * 1.15)) \#(n(y - r * 0.85))L\#(n(x - r * 1.15)) \#(n(y - r * 0.85))Z"/>"#
      default:
        #"<path d="M\#(n(x - r)) \#(n(y - r * 0.35))h\#(n(r * 0.65))v\#(n(-r * 0.65))h\#(n(r * 0.7))v\#(n(r * 0.65))h\#(n(r * 0.65))v\#(n(r * 0.7))h\#(n(-r * 0.65))v\#(n(r * 0.65))h\#(n(-r * 0.7))v\#(n(-r * 0.65))h\#(n(-r * 0.65))Z"/>"#
      }
    return #"<g class="mark \#(color)"><title>\#(SVG.escaped(title))</title>\#(shape)</g>"#
  }
}
