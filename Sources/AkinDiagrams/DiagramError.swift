/// What can go wrong between a diagram and its picture.
public enum DiagramError: Error, Equatable {
  case duplicateKey(String)
  /// `edge` is the position in `Diagram.edges`.
  case unknownKey(String, edge: Int)
  case kindOutOfRange(Int, kindCount: Int, node: String)
  case weightOutOfRange(Double, edge: Int)
  case unknownFormat(String)
  case tooLarge(DiagramLayout, nodeCount: Int, edgeCount: Int)
  /// Graphviz failed; its own words.
  case graphviz(String)
}

extension DiagramError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .duplicateKey(let key):
      "diagram: two nodes have the key '\(key)', expected each key once"
    case .unknownKey(let key, let edge):
      "diagram, edge \(edge): no node has the key '\(key)'"
    case .kindOutOfRange(let kind, let kindCount, let node):
      "diagram, node '\(node)': found kind \(kind), expected one below \(kindCount)"
    case .weightOutOfRange(let weight, let edge):
      "diagram, edge \(edge): found weight \(weight), expected one from 0 to 1"
    case .unknownFormat(let name):
      "found picture format '\(name)', expected \(ImageFormat.allCases.map(\.rawValue).joined(separator: ", "))"
    case .tooLarge(let layout, let nodeCount, let edgeCount):
      """
      found \(nodeCount) nodes and \(edgeCount) edges to draw, expected at most \(layout.maximumNodeCount) and \
      \(layout.maximumEdgeCount) for the layout \(layout.rawValue): draw fewer\(Self.roomier(than: layout))
      """
    case .graphviz(let message):
      "Graphviz could not draw the picture: \(message)"
    }
  }

  private static func roomier(than layout: DiagramLayout) -> String {
    let largest = DiagramLayout.sfdp
    guard layout != largest else { return "" }
    return ", or use \(largest.rawValue) (up to \(largest.maximumNodeCount) and \(largest.maximumEdgeCount))"
  }
}
