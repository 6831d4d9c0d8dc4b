import Testing

@testable import AkinDiagrams

@Suite struct EdgeRoutingTests {
  private func box(_ x: Double, _ y: Double, width: Double = 60, height: Double = 24) -> Outline {
    Outline(shape: .roundedBox, center: Point(x, y), size: Size(width: width, height: height))
  }

  private func touches(_ curve: [Point], _ outline: Outline) -> Bool {
    (0...200).contains { outline.contains(Bezier.point(on: curve, at: Double($0) / 200)) }
  }

  @Test func `a free way is straight, from outline to outline`() {
    let outlines = [box(0, 0), box(300, 0), box(150, 200)]
    let curve = EdgeRouting.curve(from: 0, to: 1, outlines: outlines)
    #expect(curve.count == 4 && curve.allSatisfy { abs($0.y) < 1e-9 })
    #expect(abs(curve[0].x - 30) < 1e-6 && abs(curve[3].x - 270) < 1e-6)
  }

  @Test func `a node in the way is passed by, and both ends are kept`() {
    for x in stride(from: 80.0, through: 220, by: 20) {
      for y in stride(from: -10.0, through: 10, by: 5) {
        let outlines = [box(0, 0), box(300, 0), box(x, y)]
        let curve = EdgeRouting.curve(from: 0, to: 1, outlines: outlines)
        #expect(!touches(curve, outlines[2]), "\(x) \(y)")
        #expect(curve.first == outlines[0].entry(from: curve[1]) && curve.last == outlines[1].entry(from: curve[2]))
      }
    }
  }

  @Test func `a node joined with itself has a loop beside it`() {
    let outlines = [box(0, 0)]
    let curve = EdgeRouting.curve(from: 0, to: 0, outlines: outlines)
    #expect(Bezier.point(on: curve, at: 0.5).x > 30 && curve[0].y < 0 && curve[3].y > 0)
  }

  @Test func `where no way is free, the one that touches the fewest is taken`() {
    let wall = (-20...20).map { box(150, Double($0) * 20) }
    let curve = EdgeRouting.curve(from: 0, to: 1, outlines: [box(0, 0), box(300, 0)] + wall)
    #expect(curve.count == 4 && curve.allSatisfy { $0.x.isFinite && $0.y.isFinite })
  }
}
