public import AkinParallel

extension Column {
  /// A copy in memory of this process, in huge pages where the column is large and the system has them.
  func resident(cancellation: Cancellation) throws -> Column {
    try Column(count: count) { target in
      try withSpan { source in
        // Pieces, so that an interrupt is looked at often.
        for start in stride(from: 0, to: count, by: 1 << 20) {
          try cancellation.check()
          for position in start..<min(count, start + 1 << 20) { target[position] = source[position] }
        }
      }
    }
  }
}

extension Snapshot {
  /// The same graph with the rows and neighbours of some relations copied into memory of this process: for many queries.
  ///
  /// A mapped file is read by pages of 4 KiB, and random access to a large one waits for the page tables more than for the
  /// data. Copies lie in huge pages where the system has them. What the graph holds, and so every answer, stays the same.
  ///
  /// - Parameters:
  ///   - chosen: positions in the schema; by default the primary relation.
  ///   - isLinked: with `RowLinks`, which walks there and back are faster by: for some ten hops an edge and more.
  /// - Throws: `CancellationError`.
  /// - Complexity: O(n + m) time; 16 bytes a node and 8 bytes an edge of memory, with links 24.
  public func resident(
    relations chosen: [Int]? = nil, isLinked: Bool = false, cancellation: Cancellation = Cancellation()
  ) throws -> Snapshot {
    var copies = relations
    for number in chosen ?? [schema.roles.primaryRelation] {
      precondition(relations.indices.contains(number), "relation \(number) of \(relations.count)")
      copies[number] = RelationEdges(
        forward: try relations[number].forward.resident(cancellation: cancellation),
        reverse: try relations[number].reverse.resident(cancellation: cancellation),
        timeBase: relations[number].timeBase)
      if isLinked { copies[number] = try copies[number].linked(cancellation: cancellation) }
    }
    return Snapshot(self, relations: copies)
  }

  /// How many bytes `resident` takes for a relation.
  public func residentByteCount(ofRelation number: Int, isLinked: Bool = false) -> Int {
    let edges = relations[number]
    return [edges.forward, edges.reverse].reduce(0) {
      $0 + $1.offsets.byteCount + $1.neighbors.byteCount + (isLinked ? 8 * $1.edgeCount : 0)
    }
  }
}

extension Adjacency {
  func resident(cancellation: Cancellation) throws -> Adjacency {
    Adjacency(
      offsets: try offsets.resident(cancellation: cancellation),
      neighbors: try neighbors.resident(cancellation: cancellation), neighborCount: neighborCount,
      attributes: attributes)
  }
}
