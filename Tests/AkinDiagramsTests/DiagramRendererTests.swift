import AkinParallel
import TestSupport
import Testing

@testable import AkinDiagrams

@Suite struct DiagramRendererTests {
  private func outline(_ diagram: Diagram) throws -> SVGOutline {
    try #require(SVGOutline(DiagramRenderer.render(diagram, as: .svg).bytes), "not well-formed XML")
  }

  @Test(arguments: DiagramLayout.allCases.filter { $0 != .flow })
  func `every layout draws each node and edge once`(layout: DiagramLayout) throws {
    let diagram = try Diagram.random(nodeCount: 20, edgeCount: 30, layout: layout, seed: 5)
    let outline = try outline(diagram)
    #expect(outline.nodes.map(\.title).sorted() == diagram.nodes.map(\.label).sorted())
    #expect(outline.nodes.map(\.text).sorted() == diagram.nodes.map(\.label).sorted())
    let expected = diagram.edges.map { "node \($0.from) – node \($0.to)" }
    #expect(outline.edges.map(\.title).sorted() == expected.sorted())
  }

  @Test func `a picture has a title, a description and no links`() throws {
    let diagram = try Diagram.threeColumns()
    let outline = try outline(diagram)
    #expect(outline.title == "Related to Alien")
    #expect(outline.rootAttributes["role"] == "img")
    #expect(
      outline.summary == """
        by hand. source (1): Alien (1979). connector (2): user 7; user 8. \
        related (2): Aliens (1986); Arrival (2016). 4 edges.
        """)
    #expect(!outline.elements.contains("a"))
    let titles = Set(outline.groups.map(\.title))
    #expect(titles.isSuperset(of: ["Aliens (1986) · 9 visits", "user 8 → Alien (1979)", "seen twice"]))
    let text = try String(decoding: DiagramRenderer.render(diagram, as: .svg).bytes, as: UTF8.self)
    #expect(!text.contains("DOCTYPE") && !text.contains("<!--") && !text.contains("transparent"))
  }

  @Test func `columns stand from left to right, an ordered one from top to bottom`() throws {
    let labels = (0..<12).map { "item \($0)" }
    var random = SplitMix64(seed: 1)
    let nodes =
      [DiagramNode(key: "s", label: "s", kind: 0, role: .source, column: 0)]
      + (0..<6).map { DiagramNode(key: "u\($0)", label: "u\($0)", kind: 0, role: .connector, column: 1) }
      + labels.map { DiagramNode(key: $0, label: $0, kind: 0, role: .related, column: 2) }
    let edges =
      (0..<6).map { DiagramEdge(from: "u\($0)", to: "s", isDirected: true) }
      + (0..<20).map { _ in
        DiagramEdge(
          from: "u\(Int.random(in: 0..<6, using: &random))", to: labels.randomElement(using: &random)!)
      }
    let diagram = try Diagram(
      title: "", kinds: [DiagramKind("a")], nodes: nodes, edges: edges, orderedColumns: [2])
    let places = try placesOfText(in: String(decoding: DiagramRenderer.render(diagram, as: .svg).bytes, as: UTF8.self))
    let items = try labels.map { try #require(places[$0]) }
    #expect(zip(items, items.dropFirst()).allSatisfy { $0.y < $1.y })
    let (source, user) = (try #require(places["s"]), try #require(places["u3"]))
    #expect(source.x < user.x && items.allSatisfy { user.x < $0.x })
  }

  private func placesOfText(in svg: String) throws -> [String: (x: Double, y: Double)] {
    var places: [String: (x: Double, y: Double)] = [:]
    for match in svg.matches(of: /<text [^>]*x="([-0-9.]+)" y="([-0-9.]+)"[^>]*>([^<]*)</) {
      places[String(match.3)] = (try #require(Double(match.1)), try #require(Double(match.2)))
    }
    return places
  }

  private static let hostile = [
    "plain", "\"quoted\" 'text'", "back\\slash", "\\N \\G \\L \\E \\T \\H", "ends in \\", "<b>bold</b>", "<br/>",
    "&amp;", "&copy; &#65; &#x41;", "&bogus;", "a & b && c;", "{a|b|{c}}", "]; evil -> x; //", "</table>>", "]]>",
    "<!-- no -->", "--", "-->", "👩‍👩‍👧‍👦 🎬 🇫🇷", "שלום עולם", "مرحبا", "千と千尋", "# comment", "/* c */", "$(rm)", "%s%n",
    "\u{2060}",
    "xlink:title=\"x\"", "&amp;\u{2060}x;",
  ]

  @Test func `hostile labels are shown as they were typed`() throws {
    let labels = ["middle"] + Self.hostile.filter { !$0.contains("\u{2060}") }
    let outline = try outline(.star(labels: labels))
    #expect(outline.nodes.map(\.text).sorted() == labels.sorted())
    #expect(outline.nodes.map(\.title).sorted() == labels.sorted())
    #expect(outline.edges.count == labels.count - 1)
  }

  @Test func `hostile text is harmless everywhere`() throws {
    for text in Self.hostile + [
      "", " \n ", "\u{200B}", "\u{301}", "\u{202E}\u{2066}", "\u{AD} \u{E0041}", "nul\u{0}bell\u{7}\u{1B}[31m\u{FFFE}",
    ] {
      let diagram = try Diagram(
        title: text, caption: text, kinds: [DiagramKind(text), DiagramKind(text)],
        nodes: [
          DiagramNode(key: text, label: text, detail: text, kind: 0, role: .source, column: 0, tooltip: text),
          DiagramNode(key: text + "2", label: text, detail: text, kind: 1, role: .related, column: 1, tooltip: text),
        ],
        edges: [DiagramEdge(from: text, to: text + "2", label: text, tooltip: text)], weightMeaning: text)
      let outline = try outline(diagram)
      #expect(outline.nodes.count == 2 && outline.edges.count == 1)
      #expect(outline.title == cleaned(text))
      #expect(try !DiagramRenderer.render(diagram, as: .png, resolution: 30).bytes.isEmpty)
    }
  }

  @Test(arguments: UInt64(0)..<4)
  func `random mixtures of special characters come through`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let pieces = [
      "&", "<", ">", "\"", "'", "\\", "N", "amp;", "#65;", ";", "{", "|", "]", "-", "a", "é", "千", "\u{5D0}",
    ]
    let labels = (0..<40).map { _ in
      (0..<Int.random(in: 1...12, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
    }
    let outline = try outline(.star(labels: labels))
    #expect(outline.nodes.map(\.title).sorted() == labels.sorted())
    #expect(outline.nodes.map { $0.text.filter { $0 != " " } }.sorted() == labels.sorted())
  }

  @Test func `a long label is short in the picture and whole enough on hover`() throws {
    let long = String(repeating: "many words ", count: 1000)
    let node = try #require(outline(.star(labels: ["middle", long])).nodes.last)
    #expect(node.text.hasSuffix("…") && node.text.count <= 3 * 24 + 3)
    #expect(node.title.hasSuffix("…") && node.title.count == 400)
  }

  @Test func `an empty diagram is a picture too`() throws {
    let empty = try Diagram(title: "", kinds: [], nodes: [], edges: [])
    #expect(try outline(empty).groups.isEmpty)
  }

  @Test func `formats begin as they should`() throws {
    let diagram = try Diagram.threeColumns()
    #expect(try DiagramRenderer.render(diagram, as: .png).bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(try DiagramRenderer.render(diagram, as: .pdf).bytes.starts(with: Array("%PDF-".utf8)))
    #expect(try DiagramRenderer.render(diagram, as: .svg).bytes.starts(with: Array("<?xml".utf8)))
    #expect(try DiagramRenderer.render(diagram, as: .dot).bytes == Array(DotWriter.text(of: diagram).utf8))
  }

  /// Width from the header of the file, where it follows the eight bytes of the magic and eight of the chunk.
  @Test func `resolution scales PNG`() throws {
    func width(_ resolution: Int) throws -> Int {
      let bytes = try DiagramRenderer.render(.threeColumns(), as: .png, resolution: resolution).bytes
      return bytes[16..<20].reduce(0) { $0 << 8 | Int($1) }
    }
    let (small, large) = (try width(72), try width(216))
    #expect(abs(large - 3 * small) <= 3)
  }

  @Test func `a PDF does not hold the time of its making`() throws {
    let bytes = try DiagramRenderer.render(.threeColumns(), as: .pdf).bytes
    let dates = String(decoding: bytes, as: UTF8.self).matches(of: /\/CreationDate \((?:D:)?([0-9]+)/).map { $0.1 }
    #expect(dates == ["19700101000000"])
  }

  @Test func `text measures the same after pictures of another resolution were drawn`() throws {
    // Without hinting widths are in proportion to the size; each is measured once and remembered, hence two sizes.
    let texts = (0..<40).map { "Widths of text no. \($0 * 7919)" }
    let before = texts.map { Typesetter.width($0, size: 10) }
    _ = try DiagramRenderer.render(try Diagram.threeColumns(), as: .png, resolution: 40)
    let after = texts.map { Typesetter.width($0, size: 20) }
    for (small, large) in zip(before, after) { #expect(abs(large - 2 * small) < 0.004) }
  }

  /// Graphviz crashes when two threads use it, also with a context each.
  @Test func `200 renders from eight threads give the bytes of one`() throws {
    let diagrams = try [
      Diagram.threeColumns(), .star(labels: ["a", "b & c", "d"]), .star(labels: ["a", "b"], layout: .sfdp),
      .random(nodeCount: 12, edgeCount: 20, layout: .twopi, seed: 9),
    ]
    let formats: [ImageFormat] = [.svg, .png, .svg, .pdf, .svg]
    // Graphviz starts the line between two nodes of springs and rings at the one with the lower address, which moves its
    // curve by hundredths of a point: their pictures are compared number by number.
    @Sendable func render(_ index: Int) throws -> [UInt8] {
      let format = index % 4 < 2 ? formats[index % 5] : ImageFormat.svg
      return try DiagramRenderer.render(diagrams[index % 4], as: format, resolution: 40).bytes
    }
    func numbers(_ bytes: [UInt8]) -> (text: [Substring], numbers: [Double]) {
      let words = String(decoding: bytes, as: UTF8.self).split { "MCLZ, \"".contains($0) }
      return (words.filter { Double($0) == nil }, words.compactMap { Double($0) })
    }
    let alone = try (0..<20).map { try render($0) }
    let together = try concurrentMap(count: 200, chunkSize: 1, execution: Execution(threads: 8)) { range in
      try render(range.lowerBound)
    }
    for (index, bytes) in together.enumerated() {
      if index % 4 < 2 {
        #expect(bytes == alone[index % 20], "render \(index)")
      } else {
        let (found, expected) = (numbers(bytes), numbers(alone[index % 20]))
        #expect(found.text == expected.text, "render \(index)")
        #expect(
          found.numbers.count == expected.numbers.count
            && zip(found.numbers, expected.numbers).allSatisfy { abs($0 - $1) < 0.1 }, "render \(index)")
      }
    }
  }

  @Test(arguments: DiagramLayout.allCases.filter { $0 != .flow })
  func `a picture above the bound is refused, except as text`(layout: DiagramLayout) throws {
    let (nodeCount, edgeCount) = (layout.maximumNodeCount, layout.maximumEdgeCount + 1)
    let diagram = try Diagram.random(nodeCount: nodeCount, edgeCount: edgeCount, layout: layout, seed: 1)
    #expect(throws: DiagramError.tooLarge(layout, nodeCount: nodeCount, edgeCount: edgeCount)) {
      try DiagramRenderer.render(diagram, as: .svg).bytes
    }
    #expect(try !DiagramRenderer.render(diagram, as: .dot).bytes.isEmpty)
  }

  @Test func `Graphviz's own words come out as an error, and the next layout works`() throws {
    let broken = LayoutRequest(layout: .dot, dot: "digraph { a -> }", nodeCount: 1, edges: [])
    #expect {
      try GraphvizLayout().place(broken)
    } throws: { error in
      guard case .graphviz(let message)? = error as? DiagramError else { return false }
      return message.contains("syntax error in line")
    }
    #expect(try outline(.threeColumns()).nodes.count == 5)
  }
}
