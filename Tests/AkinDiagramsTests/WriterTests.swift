import Foundation
import FoundationXML
import TestSupport
import Testing

@testable import AkinDiagrams

@Suite struct WriterTests {
  private static let hostile = [
    "\"quoted\" 'text'", "back\\slash", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "&amp; &lt;",
    "]]>", "--> <!--", "nul\u{0}bell\u{7}\u{FFFE}", "line\nbreak", "| end] --> n9[\"x\"]", "%%{init: {}}%%",
    "#quot; #35;",
    "click n0 href \"javascript:alert(1)\"", "שלום", "👩‍👩‍👧‍👦", "\u{2028}\u{2029}", "`code` ${x}", "",
    String(repeating: "long ", count: 2000),
  ]

  private func diagram() throws -> Diagram {
    let nodes = Self.hostile.enumerated().map { number, text in
      DiagramNode(key: "k\(number)\(text.prefix(40))", label: text, detail: text, kind: 0, role: .related, id: text)
    }
    return try Diagram(
      title: "</title>" + Self.hostile[2], caption: Self.hostile[3], kinds: [DiagramKind("</style>\"")], nodes: nodes,
      edges: nodes.dropFirst().map {
        DiagramEdge(from: nodes[0].key, to: $0.key, label: $0.label, tooltip: $0.label)
      }, layout: .neato)
  }

  private func text(_ format: ImageFormat) throws -> String {
    try String(decoding: DiagramRenderer.render(diagram(), as: format).bytes, as: UTF8.self)
  }

  @Test func `JSON holds every node with its place, read by another parser`() throws {
    let data = try Data(DiagramRenderer.render(diagram(), as: .json).bytes)
    let root = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(root["format"] as? String == "akin.diagram/1")
    let nodes = try #require(root["nodes"] as? [[String: Any]])
    #expect(nodes.count == Self.hostile.count)
    #expect(nodes.map { $0["id"] as? String } == Self.hostile)
    let (width, height) = (try #require(root["width"] as? Double), try #require(root["height"] as? Double))
    for node in nodes {
      let (x, y) = (try #require(node["x"] as? Double), try #require(node["y"] as? Double))
      #expect(x > 0 && x < width && y > 0 && y < height)
    }
    let edges = try #require(root["edges"] as? [[String: Any]])
    #expect(edges.count == Self.hostile.count - 1)
    #expect(edges.allSatisfy { (($0["curve"] as? [[Double]])?.count ?? 0) % 3 == 1 })
  }

  @Test func `GraphML is XML with every node and edge once`() throws {
    final class Reader: NSObject, XMLParserDelegate {
      var counts: [String: Int] = [:]
      func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
      ) { counts[element, default: 0] += 1 }
    }
    let reader = Reader()
    let parser = try XMLParser(data: Data(DiagramRenderer.render(diagram(), as: .graphml).bytes))
    parser.delegate = reader
    #expect(parser.parse())
    #expect(reader.counts["node"] == Self.hostile.count && reader.counts["edge"] == Self.hostile.count - 1)
  }

  @Test func `Mermaid holds one line a node and edge, whatever the labels`() throws {
    let lines = try text(.mermaid).split(separator: "\n")
    let count = Self.hostile.count
    let nodes = lines.filter { $0.hasSuffix(":::related0") }
    #expect(nodes.count == count)
    for line in nodes {
      // Between the quotes nothing that could end the label or be taken for a tag, once breaks and entities are gone.
      let label = line.drop { $0 != "(" }.dropFirst(2).dropLast("\"):::related0".count)
      let plain = label.replacing("<br/>", with: "")
      #expect(!plain.contains { "\"[]{}<>|`$\\".contains($0) }, "\(line)")
    }
    #expect(lines.filter { $0.contains(" --- ") || $0.contains(" ---|") }.count == count - 1)
    #expect(lines.filter { $0.hasPrefix("  linkStyle ") }.count == count - 1)
    #expect(lines.count == 4 + count + 2 * (count - 1) + 1)
  }

  @Test func `the page is one script, one style and no address`() throws {
    let page = try text(.html)
    #expect(page.split(separator: "<script").count == 2 && page.split(separator: "</script").count == 2)
    #expect(page.split(separator: "<style").count == 2)
    #expect(!page.contains("onerror=alert(1)>") && !page.contains("<img"))
    let addresses = page.matches(of: /https?:\/\/[^"' ]*/).map { String($0.0) }
    #expect(Set(addresses) == ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"])
    #expect(page.contains("default-src 'none'"))
  }

  @Test func `DOT of hostile labels has the nodes and edges that it should`() throws {
    let outline = try GraphvizLayout.outline(of: text(.dot))
    #expect(outline.nodes.count == Self.hostile.count && outline.edgeCount == Self.hostile.count - 1)
  }

  @Test(arguments: UInt64(0)..<40)
  func `random mixtures are read back by Graphviz, XML and JSON`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let pieces = [
      "&", "<", ">", "\"", "'", "\\", "N", "amp;", "#65;", ";", "{", "|", "]", "-", "a", "é", "千", "\u{5D0}", "]]>",
      "--",
      "\u{0}", "\n", "/*", "//", "</", "%", "`", "$",
    ]
    let labels = (0..<12).map { _ in
      (0..<Int.random(in: 1...12, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
    }
    let diagram = try Diagram.star(labels: labels)
    let dot = String(decoding: try DiagramRenderer.render(diagram, as: .dot).bytes, as: UTF8.self)
    #expect(try GraphvizLayout.outline(of: dot).nodes.count == 12)
    #expect(try SVGOutline(DiagramRenderer.render(diagram, as: .svg).bytes)?.nodes.count == 12)
    #expect(try SVGOutline(DiagramRenderer.render(diagram, as: .graphml).bytes) != nil)
    #expect(throws: Never.self) {
      try JSONSerialization.jsonObject(with: Data(DiagramRenderer.render(diagram, as: .json).bytes))
    }
  }

  @Test func `links are percent-encoded, and lead to the web alone`() throws {
    var style = DiagramStyle()
    style.types["movie", default: .init()].link = "https://example.org/{type}/{id}?q={label}"
    let node = DiagramNode(
      key: "a", label: "A \"b\" <c>", kind: 0, role: .related, id: "\"><script>/../é{label}")
    let diagram = try Diagram(title: "", kinds: [DiagramKind("movie")], nodes: [node], edges: [], layout: .neato)
    let svg = try String(decoding: DiagramRenderer.render(diagram, as: .svg, style: style).bytes, as: UTF8.self)
    let id = "%22%3E%3Cscript%3E%2F..%2F%C3%A9%7Blabel%7D"
    #expect(svg.contains("xlink:href=\"https://example.org/movie/\(id)?q=A%20%22b%22%20%3Cc%3E\""))
    for bad in ["javascript:alert(1)", "ftp://x", "https://x/{name}", "https://x/{id", "//x"] {
      #expect(LinkTemplate.problem(in: bad) != nil, "\(bad)")
    }
    #expect(LinkTemplate.problem(in: "http://x/{id}{label}{type}") == nil)
  }

  @Test(arguments: 0...10)
  func `base64 is Foundation's`(count: Int) {
    let bytes = (0..<UInt8(count)).map { $0 &* 83 &+ 7 }
    #expect(base64(bytes) == Data(bytes).base64EncodedString())
  }

  @Test func `images are part of the picture`() throws {
    // One pixel of PNG, made by the writer itself.
    let dot = try DiagramRenderer.render(.star(labels: ["a"]), as: .png, resolution: 24).bytes
    #expect(try NodeImage(file: dot, path: "a.png") == .png(dot))
    #expect(throws: DiagramError.badImage("a.gif", found: "another kind of file", expected: "a PNG or JPEG image")) {
      try NodeImage(file: Array("GIF89a".utf8), path: "a.gif")
    }
    var style = DiagramStyle()
    style.types["thing", default: .init()].images = [
      "1": .png(dot), "2": .jpeg(SampleImages.red), "3": .remote("https://x/y.png"),
    ]
    let nodes = ["1", "2", "3", "4"].map { DiagramNode(key: $0, label: $0, kind: 0, role: .related, id: $0) }
    let diagram = try Diagram(title: "", kinds: [DiagramKind("thing")], nodes: nodes, edges: [], layout: .neato)
    let svg = try DiagramRenderer.render(diagram, as: .svg, style: style)
    #expect(svg.notes == [] && SVGOutline(svg.bytes)?.elements.contains("image") == true)
    #expect(String(decoding: svg.bytes, as: UTF8.self).contains("data:image/png;base64,\(base64(dot))"))
    let png = try DiagramRenderer.render(diagram, as: .png, style: style)
    #expect(png.notes == ["1 image is left out of the PNG, addresses that SVG and HTML show"])
    let plain = try DiagramRenderer.render(diagram, as: .png)
    #expect(png.bytes != plain.bytes)
  }

  @Test func `a picture too large for PNG is an error that says so`() throws {
    let labels = (0..<200).map { "a fairly long label \($0)" }
    let nodes = labels.map { DiagramNode(key: $0, label: $0, kind: 0, role: .related, column: 0) }
    let diagram = try Diagram(title: "", kinds: [DiagramKind("a")], nodes: nodes, edges: [], layout: .flow)
    #expect {
      try DiagramRenderer.render(diagram, as: .png, resolution: 600)
    } throws: { error in
      guard case .tooManyPixels? = error as? DiagramError else { return false }
      return true
    }
  }
}
