public import AkinGraph
import AkinRanking

extension Schema {
  /// Node types and relations with their counts.
  ///
  /// - Throws: `DiagramError`.
  public func diagram(title: String = "", caption: String = "") throws(DiagramError) -> Diagram {
    let primary = primaryRelation
    let most = Double(max(1, relations.map(\.edgeCount).max() ?? 1))
    return try Diagram(
      title: title, caption: caption, kinds: nodeTypes.map { DiagramKind($0.name) },
      nodes: nodeTypes.enumerated().map { number, type in
        let isAsking = number == primary.source && primary.source != primary.target
        return DiagramNode(
          key: type.name, label: type.name,
          detail: "\(Self.grouped(type.count)) nodes"
            + (isAsking ? ", asks" : number == primary.target ? ", recommended" : ""),
          kind: number, role: .related)
      },
      edges: relations.enumerated().map { number, relation in
        DiagramEdge(
          from: nodeTypes[relation.source].name, to: nodeTypes[relation.target].name,
          weight: 0.2 + 0.8 * (Double(relation.edgeCount) / most).squareRoot(), isDirected: true,
          label: "\(relation.name) · \(Self.grouped(relation.edgeCount))",
          tooltip: "\(relation.name): \(Self.grouped(relation.edgeCount)) edges"
            + (relation.weightName.map { ", weight \($0)" } ?? "") + (relation.timeBase == nil ? "" : ", with times")
            + (number == roles.primaryRelation ? ", primary" : ""))
      }, layout: .dot, weightMeaning: "more edges")
  }

  private static func grouped(_ count: Int) -> String {
    var digits = String(count)
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(digits.suffix(3), at: 0)
      digits = String(digits.dropLast(3))
    }
    return ([digits[...]] + groups).joined(separator: ",")
  }
}
