/// What can be wrong with a question to a method of this module, or with what it is made from.
public enum PropagationError: Error, Equatable, CustomStringConvertible {
  case candidateTypeMismatch(found: String, expected: String)
  case sourceTypeMismatch(found: String, expected: String)
  case noEdges(relation: String)
  case notFinite(method: String, place: String)
  /// A plan that does not fit; both in bytes.
  case tooLarge(method: String, what: String, needed: Int, limit: Int)
  case badOption(name: String, found: String, expected: String)
  /// A training whose numbers ran away.
  case diverged(method: String, epoch: Int, step: Int, found: String)

  public var description: String {
    switch self {
    case .candidateTypeMismatch(let found, let expected):
      "the method ranks nodes of type '\(expected)', found a query for type '\(found)'"
    case .sourceTypeMismatch(let found, let expected):
      "the method starts from nodes of type \(expected), found a source of type '\(found)'"
    case .noEdges(let relation): "relation '\(relation)' has no edges, expected at least one to learn from"
    case .notFinite(let method, let place):
      "method '\(method)': found a number that is not finite \(place); a smaller learning rate or more regularisation "
        + "may help"
    case .badOption(let name, let found, let expected): "option '\(name)': found \(found), expected \(expected)"
    case .diverged(let method, let epoch, let step, let found):
      "method '\(method)' diverged at step \(step) of epoch \(epoch): found \(found), expected a finite number; a "
        + "smaller learning rate or a higher temperature may help"
    case .tooLarge(let method, let what, let needed, let limit):
      "method '\(method)' needs \(Self.size(needed)) for \(what), expected at most \(Self.size(limit))"
    }
  }

  private static func size(_ bytes: Int) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var (size, unit) = (Double(bytes), 0)
    while size >= 1000, unit < units.count - 1 { (size, unit) = (size / 1000, unit + 1) }
    return unit == 0 ? "\(bytes) bytes" : "\((size * 10).rounded() / 10) \(units[unit])"
  }
}
