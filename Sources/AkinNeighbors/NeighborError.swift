/// What can be wrong with a question to a neighbourhood method.
public enum NeighborError: Error, Equatable, CustomStringConvertible {
  case candidateTypeMismatch(found: String, expected: String)
  case sourceTypeMismatch(found: String, expected: String)
  /// The measure takes no numbers below zero.
  case negativeNumber(Double, source: UInt32, target: UInt32)

  public var description: String {
    switch self {
    case .candidateTypeMismatch(let found, let expected):
      "the method ranks nodes of type '\(expected)', found a query for '\(found)'"
    case .sourceTypeMismatch(let found, let expected):
      "the method starts from nodes of type \(expected), found a source of type '\(found)'"
    case .negativeNumber(let number, let source, let target):
      "edge between nodes \(source) and \(target): found \(number), expected a number above zero, as this measure "
        + "takes no negative ones; compare binary edges or use cosine or pearson"
    }
  }
}
