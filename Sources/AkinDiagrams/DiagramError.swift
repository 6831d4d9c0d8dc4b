/// What can go wrong between a diagram and its picture.
public enum DiagramError: Error, Equatable {
  case duplicateKey(String)
  /// `edge` is the position in `Diagram.edges`.
  case unknownKey(String, edge: Int)
  case kindOutOfRange(Int, kindCount: Int, node: String)
  case weightOutOfRange(Double, edge: Int)
  case communityOutOfRange(Int, communityCount: Int, node: String)
  case columnMissing(node: String)
  case unknownFormat(String)
  case badImage(String, found: String, expected: String)
  /// A place in a style file, such as `types.movie.fill`.
  case badStyle(String, found: String, expected: String)
  case timedOut(DiagramLayout, seconds: Double)
  /// More pixels than a PNG can hold.
  case tooManyPixels(width: Int, height: Int, resolution: Int)
  case tooLarge(DiagramLayout, nodeCount: Int, edgeCount: Int)
  /// Cairo failed; its own words.
  case cairo(String)
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
    case .communityOutOfRange(let community, let communityCount, let node):
      "diagram, node '\(node)': found community \(community), expected one below \(communityCount)"
    case .columnMissing(let node):
      "diagram, node '\(node)': found no column, expected one for the layout flow"
    case .badImage(let path, let found, let expected):
      "\(path): found \(found), expected \(expected)"
    case .badStyle(let place, let found, let expected):
      "\(place): found \(found), expected \(expected)"
    case .timedOut(let layout, let seconds):
      "the layout \(layout.rawValue) was not done after \(DotText.number(seconds, decimals: 1)) s"
    case .tooManyPixels(let width, let height, let resolution):
      """
      found a picture of \(width) × \(height) pixels at \(resolution) dots per inch, expected at most \
      \(CairoPainter.mostPixels) each way: choose a lower resolution, or svg
      """
    case .unknownFormat(let name):
      "found picture format '\(name)', expected \(ImageFormat.allCases.map(\.rawValue).joined(separator: ", "))"
    case .tooLarge(let layout, let nodeCount, let edgeCount):
      """
      found \(nodeCount) nodes and \(edgeCount) edges to draw, expected at most \(layout.maximumNodeCount) and \
      \(layout.maximumEdgeCount) for the layout \(layout.rawValue): draw fewer\(Self.roomier(than: layout))
      """
    case .cairo(let message): "the picture could not be drawn: \(message)"
    case .graphviz(let message):
      "Graphviz could not place the picture: \(message)"
    }
  }

  private static func roomier(than layout: DiagramLayout) -> String {
    let largest = DiagramLayout.sfdp
    guard layout != largest else { return "" }
    return ", or use \(largest.rawValue) (up to \(largest.maximumNodeCount) and \(largest.maximumEdgeCount))"
  }
}
