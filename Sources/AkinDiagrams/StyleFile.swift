import FoundationEssentials

/// A file that says how pictures are to look: JSON.
///
///     { "theme": "dark", "legend": true, "title": true,
///       "types": { "movie": { "shape": "ellipse", "fillcolor": "#204060", "fontcolor": "#FFFFFF", "color": "#88AACC",
///                             "fontsize": 12, "penwidth": 2, "URL": "https://example.org/movie/{id}" } } }
///
/// Attributes of a type are called as Graphviz calls them.
extension DiagramStyle {
  private static let shapes: [String: DiagramShape] = [
    "box": .roundedBox, "ellipse": .ellipse, "hexagon": .hexagon, "parallelogram": .parallelogram, "diamond": .diamond,
  ]

  /// - Throws: `DiagramError.badStyle` for anything unknown, out of range, or that makes text hard to read: its contrast
  ///   with the ground must be at least 4.5.
  public init(styleFile bytes: [UInt8]) throws(DiagramError) {
    self.init()
    let root: Value
    do {
      root = try JSONDecoder().decode(Value.self, from: Data(bytes))
    } catch {
      throw .badStyle("style", found: "no JSON", expected: #"an object such as {"theme": "dark"}"#)
    }
    for (name, value) in try root.members(at: "style") {
      switch name {
      case "theme":
        guard case .text(let text) = value, let theme = DiagramTheme(rawValue: text) else {
          throw .badStyle(
            name, found: value.description, expected: DiagramTheme.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self.theme = theme
      case "legend": showsLegend = try value.flag(at: name)
      case "title": showsTitle = try value.flag(at: name)
      case "types":
        for (type, attributes) in try value.members(at: name) {
          types[type] = try Self.type(attributes, at: "types.\(type)")
        }
      default: throw .badStyle("style", found: "'\(name)'", expected: "theme, legend, title or types")
      }
    }
    try checkContrast()
  }

  private static func type(_ value: Value, at place: String) throws(DiagramError) -> TypeStyle {
    var style = TypeStyle()
    for (name, value) in try value.members(at: place) {
      let place = "\(place).\(name)"
      switch name {
      case "shape":
        guard case .text(let text) = value, let shape = shapes[text] else {
          throw .badStyle(place, found: value.description, expected: shapes.keys.sorted().joined(separator: ", "))
        }
        style.shape = shape
      case "fillcolor": style.fill = try value.color(at: place)
      case "color": style.outline = try value.color(at: place)
      case "fontcolor": style.text = try value.color(at: place)
      case "fontsize": style.fontSize = Int(try value.number(at: place, within: 6...40))
      case "penwidth": style.lineWidth = try value.number(at: place, within: 0...10)
      case "image":
        guard case .text(let text) = value, !text.isEmpty else {
          throw .badStyle(place, found: value.description, expected: "the name of an attribute in quotes")
        }
        style.imageAttribute = text
      case "URL":
        guard case .text(let text) = value else {
          throw .badStyle(place, found: value.description, expected: "text in quotes")
        }
        if let problem = LinkTemplate.problem(in: text) {
          let parts = problem.split(separator: ", expected ", maxSplits: 1)
          throw .badStyle(
            place, found: String(parts[0].dropFirst("found ".count)),
            expected: parts.count > 1 ? String(parts[1]) : "a closing '}'")
        }
        style.link = text
      default:
        throw .badStyle(
          place, found: "an unknown attribute",
          expected: "shape, fillcolor, color, fontcolor, fontsize, penwidth, image or URL")
      }
    }
    return style
  }

  /// Every text of a type that the file paints can be read on its ground.
  ///
  /// - Throws: `DiagramError.badStyle`.
  public func checkContrast() throws(DiagramError) {
    for (type, override) in types.sorted(by: { $0.key < $1.key }) where override.fill != nil || override.text != nil {
      for role in DiagramRole.allCases where role != .more && role != .source {
        for hue in theme.hues.indices {
          let style = NodeStyle(kind: hue, shape: nil, role: role, theme: theme, override: override)
          let contrast = Color(style.text)!.contrast(with: Color(style.fill)!)
          guard contrast >= 4.5 else {
            throw .badStyle(
              "types.\(type)", found: "text \(style.text) on \(style.fill), a contrast of \(DotText.number(contrast))",
              expected: "at least 4.5")
          }
        }
      }
    }
  }

  /// JSON as it comes.
  private enum Value: Decodable, CustomStringConvertible {
    case text(String)
    case number(Double)
    case flag(Bool)
    case object([String: Value])
    case other

    init(from decoder: any Decoder) throws {
      if let keyed = try? decoder.container(keyedBy: Key.self) {
        self = .object(
          Dictionary(
            uniqueKeysWithValues: try keyed.allKeys.map { ($0.stringValue, try keyed.decode(Value.self, forKey: $0)) }))
        return
      }
      let single = try decoder.singleValueContainer()
      if let flag = try? single.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? single.decode(Double.self) {
        self = .number(number)
      } else if let text = try? single.decode(String.self) {
        self = .text(text)
      } else {
        self = .other
      }
    }

    private struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    var description: String {
      switch self {
      case .text(let text): "'\(shortened(cleaned(text), to: 60))'"
      case .number(let number): "\(number)"
      case .flag(let flag): "\(flag)"
      case .object: "an object"
      case .other: "a list or null"
      }
    }

    func members(at place: String) throws(DiagramError) -> [(String, Value)] {
      guard case .object(let members) = self else {
        throw .badStyle(place, found: description, expected: "an object in braces")
      }
      return members.sorted { $0.key < $1.key }
    }

    func flag(at place: String) throws(DiagramError) -> Bool {
      guard case .flag(let flag) = self else { throw .badStyle(place, found: description, expected: "true or false") }
      return flag
    }

    func number(at place: String, within range: ClosedRange<Double>) throws(DiagramError) -> Double {
      guard case .number(let number) = self, range.contains(number) else {
        throw .badStyle(
          place, found: description, expected: "a number from \(Int(range.lowerBound)) to \(Int(range.upperBound))")
      }
      return number
    }

    func color(at place: String) throws(DiagramError) -> String {
      guard case .text(let text) = self, let color = Color(text) else {
        throw .badStyle(place, found: description, expected: "a colour such as #204060")
      }
      return color.text
    }
  }
}
