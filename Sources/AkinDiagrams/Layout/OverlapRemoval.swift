/// Moves nodes apart until none overlap, and keeps the picture's shape: who is near whom, and on which side.
///
/// Each round asks of every pair of neighbours the distance that it has now, or a larger one where the two overlap, and
/// moves all nodes towards what is asked. Once neighbours are apart, other pairs that overlap are asked too. Graphviz has
/// this as "prism", whose sums run in the order of addresses: each run of a program would give other last bits.
///
/// - Complexity: O(n²) to find neighbours, O(n · (neighbours + overlaps)) a round, at most `rounds` rounds.
///
/// Source: Gansner and Hu, "Efficient, proximity-preserving node overlap removal", J. Graph Algorithms Appl. 14(1), 2010,
/// doi:10.7155/jgaa.00198; nearest neighbours take the place of its triangulation.
struct OverlapRemoval {
  private static let rounds = 160
  private static let sweeps = 5
  private static let neighborCount = 7
  /// A pair is asked to come apart by no more than this factor in a round.
  private static let mostGrowth = 1.5

  private var centers: [Point]
  /// Half of each node's width and height, with half of the gap around it.
  private let reach: [Point]

  private init(_ centers: [Point], _ sizes: [Size], gap: Double) {
    self.centers = centers
    reach = sizes.map { Point(($0.width + gap) / 2, ($0.height + gap) / 2) }
  }

  /// - Parameters:
  ///   - edges: positions of the nodes that are joined: they decide how large the picture is to begin with.
  ///   - edgeLength: of the mean edge to begin with, as a multiple of half the mean node's width and height together.
  ///   - gap: points between two nodes, at the least.
  /// - Returns: centres of nodes that do not overlap.
  static func separated(
    _ centers: [Point], sizes: [Size], edges: [(from: Int, to: Int)], edgeLength: Double, gap: Double
  ) -> [Point] {
    guard centers.count > 1 else { return centers }
    var work = OverlapRemoval(centers, sizes, gap: gap)
    work.scale(edges, toLength: edgeLength)
    work.partCoincident()
    let neighbors = work.nearest()
    for round in 0..<rounds {
      let overlapping = work.overlapping()
      if overlapping.isEmpty { return work.centers }
      // Neighbours first: far pairs that overlap only for now would tear the shape.
      work.round(neighbors, round < rounds / 8 ? [] : overlapping)
    }
    work.enlarge()
    return work.centers
  }

  private var meanReach: Double { reach.reduce(0) { $0 + $1.x + $1.y } / Double(reach.count) }

  private mutating func scale(_ edges: [(from: Int, to: Int)], toLength edgeLength: Double) {
    let lengths = edges.map { (centers[$0.from] - centers[$0.to]).length }.filter { $0 > 1e-9 }
    guard !lengths.isEmpty else { return }
    let wanted = edgeLength * meanReach
    let factor = wanted / (lengths.reduce(0, +) / Double(lengths.count))
    centers = centers.map { $0 * factor }
    drawIn(edges, toLength: wanted)
  }

  /// Springs push what is joined with nothing else far apart: each such island becomes as dense as the rest.
  private mutating func drawIn(_ edges: [(from: Int, to: Int)], toLength wanted: Double) {
    var island = Array(centers.indices)
    func root(_ node: Int) -> Int {
      var node = node
      while island[node] != node { node = island[node] }
      return node
    }
    for edge in edges {
      let (one, other) = (root(edge.from), root(edge.to))
      island[max(one, other)] = min(one, other)
    }
    let roots = centers.indices.map(root)
    var members: [Int: [Int]] = [:]
    for node in centers.indices { members[roots[node], default: []].append(node) }
    var lengths: [Int: (sum: Double, count: Double)] = [:]
    for edge in edges where edge.from != edge.to {
      let known = lengths[roots[edge.from], default: (0, 0)]
      lengths[roots[edge.from]] = (known.sum + (centers[edge.from] - centers[edge.to]).length, known.count + 1)
    }
    for (root, nodes) in members.sorted(by: { $0.key < $1.key }) {
      guard let (sum, count) = lengths[root], sum > wanted * count else { continue }
      let middle = nodes.reduce(Point(0, 0)) { $0 + centers[$1] } * (1 / Double(nodes.count))
      for node in nodes { centers[node] = middle + (centers[node] - middle) * (wanted * count / sum) }
    }
  }

  /// Nodes in one place have no side on which to part: each takes a step of its own.
  private mutating func partCoincident() {
    var seen: Set<[Int]> = []
    for node in centers.indices {
      while !seen.insert([Int((centers[node].x * 64).rounded()), Int((centers[node].y * 64).rounded())]).inserted {
        centers[node] = centers[node] + Point(Double(node % 13) - 6.5, Double(node % 11) - 5.5) * 0.1
      }
    }
  }

  /// Pairs of nodes one of which is among the nearest of the other.
  private func nearest() -> [[Int]] {
    var result = [[Int]](repeating: [], count: centers.count)
    for node in centers.indices {
      var best: [(distance: Double, node: Int)] = []
      for other in centers.indices where other != node {
        let apart = centers[node] - centers[other]
        let distance = apart.x * apart.x + apart.y * apart.y
        if best.count == Self.neighborCount, distance >= best[best.count - 1].distance { continue }
        best.insert((distance, other), at: best.firstIndex { $0.distance > distance } ?? best.count)
        if best.count > Self.neighborCount { best.removeLast() }
      }
      for near in best.map(\.node) {
        if !result[node].contains(near) { result[node].append(near) }
        if !result[near].contains(node) { result[near].append(node) }
      }
    }
    return result
  }

  private func overlaps(_ one: Int, _ other: Int) -> Bool {
    let apart = centers[one] - centers[other]
    return abs(apart.x) < reach[one].x + reach[other].x - 1e-6 && abs(apart.y) < reach[one].y + reach[other].y - 1e-6
  }

  /// By a sweep from left to right.
  private func overlapping() -> [(Int, Int)] {
    let widest = reach.map(\.x).max() ?? 0
    let order = centers.indices.sorted { (centers[$0].x, $0) < (centers[$1].x, $1) }
    var found: [(Int, Int)] = []
    for (place, one) in order.enumerated() {
      for other in order[(place + 1)...] {
        if centers[other].x - centers[one].x >= reach[one].x + widest { break }
        if overlaps(one, other) { found.append((one, other)) }
      }
    }
    return found
  }

  /// How much further apart two nodes must be so as not to overlap; 1 when they do not.
  private func growth(_ one: Int, _ other: Int) -> Double {
    let apart = centers[one] - centers[other]
    let across = (reach[one].x + reach[other].x) / max(abs(apart.x), 1e-9)
    let down = (reach[one].y + reach[other].y) / max(abs(apart.y), 1e-9)
    return max(1, min(across, down))
  }

  private mutating func round(_ neighbors: [[Int]], _ overlapping: [(Int, Int)]) {
    var wanted = centers.indices.map { node in
      neighbors[node].map { other in
        let distance = max((centers[node] - centers[other]).length, 1e-6)
        // A little more than needed, or the last hundredth would take as many rounds as all before it.
        let factor = growth(node, other)
        return (node: other, distance: distance * (factor > 1 ? min(factor * 1.01, Self.mostGrowth) : 1))
      }
    }
    for (one, other) in overlapping where !neighbors[one].contains(other) {
      let distance = (centers[one] - centers[other]).length * min(growth(one, other) * 1.01, Self.mostGrowth)
      wanted[one].append((other, distance))
      wanted[other].append((one, distance))
    }
    for _ in 0..<Self.sweeps {
      for node in centers.indices {
        var (sum, weights) = (Point(0, 0), 0.0)
        for (other, distance) in wanted[node] {
          let way = centers[node] - centers[other]
          let weight = 1 / (distance * distance)
          sum = sum + (centers[other] + way * (distance / max(way.length, 1e-9))) * weight
          weights += weight
        }
        if weights > 0 { centers[node] = sum * (1 / weights) }
      }
    }
  }

  /// Draws the whole larger: whatever the rounds have left over.
  private mutating func enlarge() {
    var factor = 1.0
    for (one, other) in overlapping() { factor = max(factor, growth(one, other)) }
    centers = centers.map { $0 * factor }
  }
}
