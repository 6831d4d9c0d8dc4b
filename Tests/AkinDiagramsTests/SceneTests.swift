import AkinParallel
import Foundation
import TestSupport
import Testing

@testable import AkinDiagrams

@Suite struct SceneTests {
  private static let words = [
    "a", "Toy Story (1995)", "libconfig-model-dpkg-perl", "Willy Wonka & the Chocolate Factory (1971)", "千と千尋の神隠し",
    "שלום עולם", "مرحبا بالعالم", "WWWWWWWWWWWWWWWWWWWWWWWWWWWW", "👩‍👩‍👧‍👦 🎬", "e\u{301}a\u{302}",
  ]

  /// By the metrics of the fonts that PNG and PDF are drawn with.
  @Test(arguments: DiagramShape.allCases, DiagramRole.allCases)
  func `no text leaves its outline`(shape: DiagramShape, role: DiagramRole) throws {
    for emphasis in [0.5, 1, 2] {
      let nodes = Self.words.enumerated().map { number, word in
        DiagramNode(
          key: "\(number)", label: word, detail: number % 2 == 0 ? "20 of 33 shared" : "", kind: 0, role: role,
          emphasis: emphasis)
      }
      let diagram = try Diagram(
        title: "", kinds: [DiagramKind("thing", shape: shape)], nodes: nodes, edges: [], layout: .neato)
      let scene = try SceneBuilder(diagram: diagram, style: DiagramStyle()).scene(runner: GraphvizLayout())
      for figure in scene.nodes {
        for line in figure.lines {
          let (top, bottom) = (line.at.y - line.size * 0.74, line.at.y + line.size * 0.1)
          for corner in [
            Point(line.left, top), Point(line.left + line.width, top), Point(line.left, bottom),
            Point(line.left + line.width, bottom),
          ] {
            #expect(figure.outline.contains(corner), "\(line.text) at \(emphasis)")
          }
        }
      }
    }
  }

  @Test func `everything lies within the picture, and no two nodes overlap`() throws {
    for layout in DiagramLayout.allCases where layout != .flow {
      for seed in UInt64(0)..<4 {
        let diagram = try Diagram.random(nodeCount: 25, edgeCount: 40, layout: layout, seed: seed)
        let scene = try SceneBuilder(diagram: diagram, style: DiagramStyle()).scene(runner: GraphvizLayout())
        #expect(overlaps(in: scene) == [], "\(layout) \(seed)")
        for figure in scene.nodes {
          #expect(figure.center.x - figure.size.width / 2 >= 0 && figure.center.y - figure.size.height / 2 >= 0)
          #expect(figure.center.x + figure.size.width / 2 <= scene.width)
          #expect(figure.center.y + figure.size.height / 2 <= scene.height)
        }
        for line in scene.heading + scene.legend.map(\.text) { #expect(line.left + line.width <= scene.width) }
      }
    }
  }

  @Test(arguments: DiagramShape.allCases)
  func `lines end at outlines`(shape: DiagramShape) throws {
    let nodes = ["one", "two", "three"].map { DiagramNode(key: $0, label: $0, kind: 0, role: .related) }
    let diagram = try Diagram(
      title: "", kinds: [DiagramKind("thing", shape: shape)], nodes: nodes,
      edges: [DiagramEdge(from: "one", to: "two"), DiagramEdge(from: "two", to: "three", isDirected: true)],
      layout: .neato)
    let scene = try SceneBuilder(diagram: diagram, style: DiagramStyle()).scene(runner: GraphvizLayout())
    let figures = Dictionary(uniqueKeysWithValues: scene.nodes.map { ($0.node.key, $0) })
    for edge in scene.edges {
      let tip = edge.arrow.first ?? edge.curve[edge.curve.count - 1]
      for (point, key) in [(edge.curve[0], edge.edge.from), (tip, edge.edge.to)] {
        let outline = try #require(figures[key]).outline
        var larger = outline
        larger.size.width += 2
        larger.size.height += 2
        var smaller = outline
        smaller.size.width -= 2
        smaller.size.height -= 2
        #expect(larger.contains(point) && !smaller.contains(point), "\(key)")
      }
    }
  }

  @Test func `a layout that takes too long gives way to simpler ones, which is said`() throws {
    struct Slow: LayoutRunner {
      var quick: DiagramLayout
      func place(_ request: LayoutRequest) throws(DiagramError) -> Placement {
        guard request.layout == quick else { throw .timedOut(request.layout, seconds: 10) }
        return try GraphvizLayout().place(request)
      }
    }
    let diagram = try Diagram.threeColumns()
    let picture = try DiagramRenderer.render(diagram, as: .svg, runner: Slow(quick: .sfdp))
    #expect(
      picture.notes == [
        "the layout dot was not done after 10.0 s; twopi takes its place",
        "the layout twopi was not done after 10.0 s; sfdp takes its place",
      ])
    #expect(try #require(SVGOutline(picture.bytes)).nodes.count == 5)
    #expect(throws: DiagramError.timedOut(.sfdp, seconds: 10)) {
      try DiagramRenderer.render(diagram, as: .svg, runner: Slow(quick: .flow))
    }
  }

  /// Resident pages, from the kernel's own book-keeping: of the whole process, so that nothing else may run in it.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["AKIN_TESTS_ALONE"] != nil && exists("/proc/self/statm"),
      "counts memory, and runs when no other test does: make test does that"))
  func `a thousand renders leave nothing behind`() throws {
    let diagram = try Diagram.threeColumns()
    func residentBytes() -> Int {
      let fields = String(decoding: bytesOfProcess("/proc/self/statm"), as: UTF8.self).split(separator: " ")
      return (Int(fields[1]) ?? 0) * 4096
    }
    var style = DiagramStyle()
    style.types["movie", default: .init()].images = ["2": .jpeg(SampleImages.red)]
    let springs = try Diagram.random(nodeCount: 12, edgeCount: 16, layout: .sfdp, seed: 3)
    func draw(_ count: Int) throws {
      for number in 0..<count {
        _ = try DiagramRenderer.render(number % 2 == 0 ? diagram : springs, as: .svg)
        if number % 10 == 0 { _ = try DiagramRenderer.render(diagram, as: .png, style: style, resolution: 24) }
      }
    }
    try draw(400)
    let before = residentBytes()
    try draw(1000)
    let grown = residentBytes() - before
    // With five kilobytes left behind a picture it would be five million.
    #expect(grown < 1_000_000, "\(grown) bytes")
  }
}

/// Pairs of nodes whose rectangles share area.
func overlaps(in scene: Scene) -> [String] {
  var found: [String] = []
  for (position, one) in scene.nodes.enumerated() {
    for other in scene.nodes[(position + 1)...] {
      let across = (one.size.width + other.size.width) / 2 - abs(one.center.x - other.center.x)
      let down = (one.size.height + other.size.height) / 2 - abs(one.center.y - other.center.y)
      if across > 0.5, down > 0.5 { found.append("\(one.node.label) and \(other.node.label)") }
    }
  }
  return found
}
