/// What can be wrong with a question to a neighbourhood method.
public enum NeighborError: Error, Equatable, CustomStringConvertible {
  case candidateTypeMismatch(found: String, expected: String)
  case sourceTypeMismatch(found: String, expected: String)
  /// The measure takes no numbers below zero.
  case negativeNumber(Double, source: UInt32, target: UInt32)
  /// A graph that holds something else than similar nodes of this graph.
  case notStoredSimilarities(found: String, expected: String)
  /// Two graphs that do not have the same first nodes.
  case otherNodes(type: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .candidateTypeMismatch(let found, let expected):
      "the method ranks nodes of type '\(expected)', found a query for '\(found)'"
    case .sourceTypeMismatch(let found, let expected):
      "the method starts from nodes of type \(expected), found a source of type '\(found)'"
    case .notStoredSimilarities(let found, let expected): "stored similarities: found \(found), expected \(expected)"
    case .otherNodes(let type, let found, let expected): "nodes of type '\(type)': found \(found), expected \(expected)"
    case .negativeNumber(let number, let source, let target):
      "edge between nodes \(source) and \(target): found \(number), expected a number above zero, as this measure "
        + "takes no negative ones; compare binary edges or use cosine or pearson"
    }
  }
}
