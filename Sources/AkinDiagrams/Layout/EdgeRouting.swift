/// Leads lines around nodes that they do not belong to: a straight line where it is free, else the flattest arc that
/// touches the fewest.
///
/// - Complexity: O(lines · nodes), with a constant for the arcs tried.
enum EdgeRouting {
  /// How far arcs reach sideways, as shares of their length: to either side, the flattest first.
  private static let bulges = [0.08, 0.15, 0.23, 0.32]
  /// Points kept free around nodes.
  private static let margin = 3.0
  private static let samples = 20

  /// The way of one line, ending at the outlines of its nodes.
  ///
  /// - Parameter nodes: positions in `outlines` of the two ends.
  static func curve(from: Int, to: Int, outlines: [Outline]) -> [Point] {
    let (first, last) = (outlines[from], outlines[to])
    if from == to { return loop(at: first) }
    let straight = Bezier.line(from: first.entry(from: last.center), to: last.entry(from: first.center))
    let way = last.center - first.center
    let length = way.length
    guard length > 1e-6 else { return straight }
    // What lies further off than the widest arc cannot be in the way of any.
    let reach = length * bulges[bulges.count - 1] * 0.75 + margin
    let obstacles = outlines.indices.filter { number in
      guard number != from, number != to else { return false }
      let size = outlines[number].size
      let off = outlines[number].center - (first.center + last.center) * 0.5
      let radius = (size.width * size.width + size.height * size.height).squareRoot() / 2
      return off.length < length / 2 + radius + margin && abs(off.x * way.y - off.y * way.x) / length < radius + reach
    }.map { outlines[$0] }
    var best = straight
    var fewest = hits(straight, obstacles)
    guard fewest > 0 else { return straight }
    let side = Point(-way.y, way.x)
    for bulge in bulges {
      for turn in [bulge, -bulge] {
        let bend = first.center + way * 0.5 + side * turn
        // The cubic through both centres whose handles lie at two thirds of the way to the bend.
        let handles = (
          first.center + (bend - first.center) * (2.0 / 3), last.center + (bend - last.center) * (2.0 / 3)
        )
        let arc = [first.entry(from: handles.0), handles.0, handles.1, last.entry(from: handles.1)]
        let count = hits(arc, obstacles)
        if count < fewest { (best, fewest) = (arc, count) }
        if count == 0 { return arc }
      }
    }
    return best
  }

  /// Points of the curve within other nodes.
  private static func hits(_ curve: [Point], _ obstacles: [Outline]) -> Int {
    guard !obstacles.isEmpty else { return 0 }
    return (1..<samples).reduce(0) { count, step in
      let point = Bezier.point(on: curve, at: Double(step) / Double(samples))
      return count + obstacles.count { isClose(point, to: $0) }
    }
  }

  private static func isClose(_ point: Point, to outline: Outline) -> Bool {
    abs(point.x - outline.center.x) < outline.size.width / 2 + margin
      && abs(point.y - outline.center.y) < outline.size.height / 2 + margin
  }

  /// From a node to itself: out and back on its right.
  private static func loop(at outline: Outline) -> [Point] {
    let reach = Point(outline.size.width / 2 + 26, outline.size.height / 2 + 14)
    let handles = (outline.center + Point(reach.x, -reach.y), outline.center + reach)
    return [outline.entry(from: handles.0), handles.0, handles.1, outline.entry(from: handles.1)]
  }
}
