import AkinGraph
import AkinRanking

/// What ids say against what the columns were taken for.
extension InteractionReading {
  /// Who befriends whom, say: ids of both ends that are the same, where nobody said that they are of two types.
  func sameNodes() -> String? {
    guard source != target, options.sourceType == nil, options.targetType == nil,
      roles.source.origin == .position || roles.target.origin == .position
    else { return nil }
    let (sources, targets) = (builder.nodeCount(of: source), builder.nodeCount(of: target))
    var (shared, sharedNames) = (0, 0)
    for index in 0..<UInt32(targets) {
      let id = builder.id(at: index, type: target)
      guard builder.index(of: id, type: source) != nil else { continue }
      shared += 1
      if Int(id) == nil { sharedNames += 1 }
    }
    // Numbers from 1 are ids of anything; as many of both are hardly chance.
    let areNumbersAlike = shared * 20 >= max(sources, targets) * 19
    guard sharedNames * 5 >= min(sources, targets) * 4 || areNumbersAlike else { return nil }
    let name =
      roles.source.origin == .position && roles.target.origin != .position ? report.targetType : report.sourceType
    return
      "\(shared) of \(targets) ids of type '\(report.targetType)' are ids of type '\(report.sourceType)' too, and became "
      + "other nodes; --source-type \(name) --target-type \(name) makes one node of each"
  }

  /// Ids that begin as names of the other role do: sources `item1`, targets `user7`.
  func idsLookSwapped() -> Bool {
    guard source != target else { return false }
    func kind(_ type: NodeTypeID) -> String {
      builder.id(at: 0, type: type).prefix { $0.isLetter }.lowercased()
    }
    let (first, second) = (kind(source), kind(target))
    return !roles.looksSwapped && ColumnNames.looksSwapped(source: first, target: second)
  }
}
