/// The columns of a diagram as `dot` understands them: one rank each. Empty for the other layouts.
struct DiagramColumns {
  /// Column numbers in use, ascending, and the names of their nodes.
  private var names: [(column: Int, nodes: [String])] = []
  private var widths: [Int: Double] = [:]
  private var ordered: Set<Int> = []
  /// Straight lines are the most legible where no edge has to pass a column.
  private(set) var allowsLines = false
  private var isUsed: Bool { !names.isEmpty }

  init(of diagram: Diagram) {
    guard diagram.layout == .dot else { return }
    var members: [Int: [DiagramNode]] = [:]
    for node in diagram.nodes {
      if let column = node.column { members[column, default: []].append(node) }
    }
    names = members.keys.sorted().map { ($0, members[$0]!.map { DotText.name($0.key) }) }
    widths = members.mapValues { nodes in nodes.map { Self.width(of: $0, in: diagram) }.max() ?? 0 }
    ordered = diagram.orderedColumns
    let position = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1.column, $0) })
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

  /// Inches; the same for all nodes of a column.
  func width(of node: DiagramNode) -> Double? { node.column.flatMap { widths[$0] } }

  /// One rank a column; an invisible chain keeps the columns in order, and another the nodes of an ordered one.
  var statements: [String] {
    var result = names.map { column, nodes in
      ordered.contains(column) && nodes.count > 1
        ? "{ rank=same; \(nodes.joined(separator: " -> ")) [style=invis] }"
        : "{ rank=same; \(nodes.joined(separator: "; ")) }"
    }
    if names.count > 1 {
      result.append(names.map { $0.nodes[0] }.joined(separator: " -> ") + " [style=invis weight=0]")
    }
    return result
  }

  private static func width(of node: DiagramNode, in diagram: Diagram) -> Double {
    let style = NodeStyle(kind: node.kind, shape: diagram.kinds[node.kind].shape, role: node.role)
    let label = DotWriter.visibleLabel(of: node)
    let lines = wrapped(label, columns: style.columns, maximumLines: style.maximumLines)
    return style.width(columns: lines.map { $0.reduce(0) { $0 + displayWidth($1) } }.max() ?? 0)
  }
}
