import AkinGraph
import AkinParallel
import AkinRanking

/// Puts a graph together again from its description and what a file says of its nodes and edges, one by one.
struct GraphRestoration {
  let path: String
  let description: GraphDescription
  private var builder: GraphBuilder
  private var types: [NodeTypeID] = []
  private var isCounted: [Bool] = []

  init(_ description: GraphDescription, path: String, memory: MemoryBound?) {
    self.description = description
    self.path = path
    builder = GraphBuilder(memory: memory)
    let schema = description.schema
    for type in schema.nodeTypes {
      types.append(builder.addNodeType(type.name))
      for attribute in type.attributes {
        _ = builder.addAttribute(attribute.name, kind: attribute.kind, to: types.last!)
      }
    }
    for (relation, payload) in zip(schema.relations, description.payloads) {
      // Edges that were counted carry their count, which must not be counted again.
      isCounted.append(relation.duplicates == .count && payload.hasWeights)
      _ = builder.addRelation(
        relation.name, from: types[relation.source], to: types[relation.target],
        duplicates: isCounted.last! ? .sum : relation.duplicates, weightName: relation.weightName)
    }
  }

  private func wrong(_ place: String, _ found: String, _ expected: String) -> FormatError {
    .unsupportedText(path: "\(path):\(place)", found: found, expected: expected)
  }

  /// - Parameters:
  ///   - attributes: in the order of the type's; `nil` or empty where the node has none.
  ///   - place: for messages.
  mutating func addNode(type: Int, id: [UInt8], label: String?, attributes: [String?], at place: String) throws {
    let index = try builder.intern(id.span, type: types[type])
    if let label, !label.isEmpty { builder.setLabel(label, of: index, type: types[type]) }
    for (number, attribute) in description.schema.nodeTypes[type].attributes.enumerated() {
      guard let text = attributes[number], !text.isEmpty else { continue }
      let value: AttributeValue
      switch attribute.kind {
      case .text: value = .text(text)
      case .url: value = .url(text)
      case .category: value = .category(text)
      case .categories: value = .categories(text.parts(separatedBy: description.separators[type][number]))
      case .number:
        guard let number = Double(text), number.isFinite else {
          throw wrong(place, "'\(excerpt(text))' as '\(attribute.name)'", "a number")
        }
        value = .number(number)
      case .time:
        guard let time = Int64(text) else {
          throw wrong(place, "'\(excerpt(text))' as '\(attribute.name)'", "seconds since 1970")
        }
        value = .time(time)
      }
      builder.setAttribute(number, to: value, of: index, type: types[type])
    }
  }

  mutating func addEdge(
    _ relation: Int, from source: [UInt8], to target: [UInt8], weight: String?, value: String?, time: String?,
    at place: String
  ) throws {
    let ends = description.schema.relations[relation]
    let payload = description.payloads[relation]
    func number(_ text: String?, _ name: String) throws -> Float {
      guard let text, let number = Float(text), number.isFinite, name != "weight" || number > 0 else {
        let expected = name == "weight" ? "a number above 0" : "a number"
        throw wrong(place, "\(text.map { "'\(excerpt($0))'" } ?? "nothing") as \(name)", expected)
      }
      return number
    }
    var seconds = TimeColumn.unknown
    if let time, !time.isEmpty {
      guard let read = Int64(time) else { throw wrong(place, "'\(excerpt(time))' as time", "seconds since 1970") }
      seconds = read
    }
    let from = try builder.intern(source.span, type: types[ends.source])
    let to = try builder.intern(target.span, type: types[ends.target])
    builder.addEdge(
      relation, from: from, to: to, weight: payload.hasWeights ? try number(weight, "weight") : nil,
      value: payload.hasValues ? try number(value, "value") : nil, time: payload.hasTimes ? seconds : nil)
    if builder.edgeCount(of: relation) & 0xFFFF == 0 { try builder.keepWithinBound() }
  }

  /// The graph, and where it is another than the one that was written.
  consuming func build(execution: Execution) throws -> (snapshot: Snapshot, remarks: [String]) {
    for (relation, wasCounted) in isCounted.enumerated() where wasCounted {
      builder.record(duplicates: .count, of: relation)
    }
    let written = description.schema
    let snapshot = try builder.build(roles: written.roles, execution: execution).snapshot
    var remarks: [String] = []
    for (now, before) in zip(snapshot.schema.nodeTypes, written.nodeTypes) where now.count != before.count {
      remarks.append("nodes of type '\(now.name)': \(now.count) where Akin wrote \(before.count): changed since")
    }
    for (now, before) in zip(snapshot.schema.relations, written.relations) where now.edgeCount != before.edgeCount {
      remarks.append("edges of '\(now.name)': \(now.edgeCount) where Akin wrote \(before.edgeCount): changed since")
    }
    return (snapshot, remarks)
  }
}

extension String {
  /// All parts as they stand, blanks included.
  fileprivate func parts(separatedBy separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let found = rest.firstRange(of: separator) {
      parts.append(String(rest[..<found.lowerBound]))
      rest = rest[found.upperBound...]
    }
    return parts + [String(rest)]
  }
}
