import Foundation

/// Rings around the source: the answer outside, what leads there between, each at the side of what it leads to.
///
/// The outer ring is ordered so that nodes that share connectors stand side by side; a connector then goes to the mean
/// direction of what it leads to, as near as its neighbours on the ring allow. Lines so run outwards and seldom pass a node.
/// What has neither role, such as "+ 214 more", fills the inner ring.
///
/// - Complexity: O(r³) for r nodes in the outer ring, in a fixed number of passes; O(edges) besides.
struct RingLayout {
  private static let passes = 6
  /// The rings are wider than high, as text is.
  private static let stretch = 1.25

  /// Of all nodes.
  private(set) var centers: [Point]

  /// - Parameter sizes: of the nodes, in points.
  init(diagram: Diagram, sizes: [Size], ends: [(from: Int, to: Int)]) {
    let nodes = diagram.nodes
    centers = Array(repeating: Point(0, 0), count: nodes.count)
    let answers: Set<DiagramRole> = [.related, .entered, .left]
    let outer = nodes.indices.filter { answers.contains(nodes[$0].role) }
    let inner = nodes.indices.filter { nodes[$0].role == .connector || nodes[$0].role == .more }
    let position = Dictionary(uniqueKeysWithValues: outer.enumerated().map { ($1, $0) })
    // What each inner node leads to, and how strongly.
    var leads: [Int: [(place: Int, weight: Double)]] = [:]
    for (edge, (from, to)) in zip(diagram.edges, ends) {
      if let place = position[to] { leads[from, default: []].append((place, edge.weight + 0.1)) }
      if let place = position[from] { leads[to, default: []].append((place, edge.weight + 0.1)) }
    }
    let order = Self.order(count: outer.count, together: inner.map { leads[$0] ?? [] })
    var direction = [Double](repeating: 0, count: outer.count)
    for (turn, place) in order.enumerated() { direction[place] = 2 * .pi * Double(turn) / Double(max(1, outer.count)) }
    let wanted = inner.map { node -> Double? in
      let led = leads[node] ?? []
      let sum = led.reduce(Point(0, 0)) { $0 + Point(cos(direction[$1.place]), sin(direction[$1.place])) * $1.weight }
      if sum.length > 0.2 * led.reduce(0, { $0 + $1.weight }) { return atan2(sum.y, sum.x) }
      // What lies all around has no mean: the side of the strongest.
      return led.max { ($0.weight, $1.place) < ($1.weight, $0.place) }.map { direction[$0.place] }
    }
    let places = Self.parted(wanted)
    // Every second one further out, so that twice as many have room.
    let crowd = inner.reduce(0) { $0 + sizes[$1].width + 14 }
    let innerRadius = max(120, crowd / (2 * .pi) * 0.75)
    let outerRadius = max(innerRadius + 130, outer.reduce(0) { $0 + sizes[$1].width + 18 } / (2 * .pi) * 0.9)
    func point(_ angle: Double, _ radius: Double) -> Point {
      Point(cos(angle) * radius * Self.stretch, sin(angle) * radius)
    }
    for (place, node) in outer.enumerated() { centers[node] = point(direction[place], outerRadius) }
    let ranks = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    for (rank, number) in ranks.enumerated() {
      centers[inner[number]] = point(places[number], innerRadius * (rank % 2 == 0 || inner.count < 10 ? 1 : 1.22))
    }
  }

  /// The outer ring: those that are led to together, side by side.
  private static func order(count: Int, together: [[(place: Int, weight: Double)]]) -> [Int] {
    guard count > 3 else { return Array(0..<count) }
    var shared = [[Double]](repeating: Array(repeating: 0, count: count), count: count)
    for group in together {
      for one in group {
        for other in group where other.place != one.place {
          shared[one.place][other.place] += min(one.weight, other.weight)
        }
      }
    }
    // From the one that shares most on, always the one that is nearest to the last few.
    var order = [(0..<count).max { (shared[$0].reduce(0, +), $1) < (shared[$1].reduce(0, +), $0) }!]
    while order.count < count {
      let next = (0..<count).filter { !order.contains($0) }.max { one, other in
        func near(_ node: Int) -> Double {
          order.suffix(3).reversed().enumerated().reduce(0) { $0 + shared[node][$1.element] / Double($1.offset + 1) }
        }
        return (near(one), other) < (near(other), one)
      }
      order.append(next!)
    }
    func cost(_ node: Int, at turn: Int, _ order: [Int]) -> Double {
      order.enumerated().reduce(0) { sum, other in
        let apart = abs(other.offset - turn)
        return sum + shared[node][other.element] * Double(min(apart, count - apart))
      }
    }
    for _ in 0..<passes {
      var hasChanged = false
      for one in 0..<count {
        for other in (one + 1)..<max(one + 1, count) {
          var swapped = order
          swapped.swapAt(one, other)
          let before = cost(order[one], at: one, order) + cost(order[other], at: other, order)
          let after = cost(swapped[one], at: one, swapped) + cost(swapped[other], at: other, swapped)
          if after < before - 1e-9 {
            order = swapped
            hasChanged = true
          }
        }
      }
      if !hasChanged { break }
    }
    return order
  }

  /// Directions as near as possible to those wanted, and evenly apart where too many want the same; what wants none goes
  /// where most room is.
  private static func parted(_ wanted: [Double?]) -> [Double] {
    let turn = 2 * Double.pi
    let gap = turn / Double(max(1, wanted.count)) * 0.85
    var result = [Double](repeating: 0, count: wanted.count)
    func normal(_ angle: Double) -> Double {
      (angle.truncatingRemainder(dividingBy: turn) + turn).truncatingRemainder(dividingBy: turn)
    }
    var order = wanted.indices.filter { wanted[$0] != nil }.sorted {
      (normal(wanted[$0]!), $0) < (normal(wanted[$1]!), $1)
    }
    // The ring is cut where it is emptiest.
    if let cut = order.indices.max(by: { room(before: $0) < room(before: $1) }) {
      order = Array(order[cut...] + order[..<cut])
    }
    func room(before place: Int) -> Double {
      let previous = order[(place + order.count - 1) % order.count]
      return normal(normal(wanted[order[place]]!) - normal(wanted[previous]!))
    }
    var start = 0.0
    if let first = order.first { start = normal(wanted[first]!) }
    // Neighbours that are too near are brought to their common mean, in blocks (pool adjacent violators).
    var blocks: [(sum: Double, count: Int)] = []
    for (place, node) in order.enumerated() {
      let own = normal(normal(wanted[node]!) - start) - Double(place) * gap
      blocks.append((own, 1))
      while blocks.count > 1 {
        let (last, previous) = (blocks[blocks.count - 1], blocks[blocks.count - 2])
        guard last.sum / Double(last.count) < previous.sum / Double(previous.count) else { break }
        blocks.removeLast()
        blocks[blocks.count - 1] = (last.sum + previous.sum, last.count + previous.count)
      }
    }
    var place = 0
    for block in blocks {
      for _ in 0..<block.count {
        result[order[place]] = start + block.sum / Double(block.count) + Double(place) * gap
        place += 1
      }
    }
    // The rest into the widest gaps.
    var taken = order.map { normal(result[$0]) }.sorted()
    for node in wanted.indices where wanted[node] == nil {
      guard taken.count > 0 else {
        result[node] = -.pi / 2
        taken = [normal(result[node])]
        continue
      }
      let spaces = taken.indices.map { place in
        let next = place + 1 < taken.count ? taken[place + 1] : taken[0] + turn
        return next - taken[place]
      }
      let widest = spaces.indices.max { spaces[$0] < spaces[$1] }!
      result[node] = normal(taken[widest] + spaces[widest] / 2)
      taken = (taken + [result[node]]).sorted()
    }
    return result
  }
}
