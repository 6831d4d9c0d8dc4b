/// What can be wrong with a query to a walk, or with a path.
public enum WalkError: Error, Equatable, CustomStringConvertible {
  case candidateTypeMismatch(found: String, expected: String)
  case sourceTypeMismatch(found: String, expected: String)
  case brokenPath(place: String, found: String, expected: String)
  case tooManyNodes(found: Int, limit: Int)

  public var description: String {
    switch self {
    case .candidateTypeMismatch(let found, let expected):
      "the walk ranks nodes of type '\(expected)', found a query for '\(found)'"
    case .sourceTypeMismatch(let found, let expected):
      "the walk starts from nodes of type \(expected), found a source of type '\(found)'"
    case .brokenPath(let place, let found, let expected):
      "path of a walk, \(place): found \(found), expected \(expected)"
    case .tooManyNodes(let found, let limit):
      "the graph has \(found) nodes, walks can number at most \(limit)"
    }
  }
}
