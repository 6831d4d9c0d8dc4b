/// What can be wrong with a question to PageRank.
public enum PageRankError: Error, Equatable, CustomStringConvertible {
  case openMetapath(endsOn: String, beginsOn: String)
  case brokenMetapath(hop: Int, leavesFrom: String, arrivedAt: String)
  case nothingToFollow
  case badHopWeight(Double, hop: Int)
  case sourceOffTheWays(type: String, expected: [String])
  case candidateOffTheWays(type: String, expected: [String])
  case tooManyNodes(Int, limit: Int)
  case unknownRelation(String, known: [String])
  case weightWithoutChoice(relation: String)

  public var description: String {
    switch self {
    case .openMetapath(let end, let begin):
      "the metapath ends on '\(end)', expected it to end on '\(begin)', where it begins"
    case .brokenMetapath(let hop, let leaves, let arrived):
      "hop \(hop + 1) of the metapath leaves from '\(leaves)', expected '\(arrived)', where the hop before arrives"
    case .nothingToFollow:
      "there is no relation to follow, expected at least one"
    case .badHopWeight(let weight, let hop):
      "hop \(hop + 1) has weight \(weight), expected a positive number"
    case .sourceOffTheWays(let type, let expected):
      "a source is of type '\(type)', expected \(expected.map { "'\($0)'" }.joined(separator: " or "))"
    case .candidateOffTheWays(let type, let expected):
      "candidates are of type '\(type)', expected \(expected.map { "'\($0)'" }.joined(separator: " or "))"
    case .unknownRelation(let name, let known):
      "no relation '\(name)', expected \(known.map { "'\($0)'" }.joined(separator: " or "))"
    case .weightWithoutChoice(let relation):
      "relation '\(relation)' has a weight, expected none where every step follows one given relation"
    case .tooManyNodes(let count, let limit):
      "the ways lead through \(count) nodes, expected at most \(limit)"
    }
  }
}
