import AkinRanking

/// A candidate, with the best guess at its score and what it lies between.
struct Rival: BitwiseCopyable {
  var node: UInt32
  var score: Double
  var lower: Double
  var upper: Double

  @inline(__always)
  func isBetter(than other: Rival) -> Bool { score != other.score ? score > other.score : node < other.node }
}

/// The candidates that look best of all that were offered, and what any other may be worth; from them, the list with what
/// is proven of it. Memory is kept from one list to the next.
///
/// A node is certainly among the k best when its lower bound is above the (k + 1)-th largest upper bound of all
/// candidates: then fewer than k others can be as good. The i-th of the list certainly has rank i when its lower bound is
/// above the (i + 1)-th largest upper bound and i − 1 others have a lower bound above its upper bound. Ties prove nothing.
struct Rivals {
  private var capacity = 0
  /// A heap with the worst at its root, until `rank` sorts it.
  private(set) var kept: [Rival] = []
  /// An upper bound on the scores of all that was not kept.
  private(set) var others = 0.0
  private var uppers: [Double] = []
  private var lowers: [Double] = []

  mutating func begin(capacity: Int) {
    self.capacity = capacity
    kept.removeAll(keepingCapacity: true)
    others = 0
  }

  /// - Parameter admits: whether the candidate may be in the list; asked only where it matters.
  @inline(__always)
  mutating func offer(_ node: UInt32, _ interval: Bounds.Interval, admits: (UInt32) -> Bool) {
    let rival = Rival(node: node, score: interval.score, lower: interval.lower, upper: interval.upper)
    // What was not reached so far, or is not told from nothing, may still be worth what its bound allows.
    guard rival.score > 0, kept.count < capacity || rival.isBetter(than: kept[0]) else {
      if rival.upper > others, admits(node) { others = rival.upper }
      return
    }
    guard admits(node) else { return }
    if kept.count < capacity {
      kept.append(rival)
      kept.siftUp(kept.count - 1)
    } else {
      others = max(others, kept[0].upper)
      kept[0] = rival
      kept.siftDown(0, kept.count)
    }
  }

  /// Takes note of candidates that are not to be listed.
  mutating func offerOthers(upper: Double) { others = max(others, upper) }

  /// Gives those kept other bounds, those close to rank `k` first: whether they belong to the list is most in doubt.
  ///
  /// - Precondition: `rank` sorted them.
  mutating func update(around k: Int, _ body: (inout Rival) throws -> Void) rethrows {
    var before = min(k, kept.count) - 1
    var after = before + 1
    while before >= 0 || after < kept.count {
      if before >= 0 { try body(&kept[before]) }
      if after < kept.count { try body(&kept[after]) }
      before -= 1
      after += 1
    }
  }

  /// Sorts what was kept, best first, and counts what is proven of the first `k`. Nothing may be offered after it.
  mutating func rank(k: Int) -> (count: Int, proof: RankProof) {
    kept.heapSort()
    uppers.removeAll(keepingCapacity: true)
    lowers.removeAll(keepingCapacity: true)
    for rival in kept {
      uppers.append(rival.upper)
      lowers.append(rival.lower)
    }
    uppers.heapSort()
    lowers.heapSort()
    let count = min(k, kept.count)
    var proof = RankProof(certainMembers: 0, certainRanks: 0)
    for position in 0..<count {
      let own = kept[position]
      if own.lower > rival(after: k) { proof.certainMembers += 1 }
      let isBelowOthers = position == 0 || lowers[position - 1] > own.upper
      if isBelowOthers, own.lower > rival(after: position + 1) { proof.certainRanks += 1 }
    }
    return (count, proof)
  }

  /// The largest upper bound but `rank`, of all candidates.
  private func rival(after rank: Int) -> Double { max(others, rank < uppers.count ? uppers[rank] : 0) }
}

/// What a heap with the worst at its root can hold.
private protocol Sortable {
  func isBetter(than other: Self) -> Bool
}

extension Rival: Sortable {}

extension Double: Sortable {
  fileprivate func isBetter(than other: Double) -> Bool { self > other }
}

extension [Rival] {
  fileprivate mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard self[parent].isBetter(than: self[child]) else { return }
      swapAt(child, parent)
      child = parent
    }
  }
}

extension Array where Element: Sortable {
  fileprivate mutating func siftDown(_ start: Int, _ count: Int) {
    var parent = start
    while true {
      var worst = parent
      for child in (2 * parent + 1)...(2 * parent + 2) where child < count {
        if self[worst].isBetter(than: self[child]) { worst = child }
      }
      guard worst != parent else { return }
      swapAt(parent, worst)
      parent = worst
    }
  }

  /// Best first, in place: the library's own sort takes memory for large arrays.
  fileprivate mutating func heapSort() {
    for parent in stride(from: count / 2 - 1, through: 0, by: -1) { siftDown(parent, count) }
    for last in stride(from: count - 1, to: 0, by: -1) {
      swapAt(0, last)
      siftDown(0, last)
    }
  }
}
