import AkinNeighbors
import AkinParallel
import AkinRanking
import Synchronization

/// The lists of all nodes of a method that knows them from one product; made when the first of them is asked for, and
/// kept.
final class WholeLists: Sendable {
  private let method: SimilarNodes
  private let k: Int
  private let execution: Execution
  private let made = Mutex<NeighborTable?>(nil)

  /// `nil` where the method has no such way.
  init?(_ method: any Recommender, k: Int, execution: Execution) {
    guard let method = method as? SimilarNodes else { return nil }
    self.method = method
    self.k = k
    self.execution = execution
  }

  func table() throws -> NeighborTable {
    try made.withLock { made in
      if let made { return made }
      let table = try method.allLists(k: k, execution: execution)
      made = table
      return table
    }
  }

  /// CPU seconds that all lists take: what comes before the first row, and a share of the rows.
  ///
  /// - Parameter stride: one piece of rows in this many is computed.
  func seconds(oneIn stride: Int) throws -> (seconds: Double, sample: NeighborTable) {
    // Once without counting, so that pages that were never read do not count for the rows.
    _ = try method.allLists(k: k, share: .none, execution: execution)
    var meter = ResourceMeter()
    _ = try method.allLists(k: k, share: .none, execution: execution)
    let before = meter.cost().cpuSeconds
    meter = ResourceMeter()
    let sample = try method.allLists(k: k, share: RowShare(oneIn: stride), execution: execution)
    return (before + max(0, meter.cost().cpuSeconds - before) * Double(stride), sample)
  }
}
