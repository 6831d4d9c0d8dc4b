/// Chains of cubic curves: 1 + 3n points.
enum Bezier {
  static func line(from: Point, to: Point) -> [Point] {
    [from, from + (to - from) * (1.0 / 3), from + (to - from) * (2.0 / 3), to]
  }

  /// A point at a share of the chain, each curve counting alike.
  static func point(on curve: [Point], at share: Double) -> Point {
    let pieces = (curve.count - 1) / 3
    guard pieces > 0 else { return curve.first ?? Point(0, 0) }
    let piece = min(pieces - 1, Int(share * Double(pieces)))
    let t = share * Double(pieces) - Double(piece)
    let p = Array(curve[piece * 3...piece * 3 + 3])
    let u = 1 - t
    return p[0] * (u * u * u) + p[1] * (3 * u * u * t) + p[2] * (3 * u * t * t) + p[3] * (t * t * t)
  }

  /// A smooth chain through points, straight at both ends.
  ///
  /// Source: Catmull and Rom, "A class of local interpolating splines", 1974, as Bézier curves.
  static func through(_ points: [Point]) -> [Point] {
    guard points.count > 2 else { return points.count == 2 ? line(from: points[0], to: points[1]) : points }
    var result = [points[0]]
    for position in 1..<points.count {
      let (a, b) = (points[position - 1], points[position])
      let before = position > 1 ? points[position - 2] : a
      let after = position + 1 < points.count ? points[position + 1] : b
      result += [a + (b - before) * (1.0 / 6), b - (after - a) * (1.0 / 6), b]
    }
    return result
  }

  /// Takes the end of the curve back to where an arrowhead begins, and gives the head's corners.
  static func shortenForArrow(_ curve: inout [Point], width: Double) -> [Point] {
    let last = curve.count - 1
    let tip = curve[last]
    var direction = tip - curve[last - 1]
    if direction.length < 1e-6 { direction = tip - curve[last - 2] }
    if direction.length < 1e-6 { direction = tip - curve[0] }
    guard direction.length > 1e-6 else { return [] }
    let unit = direction * (1 / direction.length)
    let length = 4.5 + width * 1.6
    let base = tip - unit * length
    let side = Point(-unit.y, unit.x) * (length * 0.42)
    curve[last] = tip - unit * (length * 0.8)
    return [tip, base + side, base - side]
  }
}
