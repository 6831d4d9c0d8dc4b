import Foundation

/// LightGCN by dense matrices in double precision, straight from its definition, sharing nothing with the library.
struct DenseLightGCN {
  /// Which items each user has.
  var rows: [[UInt32]]
  var itemCount: Int
  var layerWeights: [Double]
  /// Layer 0: users, then items.
  var users: [[Double]]
  var items: [[Double]]

  /// The final embeddings of all nodes, users first.
  func embeddings() -> [[Double]] {
    let (userCount, size) = (users.count, items[0].count)
    let count = userCount + itemCount
    var adjacency = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for (user, row) in rows.enumerated() {
      for item in row {
        adjacency[user][userCount + Int(item)] = 1
        adjacency[userCount + Int(item)][user] = 1
      }
    }
    let degrees = adjacency.map { $0.reduce(0, +) }
    var layer = users + items
    var total = layer.map { $0.map { $0 * layerWeights[0] } }
    for weight in layerWeights.dropFirst() {
      var next = [[Double]](repeating: [Double](repeating: 0, count: size), count: count)
      for from in 0..<count {
        for to in 0..<count where adjacency[from][to] > 0 {
          let factor = 1 / (degrees[from] * degrees[to]).squareRoot()
          for column in 0..<size { next[from][column] += factor * layer[to][column] }
        }
      }
      layer = next
      for node in 0..<count { for column in 0..<size { total[node][column] += weight * layer[node][column] } }
    }
    return total
  }

  enum Loss { case softmax, bpr, crossEntropy }

  /// The mean loss over all edges with every item that the user lacks, and that anyone has, as a negative; and the
  /// penalty.
  func loss(_ kind: Loss, isCosine: Bool, temperature: Double, regularization: Double) -> Double {
    let all = embeddings()
    func product(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    func score(_ user: Int, _ item: Int) -> Double {
      let (x, y) = (all[user], all[users.count + item])
      let scale = isCosine ? (product(x, x) * product(y, y)).squareRoot() : 1
      return product(x, y) / scale / temperature
    }
    let known = Set(rows.joined())
    let pairs = rows.reduce(0) { $0 + $1.count }
    var (total, penalty) = (0.0, 0.0)
    for (user, row) in rows.enumerated() {
      let negatives = known.subtracting(row).sorted()
      for item in row {
        let own = score(user, Int(item))
        let others = negatives.map { score(user, Int($0)) }
        switch kind {
        case .softmax: total += log(exp(own) + others.reduce(0) { $0 + exp($1) }) - own
        case .bpr:
          total += others.reduce(0) { $0 + log(1 + exp($1 - own)) } / Double(others.count)
        case .crossEntropy:
          total += log(1 + exp(-own)) + others.reduce(0) { $0 + log(1 + exp($1)) } / Double(others.count)
        }
        penalty += product(users[user], users[user]) + product(items[Int(item)], items[Int(item)])
        // Each negative of a pair counts in equal shares.
        if kind != .softmax {
          penalty += negatives.reduce(0) { $0 + product(items[Int($1)], items[Int($1)]) } / Double(negatives.count)
        }
      }
    }
    // Those that the whole batch shares count once.
    if kind == .softmax { penalty += known.reduce(0) { $0 + product(items[Int($1)], items[Int($1)]) } }
    return total / Double(pairs) + regularization / 2 * penalty / Double(pairs)
  }
}
