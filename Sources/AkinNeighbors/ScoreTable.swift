/// Scores of nodes by index, and which were touched: sums grow in any order, and clearing costs what was touched.
struct ScoreTable {
  /// By node; zero where nothing was added.
  private(set) var scores: [Double]
  private(set) var touched: [UInt32] = []
  private var isTouched: [Bool]

  init(count: Int) {
    scores = [Double](repeating: 0, count: count)
    isTouched = [Bool](repeating: false, count: count)
  }

  var count: Int { scores.count }

  @inline(__always)
  mutating func add(_ part: Double, to node: UInt32) {
    if !isTouched[Int(node)] {
      isTouched[Int(node)] = true
      touched.append(node)
    }
    scores[Int(node)] += part
  }

  mutating func clear() {
    for node in touched {
      scores[Int(node)] = 0
      isTouched[Int(node)] = false
    }
    touched.removeAll(keepingCapacity: true)
  }
}
