import AkinGraph
import AkinPageRank
import AkinRanking
import TestSupport

/// PageRank by Gaussian elimination on the dense matrix of all states: shares nothing with the solvers.
struct DensePageRank {
  var types: [NodeTypeID] = []
  var starts: [Int] = []
  var count = 0
  /// P, row-normalised; zero rows for dangling states.
  var transition: [[Double]] = []
  var strength: [Double] = []
  let snapshot: Snapshot

  init(_ snapshot: Snapshot, following ways: Ways, usesWeights: Bool = true) {
    self.snapshot = snapshot
    var arcs: [(from: Int, to: Int, hop: Hop, weight: Double)] = []
    func back(_ hop: Hop) -> Hop { Hop(relation: hop.relation, direction: hop.direction.opposite) }
    switch ways {
    case .thereAndBack(let hop):
      types = [snapshot.origin(of: hop), snapshot.destination(of: hop)]
      arcs = [(0, 1, hop, 1), (1, 0, back(hop), 1)]
    case .metapath(let hops):
      types = hops.map { snapshot.origin(of: $0) }
      arcs = hops.enumerated().map { ($0, ($0 + 1) % hops.count, $1, 1) }
    case .hops(let hops):
      for hop in hops {
        for type in [snapshot.origin(of: hop.hop), snapshot.destination(of: hop.hop)] where !types.contains(type) {
          types.append(type)
        }
        arcs.append(
          (
            types.firstIndex(of: snapshot.origin(of: hop.hop))!,
            types.firstIndex(of: snapshot.destination(of: hop.hop))!,
            hop.hop, hop.weight
          ))
      }
    }
    for type in types {
      starts.append(count)
      count += snapshot.table(of: type).count
    }
    transition = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for arc in arcs {
      // Only forward adjacencies are read, whichever way the hop goes.
      let forward = snapshot.relations[arc.hop.relation].forward
      for source in 0..<forward.nodeCount {
        for edge in try! forward.edges(of: UInt32(source)) {
          let target = Int(forward.neighbors[edge])
          let weight = arc.weight * (usesWeights ? Double(forward.attributes.weight(at: edge)) : 1)
          let ends = arc.hop.direction == .forward ? (source, target) : (target, source)
          transition[starts[arc.from] + ends.0][starts[arc.to] + ends.1] += weight
        }
      }
    }
    strength = transition.map { $0.reduce(0, +) }
    for row in 0..<count where strength[row] > 0 {
      for column in 0..<count { transition[row][column] /= strength[row] }
    }
  }

  func state(of node: NodeID) -> Int { starts[types.firstIndex(of: node.type)!] + Int(node.index) }

  func node(of state: Int) -> NodeID {
    let layer = starts.indices.last { starts[$0] <= state }!
    return NodeID(type: types[layer], index: UInt32(state - starts[layer]))
  }

  /// Shares of the sources, by state.
  func restart(_ sources: [WeightedSource]) -> [Double] {
    var restart = [Double](repeating: 0, count: count)
    let total = sources.reduce(0) { $0 + $1.weight }
    for source in sources { restart[state(of: source.node)] += source.weight / total }
    return restart
  }

  /// Every node alike, in the first layer of its type.
  var everywhere: [Double] {
    var restart = [Double](repeating: 0, count: count)
    for (layer, type) in types.enumerated() where types.firstIndex(of: type) == layer {
      for index in 0..<snapshot.table(of: type).count { restart[starts[layer] + index] = 1 }
    }
    let total = restart.reduce(0, +)
    return restart.map { $0 / total }
  }

  /// The solution of (I − d·(P + dangling·rᵀ)ᵀ) s = (1 − d) r.
  func scores(restart: [Double], damping: Double) -> [Double] {
    var matrix = (0..<count).map { row in
      (0..<count).map { column -> Double in
        let step = strength[column] > 0 ? transition[column][row] : restart[row]
        return (row == column ? 1 : 0) - damping * step
      }
    }
    var right = restart.map { (1 - damping) * $0 }
    for column in 0..<count {
      let pivot = (column..<count).max { abs(matrix[$0][column]) < abs(matrix[$1][column]) }!
      matrix.swapAt(column, pivot)
      right.swapAt(column, pivot)
      for row in column + 1..<max(count, column + 1) where matrix[row][column] != 0 {
        let factor = matrix[row][column] / matrix[column][column]
        for other in column..<count { matrix[row][other] -= factor * matrix[column][other] }
        right[row] -= factor * right[column]
      }
    }
    var solution = right
    for row in (0..<count).reversed() {
      for column in row + 1..<max(count, row + 1) { solution[row] -= matrix[row][column] * solution[column] }
      solution[row] /= matrix[row][row]
    }
    return solution
  }

  /// Scores of states as the library returns them: by type, copies of a type added up.
  func byType(_ scores: [Double]) -> [[Double]] {
    var result = [[Double]](repeating: [], count: snapshot.nodes.count)
    for (layer, type) in types.enumerated() {
      let own = Array(scores[starts[layer]..<starts[layer] + snapshot.table(of: type).count])
      let known = result[Int(type.rawValue)]
      result[Int(type.rawValue)] = known.isEmpty ? own : zip(known, own).map { $0 + $1 }
    }
    return result
  }
}

func distance(_ left: [[Double]], _ right: [[Double]]) -> Double {
  zip(left, right).reduce(0) { sum, pair in sum + zip(pair.0, pair.1).reduce(0) { $0 + abs($1.0 - $1.1) } }
}

/// Ways of every kind through `RandomGraph`: saved (user to item), follows (user to user), tagged (item to tag).
func someWays(_ schema: Schema) -> [Ways] {
  func hop(_ relation: Int, _ direction: Direction = .forward) -> Hop { Hop(relation: relation, direction: direction) }
  return [
    .thereAndBack(hop(0)), .thereAndBack(hop(0, .reverse)), .thereAndBack(hop(1)), .wholeGraph(schema),
    .wholeGraph(schema, weights: ["saved": 2.5, "tagged": 0]), .hops([WeightedHop(hop(1))]),
    .hops([WeightedHop(hop(0)), WeightedHop(hop(1), weight: 0.5), WeightedHop(hop(1, .reverse)), WeightedHop(hop(2))]),
    .metapath([hop(0), hop(0, .reverse), hop(1)]), .metapath([hop(1)]),
    .metapath([hop(0, .reverse), hop(0), hop(2), hop(2, .reverse)]),
  ]
}

/// Three of `someWays`, other ones for each seed: tests without optimisation are slow, and all come up in ten seeds.
func someWays(_ schema: Schema, few seed: UInt64) -> [Ways] {
  let all = someWays(schema)
  return [0, 3, 7].map { all[(Int(seed) + $0) % all.count] }
}

/// One to three nodes of types that the ways touch, with random weights.
func someSources(_ dense: DensePageRank, using random: inout SplitMix64) -> [WeightedSource] {
  let types = dense.types.filter { dense.snapshot.table(of: $0).count > 0 }
  return (0..<Int.random(in: 1...3, using: &random)).map { _ in
    let type = types.randomElement(using: &random)!
    let index = UInt32.random(in: 0..<UInt32(dense.snapshot.table(of: type).count), using: &random)
    return WeightedSource(NodeID(type: type, index: index), weight: Double.random(in: 0.1...3, using: &random))
  }
}
