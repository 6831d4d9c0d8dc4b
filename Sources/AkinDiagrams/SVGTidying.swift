/// Makes the SVG that Graphviz writes accessible and plain: a title and a description that screen readers speak, hover
/// texts as `<title>`, no document type that points to the network, no comments, no links.
enum SVGTidying {
  static func tidied(_ bytes: [UInt8], describing diagram: Diagram) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = lines.first, !line.hasPrefix("<svg") { lines.removeFirst() }
    var result = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
    var needsTitle = true
    while let line = lines.popFirst() {
      if line.hasPrefix("<svg") {
        result.append("<svg role=\"img\"" + line.dropFirst(4))
      } else if line.hasPrefix("<!--") {
        continue
      } else if line.hasPrefix("<g id=\"graph0\""), needsTitle {
        needsTitle = false
        result.append("<title>\(escaped(cleaned(diagram.title)))</title>")
        result.append("<desc>\(escaped(description(of: diagram)))</desc>")
        result.append(String(line))
        if lines.first?.hasPrefix("<title>") == true { lines.removeFirst() }
      } else if line.hasPrefix("<title>"), let next = lines.first, let tooltip = tooltip(in: next) {
        result.append("<title>\(tooltip)</title>")
      } else if tooltip(in: line) != nil {
        continue
      } else if line == "</a>", lines.first == "</g>" {
        lines.removeFirst()
      } else {
        result.append(String(line))
      }
    }
    return Array(plain(result.joined(separator: "\n")).utf8)
  }

  /// The hover text of `<g id="a_node1"><a xlink:title="…">`, already escaped.
  private static func tooltip(in line: Substring) -> Substring? {
    let key = "<a xlink:title=\""
    guard line.hasPrefix("<g id=\"a_"), line.hasSuffix("\">") else { return nil }
    guard let start = line.firstRange(of: key)?.upperBound else { return nil }
    return line[start..<line.index(line.endIndex, offsetBy: -2)]
  }

  /// Paints have no "transparent" in SVG 1.1; the joiners of `DotText.quoted` have done their work.
  private static func plain(_ svg: String) -> String {
    svg.replacing("stroke=\"transparent\"", with: "stroke=\"none\"")
      .replacing("\\" + String(DotText.wordJoiner), with: "\\")
  }

  /// The picture in a sentence or three, for who cannot see it.
  private static func description(of diagram: Diagram) -> String {
    var sentences = [cleaned(diagram.caption)].filter { !$0.isEmpty }
    for role in DiagramRole.allCases {
      let labels = diagram.nodes.filter { $0.role == role }.map { shortened(DotWriter.visibleLabel(of: $0), to: 60) }
      guard !labels.isEmpty else { continue }
      let shown = labels.prefix(20).joined(separator: "; ")
      let more = labels.count > 20 ? "; and \(labels.count - 20) more" : ""
      sentences.append("\(role.rawValue) (\(labels.count)): \(shown)\(more)")
    }
    sentences.append("\(diagram.edges.count) edges")
    return sentences.joined(separator: ". ") + "."
  }

  private static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
