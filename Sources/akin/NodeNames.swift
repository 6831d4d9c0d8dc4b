import AkinEngine
import AkinGraph
import AkinRanking

extension Engine {
  /// Names that are none of what the graph recommends, and the closest that are.
  func remarks(on names: [String], for nodes: [NodeID]) throws -> String {
    guard askingType != recommendedType else { return "" }
    let schema = snapshot.schema
    var text = ""
    for (name, node) in zip(names, nodes) where node.type != recommendedType && !name.contains(":") {
      let closest = try suggestions(for: name, in: [recommendedType]).map { "'\($0)'" }
      text +=
        "note: no \(schema.name(of: recommendedType)) is named '\(name)', but a \(schema.name(of: node.type)) is"
        + (closest.isEmpty ? "\n" : "; the closest: \(closest.joined(separator: ", "))\n")
    }
    return text
  }

  /// The nodes that the words of a command line name: words that a shell made of one name, for want of quotes, are told.
  ///
  /// - Throws: `NameError`; `CommandFailure`; `GraphError.damagedData`.
  func nodes(named names: [String], types: [NodeTypeID] = []) throws -> [NodeID] {
    do {
      return try names.map { try node(named: $0, types: types) }
    } catch let error as NameError {
      guard names.count > 1 else { throw error }
      let whole = names.joined(separator: " ")
      do {
        _ = try node(named: whole, types: types)
      } catch NameError.unknown(_, _, let suggestions) {
        guard let like = suggestions.first(where: { $0.lowercased().contains(whole.lowercased()) }) else { throw error }
        throw CommandFailure(
          message:
            "\(names.count) names, of which one is unknown: \(error)\n  As one name, in quotes, '\(like)' is there.")
      }
      throw CommandFailure(message: "\(names.count) names, where '\(whole)' in quotes is one: \(error)")
    }
  }
}
