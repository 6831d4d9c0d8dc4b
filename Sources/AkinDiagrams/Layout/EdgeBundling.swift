import Glibc

/// Draws lines that run alike as bundles, so that a dense picture shows its main streets.
///
/// Each line is a chain of points that is drawn towards the same points of lines like it: nearly parallel, of similar
/// length, close together. Only straight lines of pictures with many are bundled; few are clearer as they are.
///
/// - Complexity: O(lines² + alike pairs · points · rounds), with at most `mostLines` lines.
///
/// Source: Holten and van Wijk, "Force-directed edge bundling for graph visualization", Computer Graphics Forum 28(3),
/// 2009, doi:10.1111/j.1467-8659.2009.01450.x.
enum EdgeBundling {
  static let fewestLines = 160
  static let mostLines = 700
  private static let points = 15
  private static let rounds = 36
  /// How alike two lines must be, 0...1.
  private static let threshold = 0.62

  static func applies(to diagram: Diagram) -> Bool {
    [.neato, .sfdp, .twopi].contains(diagram.layout) && (fewestLines...mostLines).contains(diagram.edges.count)
  }

  /// The curves, bundled where that helps; the same otherwise.
  static func bundled(_ curves: [[Point]], of diagram: Diagram) -> [[Point]] {
    guard applies(to: diagram), curves.allSatisfy({ $0.count == 4 })
    else { return curves }
    let ends = curves.map { ($0[0], $0[3]) }
    let pairs = alike(ends)
    guard !pairs.isEmpty else { return curves }
    var chains = ends.map { from, to in
      (0...points + 1).map { from + (to - from) * (Double($0) / Double(points + 1)) }
    }
    let lengths = ends.map { max(1, ($0.1 - $0.0).length) }
    var step = 0.04 * (lengths.reduce(0, +) / Double(lengths.count))
    for _ in 0..<rounds {
      var next = chains
      for line in chains.indices where !pairs[line].isEmpty {
        let stiffness = 0.4 / lengths[line] * Double(points + 1)
        for point in 1...points {
          let here = chains[line][point]
          var force = (chains[line][point - 1] + chains[line][point + 1] - here * 2) * stiffness
          for (other, likeness, isTurned) in pairs[line] {
            let there = chains[other][isTurned ? points + 1 - point : point]
            let way = there - here
            let distance = way.length
            if distance > 0.5 { force = force + way * (likeness / distance / distance) }
          }
          let size = force.length
          if size > 0 { next[line][point] = here + force * (min(step, size * step * 4) / size) }
        }
      }
      chains = next
      step *= 0.93
    }
    return chains.indices.map { pairs[$0].isEmpty ? curves[$0] : Bezier.through(chains[$0]) }
  }

  private static func alike(_ ends: [(Point, Point)]) -> [[(Int, Double, Bool)]] {
    var result = [[(Int, Double, Bool)]](repeating: [], count: ends.count)
    for one in ends.indices {
      let (a, b) = ends[one]
      let first = b - a
      guard first.length > 1 else { continue }
      for other in ends.indices where other > one {
        let (c, d) = ends[other]
        let second = d - c
        guard second.length > 1 else { continue }
        let (p, q) = (first.length, second.length)
        let cosine = (first.x * second.x + first.y * second.y) / (p * q)
        let mean = (p + q) / 2
        let scale = 2 / (mean / min(p, q) + max(p, q) / mean)
        let distance = ((a + b) * 0.5 - (c + d) * 0.5).length
        let likeness = abs(cosine) * scale * (mean / (mean + distance))
        guard likeness >= threshold else { continue }
        result[one].append((other, likeness, cosine < 0))
        result[other].append((one, likeness, cosine < 0))
      }
    }
    return result
  }
}
