/// What is to be drawn: nodes, edges, a heading. A value that knows nothing of graphs in memory nor of Graphviz.
///
/// Nodes and edges are drawn in the order given, so that equal diagrams give equal bytes and a small change gives a
/// small difference.
public struct Diagram: Sendable, Equatable {
  /// Heading of the picture and its accessible name; plain text, any Unicode.
  public let title: String
  /// A smaller line below the title, such as method and parameters; empty for none.
  public let caption: String
  /// The node types that appear. The position decides colour and default shape: put what is recommended first.
  public let kinds: [DiagramKind]
  /// What is drawn, each key once.
  public let nodes: [DiagramNode]
  /// Lines between them; ends are keys of `nodes`.
  public let edges: [DiagramEdge]
  /// Who places the nodes.
  public let layout: DiagramLayout
  /// What a thick line means, such as "visits", for the legend; `nil` leaves it out.
  public let weightMeaning: String?
  /// Columns whose nodes keep the order given, top to bottom, such as a ranked list. The others are ordered so that few
  /// edges cross.
  public let orderedColumns: Set<Int>
  /// What `DiagramNode.community` counts through, as the legend names them.
  public let communities: [String]

  /// - Parameter layout: `nil` chooses by `DiagramLayout.suggested`.
  /// - Throws: `DiagramError` when a key occurs twice, an edge names an unknown key, a kind or a community is out of
  ///   range, a weight is outside 0...1, or a node has no column in the layout `flow`.
  public init(
    title: String, caption: String = "", kinds: [DiagramKind], nodes: [DiagramNode], edges: [DiagramEdge],
    layout: DiagramLayout? = nil, weightMeaning: String? = nil, orderedColumns: Set<Int> = [],
    communities: [String] = []
  ) throws(DiagramError) {
    var keys: Set<String> = []
    for node in nodes {
      guard keys.insert(node.key).inserted else { throw .duplicateKey(node.key) }
      guard kinds.indices.contains(node.kind) else {
        throw .kindOutOfRange(node.kind, kindCount: kinds.count, node: node.key)
      }
      if let community = node.community, !communities.indices.contains(community) {
        throw .communityOutOfRange(community, communityCount: communities.count, node: node.key)
      }
      if layout == .flow, node.column == nil { throw .columnMissing(node: node.key) }
    }
    for (position, edge) in edges.enumerated() {
      for key in [edge.from, edge.to] where !keys.contains(key) { throw .unknownKey(key, edge: position) }
      guard (0...1).contains(edge.weight) else { throw .weightOutOfRange(edge.weight, edge: position) }
    }
    self.title = title
    self.caption = caption
    self.kinds = kinds
    self.nodes = nodes
    self.edges = edges
    self.layout =
      layout
      ?? .suggested(
        nodeCount: nodes.count, edgeCount: edges.count, hasColumns: nodes.contains { $0.column != nil })
    self.weightMeaning = weightMeaning
    self.orderedColumns = orderedColumns
    self.communities = communities
  }

  private init(_ diagram: Diagram, layout: DiagramLayout) {
    title = diagram.title
    caption = diagram.caption
    kinds = diagram.kinds
    nodes = diagram.nodes
    edges = diagram.edges
    self.layout = layout
    weightMeaning = diagram.weightMeaning
    orderedColumns = diagram.orderedColumns
    communities = diagram.communities
  }

  /// The same, placed by another layout of Graphviz.
  func laidOut(by layout: DiagramLayout) -> Diagram { Diagram(self, layout: layout) }
}
