import AkinGraph
import AkinParallel
import AkinRanking

/// The states of a surfer and the edges between them: typed adjacencies seen as one graph.
///
/// A *state* is a node in a layer, numbered `layer.start + node.index`. States exist inside this module only; what goes
/// out is a `NodeID`. Nothing of the adjacencies is copied.
struct Surface: Sendable {
  struct Layer: Sendable {
    var type: NodeTypeID
    var start: Int
    var count: Int
    var range: Range<Int> { start..<start + count }
  }

  /// One hop from a layer to a layer.
  struct Arc: Sendable {
    var from: Int
    var to: Int
    var weight: Double
    var hop: Hop
    /// Rows of the layer that the arc leaves.
    var out: Adjacency
    /// Rows of the layer where it arrives: the same edges, seen from the other end.
    var into: Adjacency
  }

  let snapshot: Snapshot
  let layers: [Layer]
  let arcs: [Arc]
  let usesWeights: Bool
  let stateCount: Int
  /// Edges over all arcs: what one pass reads.
  let edgeCount: Int
  /// Weights of the edges that lead on from a state, added up, by state; 0 for a dangling one.
  let strength: [Double]
  /// Whether each edge is as heavy when walked back, so that strength(s)·π_s(t) = strength(t)·π_t(s).
  let isReversible: Bool
  /// Whether the layers are two with all arcs between them.
  let isTwoSided: Bool

  /// - Throws: `PageRankError`; `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(n) where edges count alike, else O(n + m).
  init(_ snapshot: Snapshot, following ways: Ways, usesWeights: Bool, execution: Execution) throws {
    self.snapshot = snapshot
    let outline = try Outline(ways, in: snapshot)
    var next = 0
    let layers = outline.types.map { type in
      let layer = Layer(type: type, start: next, count: snapshot.table(of: type).count)
      next += layer.count
      return layer
    }
    guard next < Int(UInt32.max) else { throw PageRankError.tooManyNodes(next, limit: Int(UInt32.max)) }
    stateCount = next
    self.layers = layers
    let followed = outline.arcs.map { arc in
      Arc(
        from: arc.from, to: arc.to, weight: arc.weight, hop: arc.hop, out: snapshot.adjacency(arc.hop),
        into: snapshot.adjacency(arc.hop.reversed))
    }
    arcs = followed
    edgeCount = followed.reduce(0) { $0 + $1.out.edgeCount }
    let isWeighted = usesWeights && followed.contains { $0.out.attributes.weights != nil }
    self.usesWeights = isWeighted
    isReversible = outline.isReversible
    isTwoSided = layers.count == 2 && followed.allSatisfy { $0.from != $0.to }
    var strength = [Double](repeating: 0, count: next)
    _ = try concurrentFill(&strength, chunkSize: 1 << 14, execution: execution) { range, run in
      for state in range {
        let layer = Self.layer(of: state, in: layers)
        var sum = 0.0
        for arc in followed where arc.from == layer {
          sum += try arc.rowWeight(of: UInt32(state - layers[layer].start), usesWeights: isWeighted) * arc.weight
        }
        guard sum.isFinite else {
          throw GraphError.damagedData(
            place: "the weights of a node", found: "a sum of \(sum)", expected: "a finite number")
        }
        run[state - range.lowerBound] = sum
      }
    }
    self.strength = strength
  }

  /// The same states with every edge turned round. Strengths stay those of the edges that lead on, since walks are drawn by
  /// them, but for states without any: they have 1, so that mass put there can be pushed.
  ///
  /// With r(u)·strength(u) as residuals, a forward push here is a reverse push there: what u sends to its predecessor w
  /// is d · weight(w, u) / strength(w) · r(u), times strength(w) d · weight(w, u) · r(u).
  init(transposing surface: Surface) {
    snapshot = surface.snapshot
    layers = surface.layers
    arcs = surface.arcs.map { arc in
      Arc(from: arc.to, to: arc.from, weight: arc.weight, hop: arc.hop.reversed, out: arc.into, into: arc.out)
    }
    usesWeights = surface.usesWeights
    stateCount = surface.stateCount
    edgeCount = surface.edgeCount
    strength = surface.strength.map { $0 > 0 ? $0 : 1 }
    isReversible = surface.isReversible
    isTwoSided = surface.isTwoSided
  }

  static func layer(of state: Int, in layers: [Layer]) -> Int {
    var layer = layers.count - 1
    while layer > 0, state < layers[layer].start { layer -= 1 }
    return layer
  }

  func layer(of state: Int) -> Int { Self.layer(of: state, in: layers) }

  func node(of state: Int) -> NodeID {
    let layer = layers[layer(of: state)]
    return NodeID(type: layer.type, index: UInt32(state - layer.start))
  }

  /// Where questions about a type start and are answered: the first layer of the type.
  func home(of type: NodeTypeID) -> Layer? { layers.first { $0.type == type } }

  var typeNames: [String] {
    var names: [String] = []
    for layer in layers {
      let name = snapshot.schema.name(of: layer.type)
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The sources of a query as states with shares that sum to 1, by ascending state.
  ///
  /// - Throws: `PageRankError.sourceOffTheWays`.
  func restart(at sources: [WeightedSource]) throws(PageRankError) -> [(state: Int, share: Double)] {
    var found: [(state: Int, share: Double)] = []
    try restart(at: sources, into: &found)
    return found
  }

  /// As above, in memory that the caller keeps.
  func restart(
    at sources: [WeightedSource], into found: inout [(state: Int, share: Double)]
  ) throws(PageRankError) {
    found.removeAll(keepingCapacity: true)
    var isSorted = true
    for source in sources {
      guard let layer = home(of: source.node.type) else {
        throw .sourceOffTheWays(type: snapshot.schema.name(of: source.node.type), expected: typeNames)
      }
      precondition(
        Int(source.node.index) < layer.count, "source \(source.node.index) is outside a type of \(layer.count)")
      let state = layer.start + Int(source.node.index)
      isSorted = isSorted && (found.last?.state ?? -1) < state
      found.append((state, source.weight))
    }
    if !isSorted {
      found.sort { $0.state < $1.state }
      var count = 0
      for number in found.indices {
        if count > 0, found[count - 1].state == found[number].state {
          found[count - 1].share += found[number].share
        } else {
          found[count] = found[number]
          count += 1
        }
      }
      found.removeLast(found.count - count)
    }
    var total = 0.0
    for source in found { total += source.share }
    for number in found.indices { found[number].share /= total }
  }

  /// Makes sure that kernels may read every row of every arc, both ways, unchecked.
  func validate(execution: Execution) throws {
    for arc in arcs {
      try snapshot.validate(arc.hop, execution: execution)
      try snapshot.validate(arc.hop.reversed, execution: execution)
    }
  }
}

extension Surface.Arc {
  /// The weights of a row of `out`, added up.
  ///
  /// - Throws: `GraphError.damagedData` for a weight that is no positive number, too.
  func rowWeight(of node: UInt32, usesWeights: Bool) throws(GraphError) -> Double {
    let row = try out.edges(of: node)
    guard usesWeights, let weights = out.attributes.weights else { return Double(row.count) }
    var sum = 0.0
    for edge in row { sum += try Self.checked(weights[edge], edge) }
    return sum
  }

  /// The weight of an edge of `into`.
  ///
  /// - Throws: `GraphError.damagedData` for what is no positive number.
  func weight(of edge: Int, usesWeights: Bool) throws(GraphError) -> Double {
    guard usesWeights, let weights = into.attributes.weights else { return 1 }
    return try Self.checked(weights[edge], edge)
  }

  private static func checked(_ weight: Float, _ edge: Int) throws(GraphError) -> Double {
    guard weight > 0, weight.isFinite else {
      throw .damagedData(place: "edge \(edge)", found: "weight \(weight)", expected: "a positive number")
    }
    return Double(weight)
  }
}

extension Hop {
  var reversed: Hop { Hop(relation: relation, direction: direction.opposite) }
}

/// The layers and arcs of ways, before there is data behind them.
private struct Outline {
  struct Arc {
    var from: Int
    var to: Int
    var hop: Hop
    var weight: Double
  }

  var types: [NodeTypeID] = []
  var arcs: [Arc] = []

  init(_ ways: Ways, in snapshot: Snapshot) throws(PageRankError) {
    switch ways {
    case .thereAndBack(let hop):
      types = [snapshot.origin(of: hop), snapshot.destination(of: hop)]
      arcs = [
        Arc(from: 0, to: 1, hop: hop, weight: 1), Arc(from: 1, to: 0, hop: hop.reversed, weight: 1),
      ]
    case .metapath(let hops):
      guard let first = hops.first, let last = hops.last else { throw .nothingToFollow }
      for (number, hop) in hops.enumerated() {
        let origin = snapshot.origin(of: hop)
        if number > 0, origin != snapshot.destination(of: hops[number - 1]) {
          throw .brokenMetapath(
            hop: number, leavesFrom: snapshot.schema.name(of: origin),
            arrivedAt: snapshot.schema.name(of: snapshot.destination(of: hops[number - 1])))
        }
        types.append(origin)
        arcs.append(Arc(from: number, to: (number + 1) % hops.count, hop: hop, weight: 1))
      }
      guard snapshot.destination(of: last) == snapshot.origin(of: first) else {
        throw .openMetapath(
          endsOn: snapshot.schema.name(of: snapshot.destination(of: last)),
          beginsOn: snapshot.schema.name(of: snapshot.origin(of: first)))
      }
    case .hops(let hops):
      guard !hops.isEmpty else { throw .nothingToFollow }
      for (number, weighted) in hops.enumerated() {
        guard weighted.weight > 0, weighted.weight.isFinite else {
          throw .badHopWeight(weighted.weight, hop: number)
        }
        arcs.append(
          Arc(
            from: layer(of: snapshot.origin(of: weighted.hop)), to: layer(of: snapshot.destination(of: weighted.hop)),
            hop: weighted.hop, weight: weighted.weight))
      }
    }
  }

  private mutating func layer(of type: NodeTypeID) -> Int {
    if let known = types.firstIndex(of: type) { return known }
    types.append(type)
    return types.count - 1
  }

  /// Whether the arcs pair up into ways there and back.
  var isReversible: Bool {
    var unpaired = arcs
    while let arc = unpaired.popLast() {
      guard
        let mate = unpaired.firstIndex(where: {
          $0.from == arc.to && $0.to == arc.from && $0.hop == arc.hop.reversed && $0.weight == arc.weight
        })
      else { return false }
      unpaired.remove(at: mate)
    }
    return true
  }
}
