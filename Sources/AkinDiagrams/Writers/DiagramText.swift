/// What is said of a diagram in words.
enum DiagramText {
  /// What a node is called where people read it. Without visible text it is called by its key: a node without a word
  /// could be named by nobody.
  static func visibleLabel(of node: DiagramNode) -> String {
    let label = cleaned(node.label)
    if !label.isEmpty { return label }
    let key = cleaned(node.key)
    return key.isEmpty ? "(no name)" : key
  }

  /// The picture in a sentence or three, for who cannot see it.
  static func description(of diagram: Diagram) -> String {
    var sentences = [cleaned(diagram.caption)].filter { !$0.isEmpty }
    for role in DiagramRole.allCases {
      let labels = diagram.nodes.filter { $0.role == role }.map { node in
        let detail = cleaned(node.detail)
        let label = shortened(visibleLabel(of: node), to: 60)
        return diagram.layout == .flow && !detail.isEmpty ? "\(label), \(detail)" : label
      }
      guard !labels.isEmpty else { continue }
      let shown = labels.prefix(20).joined(separator: "; ")
      let more = labels.count > 20 ? "; and \(labels.count - 20) more" : ""
      sentences.append("\(role.name) (\(labels.count)): \(shown)\(more)")
    }
    sentences.append(diagram.edges.count == 1 ? "1 edge" : "\(diagram.edges.count) edges")
    return sentences.joined(separator: ". ") + "."
  }
}

/// Text as XML holds it, in content and in attributes.
func xmlEscaped(_ text: String) -> String {
  var result = ""
  result.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Addresses that nodes lead to.
public enum LinkTemplate {
  /// What a template may hold.
  public static let fields = ["id", "label", "type"]

  /// Why a template cannot be used; `nil` when it can: an address of http or https whose fields are known.
  public static func problem(in template: String) -> String? {
    guard template.hasPrefix("https://") || template.hasPrefix("http://") else {
      return "found '\(template)', expected an address that begins with https:// or http://"
    }
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else { return "found '{' without '}' in '\(template)'" }
      let field = String(rest[rest.index(after: open)..<close])
      guard fields.contains(field) else {
        return "found {\(field)} in '\(template)', expected \(fields.map { "{\($0)}" }.joined(separator: ", "))"
      }
      rest = rest[rest.index(after: close)...]
    }
    return nil
  }

  /// The template with values percent-encoded, so that none can change what comes before it.
  static func filled(_ template: String, _ values: [String: String]) -> String {
    values.sorted { $0.key < $1.key }.reduce(template) { $0.replacing("{\($1.key)}", with: percentEncoded($1.value)) }
  }

  /// Source: RFC 3986, section 2: everything but unreserved characters.
  static func percentEncoded(_ text: String) -> String {
    text.utf8.reduce(into: "") { result, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
  }
}
