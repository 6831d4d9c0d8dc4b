/// Edges outside a graph, by source: what a split held out. Targets ascend within a source, each once.
public struct EdgeRows: Sendable, Equatable {
  /// One entry more than there are sources, ascending from 0.
  public let offsets: [Int]
  /// Indices within the target type, ascending within each source.
  public let targets: [UInt32]
  /// How strong each edge was, and 1 where the relation has no weights; of parallel edges the last.
  public let weights: [Float]

  /// How many sources there are, those without edges among them.
  public var sourceCount: Int { offsets.count - 1 }
  /// How many edges there are.
  public var count: Int { targets.count }

  /// Positions of the edges of one source.
  public func edges(of source: UInt32) -> Range<Int> { offsets[Int(source)]..<offsets[Int(source) + 1] }

  /// The targets of one source, ascending, without a copy.
  ///
  /// - Precondition: `source` is below `sourceCount`.
  public func targets(of source: UInt32) -> ArraySlice<UInt32> { targets[edges(of: source)] }

  /// The sources that have an edge, ascending.
  public var sources: [UInt32] {
    (0..<UInt32(sourceCount)).filter { !edges(of: $0).isEmpty }
  }

  /// - Parameter rows: by source, ascending by target, each target once.
  init(_ rows: [[(target: UInt32, weight: Float)]]) {
    var offsets = [0]
    var targets: [UInt32] = []
    var weights: [Float] = []
    offsets.reserveCapacity(rows.count + 1)
    for row in rows {
      for edge in row {
        targets.append(edge.target)
        weights.append(edge.weight)
      }
      offsets.append(targets.count)
    }
    self.offsets = offsets
    self.targets = targets
    self.weights = weights
  }

  init(emptyFor sourceCount: Int) {
    offsets = [Int](repeating: 0, count: sourceCount + 1)
    targets = []
    weights = []
  }
}
