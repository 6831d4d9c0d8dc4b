/// The columns of a diagram as `dot` understands them: one rank each. Empty for the other layouts.
struct DiagramColumns {
  /// Column numbers in use, ascending, and their nodes.
  private(set) var members: [(column: Int, nodes: [DiagramNode])] = []
  private var ordered: Set<Int> = []
  /// Straight lines are the most legible where no edge has to pass a column.
  private(set) var allowsLines = false
  var isUsed: Bool { !members.isEmpty }

  init(of diagram: Diagram) {
    guard diagram.layout == .dot || diagram.layout == .flow else { return }
    var found: [Int: [DiagramNode]] = [:]
    for node in diagram.nodes {
      if let column = node.column { found[column, default: []].append(node) }
    }
    members = found.keys.sorted().map { ($0, found[$0]!) }
    ordered = diagram.orderedColumns
    let position = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1.column, $0) })
    let columns = Dictionary(uniqueKeysWithValues: diagram.nodes.map { ($0.key, $0.column) })
    allowsLines =
      isUsed
      && diagram.edges.allSatisfy { edge in
        guard let from = columns[edge.from]!, let to = columns[edge.to]! else { return false }
        return abs(position[from]! - position[to]!) == 1
      }
  }

  enum Direction { case left, right, within, free }

  func direction(from: DiagramNode, to: DiagramNode) -> Direction {
    guard isUsed, let from = from.column, let to = to.column else { return .free }
    return from == to ? .within : from < to ? .right : .left
  }

  /// One rank a column; an invisible chain keeps the columns in order, and another the nodes of an ordered one.
  func statements(name: (DiagramNode) -> String) -> [String] {
    var result = members.map { column, nodes in
      let names = nodes.map(name)
      return ordered.contains(column) && nodes.count > 1
        ? "{ rank=same; \(names.joined(separator: " -> ")) [style=invis] }"
        : "{ rank=same; \(names.joined(separator: "; ")) }"
    }
    if members.count > 1 {
      result.append(members.map { name($0.nodes[0]) }.joined(separator: " -> ") + " [style=invis weight=0]")
    }
    return result
  }
}
