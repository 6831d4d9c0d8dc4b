public import AkinParallel
import Synchronization

extension Snapshot {
  /// Makes sure that every row of a hop lies within its columns and every neighbour exists, so that whole-graph kernels
  /// may read without asking again. The pass over the data happens once for a snapshot in a process, however often it is
  /// asked for.
  ///
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  /// - Complexity: O(n + m) the first time, then O(1).
  public func validate(_ hop: Hop, execution: Execution = .serial) throws {
    let key = hop.relation << 1 | Int(hop.direction.rawValue)
    if validations.passed.withLock({ $0.contains(key) }) { return }
    try adjacency(hop).validate(execution: execution)
    _ = validations.passed.withLock { $0.insert(key) }
  }
}

/// Which adjacencies of a snapshot were found sound, shared by its copies.
final class ValidationRecord: Sendable {
  let passed = Mutex<Set<Int>>([])
}

extension Adjacency {
  /// - Throws: `GraphError.damagedData`; `CancellationError`.
  func validate(execution: Execution) throws {
    _ = try concurrentMap(count: nodeCount, chunkSize: 1 << 16, execution: execution) { range in
      for node in range { _ = try edges(of: UInt32(node)) }
    }
    _ = try concurrentMap(count: edgeCount, chunkSize: 1 << 18, execution: execution) { range in
      let largest = neighbors.withSpan { neighbors in
        var largest: UInt32 = 0
        for edge in range { largest = max(largest, neighbors[edge]) }
        return largest
      }
      guard Int(largest) < neighborCount else {
        for edge in range { _ = try neighbor(at: edge) }
        return
      }
    }
  }
}
