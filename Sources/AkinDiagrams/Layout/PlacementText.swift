/// Requests and placements as lines of plain text, for a runner in another process.
extension LayoutRequest {
  /// `layout nodes edges`, then `tail head` a line, then the DOT text.
  public var text: String {
    "\(layout.rawValue) \(nodeCount) \(edges.count)\n" + edges.map { "\($0.tail) \($0.head)\n" }.joined() + dot
  }

  /// `nil` for anything but what `text` writes.
  public init?(text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.first?.split(separator: " "), first.count == 3,
      let layout = DiagramLayout(rawValue: String(first[0])), let nodeCount = Int(first[1]),
      let edgeCount = Int(first[2]), layout.admits(nodeCount: nodeCount, edgeCount: edgeCount), nodeCount >= 0,
      edgeCount >= 0,
      lines.count > edgeCount
    else { return nil }
    var edges: [Ends] = []
    for line in lines[1..<(edgeCount + 1)] {
      let numbers = line.split(separator: " ").compactMap { Int($0) }
      guard numbers.count == 2, numbers.allSatisfy({ (0..<nodeCount).contains($0) }) else { return nil }
      edges.append(Ends(tail: numbers[0], head: numbers[1]))
    }
    self.init(
      layout: layout, dot: lines[(edgeCount + 1)...].joined(separator: "\n"), nodeCount: nodeCount, edges: edges)
  }
}

extension Placement {
  /// A line for each node, then one for each edge: its label or `-`, then its points.
  public var text: String {
    func text(_ point: Point) -> String { "\(point.x) \(point.y)" }
    var result = ""
    for node in nodes { result += text(node) + "\n" }
    for (edge, label) in zip(edges, labels) {
      result += ([label.map(text) ?? "- -"] + edge.map(text)).joined(separator: " ") + "\n"
    }
    return result
  }

  /// `nil` for anything but a placement of `request`.
  public init?(text: String, of request: LayoutRequest) {
    self.init(nodes: [], edges: [], labels: [])
    let lines = text.split(separator: "\n")
    guard lines.count == request.nodeCount + request.edges.count else { return nil }
    func points(_ fields: ArraySlice<Substring>) -> [Point]? {
      let numbers = fields.compactMap { Double($0) }
      guard numbers.count == fields.count, numbers.count % 2 == 0, numbers.allSatisfy(\.isFinite) else { return nil }
      return stride(from: 0, to: numbers.count, by: 2).map { Point(numbers[$0], numbers[$0 + 1]) }
    }
    for line in lines.prefix(request.nodeCount) {
      guard let found = points(line.split(separator: " ")[...]), found.count == 1 else { return nil }
      nodes.append(found[0])
    }
    for line in lines.dropFirst(request.nodeCount) {
      let fields = line.split(separator: " ")
      guard fields.count >= 2, let curve = points(fields.dropFirst(2)) else { return nil }
      let label = points(fields.prefix(2))
      guard label != nil || fields[0] == "-" else { return nil }
      edges.append(curve)
      labels.append(label?.first)
    }
  }
}
