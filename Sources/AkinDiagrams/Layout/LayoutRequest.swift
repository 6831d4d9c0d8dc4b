/// What is to be placed, without any text that people wrote: sizes and lines alone.
public struct LayoutRequest: Sendable, Equatable {
  /// Which program of Graphviz places the nodes.
  public var layout: DiagramLayout
  /// DOT text, in which node 3 is called n3 and edge 4 has the key e4.
  public var dot: String
  /// How many nodes the text has, n0 and up.
  public var nodeCount: Int
  /// Tail and head of each edge as the text has them.
  public var edges: [Ends]

  /// Whether it is surely placed within a few hundredths of a second, whatever its edges: what is bounded needs no process
  /// that can be ended.
  public var isCheap: Bool {
    nodeCount <= 80 && edges.count <= 200
  }

  /// The two nodes of an edge.
  public struct Ends: Sendable, Equatable {
    /// Number of the node where the edge begins.
    public var tail: Int
    /// Number of the node where it ends.
    public var head: Int
  }
}

/// Points of a picture: 72 to the inch, y downwards.
public struct Point: Sendable, Equatable {
  /// From the left, in points.
  public var x: Double
  /// From the top, in points.
  public var y: Double

  /// In points: 72 to the inch, y downwards.
  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  static func + (left: Point, right: Point) -> Point { Point(left.x + right.x, left.y + right.y) }
  static func - (left: Point, right: Point) -> Point { Point(left.x - right.x, left.y - right.y) }
  static func * (point: Point, factor: Double) -> Point { Point(point.x * factor, point.y * factor) }
  var length: Double { (x * x + y * y).squareRoot() }
}

/// Where everything goes.
public struct Placement: Sendable, Equatable {
  /// Centres of the nodes.
  public var nodes: [Point]
  /// Of each edge a chain of cubic Bézier curves from tail to head: 1 + 3n points.
  public var edges: [[Point]]
  /// Centres of the labels of edges, where the layout chose them.
  public var labels: [Point?]

  /// `nodes` has one centre a node; `edges` and `labels` have one entry an edge.
  public init(nodes: [Point], edges: [[Point]], labels: [Point?]) {
    self.nodes = nodes
    self.edges = edges
    self.labels = labels
  }
}

/// Carries out a layout. Graphviz can run away: a runner may do its work where it can be abandoned.
public protocol LayoutRunner: Sendable {
  /// - Throws: `DiagramError.graphviz`; `DiagramError.timedOut` from a runner with a time limit.
  func place(_ request: LayoutRequest) throws(DiagramError) -> Placement
}
