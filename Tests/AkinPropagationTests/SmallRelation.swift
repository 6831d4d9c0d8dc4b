import AkinGraph
import AkinPropagation
import AkinRanking
import TestSupport

/// A random relation of users and items as a plain matrix, and the graph of it.
struct SmallRelation {
  let snapshot: Snapshot
  /// By user, then item; 0 where there is no edge.
  let matrix: [[Double]]
  let hop = Hop(relation: 0, direction: .reverse)
  let users = NodeTypeID(rawValue: 0)
  let items = NodeTypeID(rawValue: 1)

  init(seed: UInt64, users userCount: Int = 30, items itemCount: Int = 20, isWeighted: Bool = false) throws {
    var random = SplitMix64(seed: seed)
    var builder = GraphBuilder()
    let users = builder.addNodeType("user")
    let items = builder.addNodeType("item")
    let saved = builder.addRelation("saved", from: users, to: items, duplicates: .last)
    for user in 0..<userCount { _ = try builder.intern("u\(user)", type: users) }
    for item in 0..<itemCount { _ = try builder.intern("i\(item)", type: items) }
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: itemCount), count: userCount)
    // The last of each has no edge.
    for user in 0..<userCount - 1 {
      for item in 0..<itemCount - 1 where Double.random(in: 0..<1, using: &random) < 0.5 / Double(1 + item % 5) {
        let weight = isWeighted ? Float(Int.random(in: 1...5, using: &random)) : 1
        matrix[user][item] = Double(weight)
        builder.addEdge(saved, from: UInt32(user), to: UInt32(item), weight: isWeighted ? weight : nil)
      }
    }
    snapshot = try builder.build().snapshot
    self.matrix = matrix
  }

  var userCount: Int { matrix.count }
  var itemCount: Int { matrix[0].count }
  var userDegrees: [Double] { matrix.map { $0.reduce(0, +) } }
  var itemDegrees: [Double] { (0..<itemCount).map { item in matrix.reduce(0) { $0 + $1[item] } } }

  /// What user has, by item; `nil` for one who has nothing.
  func query(for user: Int) -> Query? {
    let own = matrix[user].indices.filter { matrix[user][$0] > 0 }
    guard !own.isEmpty else { return nil }
    return Query(
      sources: own.map { WeightedSource(node($0), weight: matrix[user][$0]) },
      candidates: CandidateFilter(type: items, excluded: NodeSet(own.map { UInt32($0) })))
  }

  func node(_ item: Int) -> NodeID { NodeID(type: items, index: UInt32(item)) }

  func info(_ name: String) -> MethodInfo { MethodInfo(name: name, parameters: [], fingerprint: snapshot.fingerprint) }
}

/// Matrices as arrays of rows, multiplied the plain way.
typealias Plain = [[Double]]

func product(_ a: Plain, _ b: Plain) -> Plain {
  a.map { row in (0..<(b.first?.count ?? 0)).map { column in row.indices.reduce(0) { $0 + row[$1] * b[$1][column] } } }
}

func transpose(_ a: Plain) -> Plain { (0..<(a.first?.count ?? 0)).map { column in a.map { $0[column] } } }

/// Gaussian elimination with pivots.
func solve(_ matrix: Plain, _ right: [Double]) -> [Double] {
  var a = matrix
  var b = right
  let n = b.count
  for column in 0..<n {
    let pivot = (column..<n).max { abs(a[$0][column]) < abs(a[$1][column]) }!
    a.swapAt(column, pivot)
    b.swapAt(column, pivot)
    for row in 0..<n where row != column {
      let factor = a[row][column] / a[column][column]
      for other in column..<n { a[row][other] -= factor * a[column][other] }
      b[row] -= factor * b[column]
    }
  }
  return (0..<n).map { b[$0] / a[$0][$0] }
}
