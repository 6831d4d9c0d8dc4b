import AkinGraph
import Glibc

extension GraphExport {
  /// A folder with a CSV file a node type and a relation, and the `schema.yaml` that makes the same graph of them.
  ///
  /// The graph that comes back has the same nodes in the same order, labels, attributes and edges. A weighted relation
  /// whose repeated edges were counted comes back as one whose weights were added.
  func writeSchema(to path: String) throws -> [String] {
    guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw GraphError.cannotWrite(path: path, reason: unsafe String(cString: strerror(errno)))
    }
    let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
    var paths: [String] = []
    var yaml = "nodes:\n"
    for (type, table) in snapshot.nodes.enumerated() {
      let nodeType = snapshot.schema.nodeTypes[type]
      yaml += "  \(Self.yaml(nodeType.name)):"
      guard table.count > 0 || !nodeType.attributes.isEmpty else {
        yaml += " {}\n"
        continue
      }
      let file = "nodes-\(type).csv"
      yaml += "\n    {file: \(file), format: delimited, delimiter: ',', header: true, id: 'id'"
      yaml += table.labels == nil ? "" : ", label: 'label'"
      let separators = try zip(nodeType.attributes, table.attributes).map { try separator(of: $1, named: $0.name) }
      if !nodeType.attributes.isEmpty {
        let list = zip(nodeType.attributes, separators).enumerated().map { number, attribute in
          "\(Self.yaml(attribute.0.name)): {kind: \(attribute.0.kind.rawValue), column: 'a\(number)'"
            + (attribute.0.kind == .categories ? ", separator: \(Self.yaml(attribute.1))" : "")
            + (attribute.0.kind == .time ? ", unit: seconds" : "") + "}"
        }
        yaml += ",\n     attributes: {\(list.joined(separator: ", "))}"
      }
      yaml += "}\n"
      try writeNodes(type, separators: separators, to: "\(folder)/\(file)")
      paths.append("\(folder)/\(file)")
    }
    yaml += "relations:\n"
    for (number, relation) in snapshot.schema.relations.enumerated() {
      let file = "edges-\(number).csv"
      let columns = edgeColumns(number)
      let ends = endNames(number)
      let attributes = snapshot.relations[number].forward.attributes
      yaml += "  \(Self.yaml(relation.name)):\n    {file: \(file), format: delimited, delimiter: ',', header: true"
      for (role, type, column) in [("source", relation.source, ends.source), ("target", relation.target, ends.target)] {
        yaml += ", \(role): {type: \(Self.yaml(snapshot.schema.nodeTypes[type].name)), column: \(Self.yaml(column))}"
      }
      let hasWeights = attributes.weights != nil
      if hasWeights { yaml += ", weight: \(Self.yaml("`\(columns[0])`"))" }
      if attributes.values != nil { yaml += ", value: value" }
      if attributes.times != nil { yaml += ", time: {column: time, unit: seconds}" }
      yaml += ", duplicates: \(relation.duplicates == .count && hasWeights ? "sum" : relation.duplicates.rawValue)}\n"
      try writeDelimited(number, separator: ",", to: "\(folder)/\(file)")
      paths.append("\(folder)/\(file)")
    }
    let roles = snapshot.schema.roles
    func name(_ relation: Int) -> String { Self.yaml(snapshot.schema.relations[relation].name) }
    yaml += "primary: \(name(roles.primaryRelation))\n"
    yaml += "seen: [\(roles.seenRelations.map(name).joined(separator: ", "))]\n"
    var output = try TextOutput("\(folder)/schema.yaml", cancellation)
    try output.write(yaml)
    try output.commit()
    return paths + ["\(folder)/schema.yaml"]
  }

  private func writeNodes(_ type: Int, separators: [String], to path: String) throws {
    let table = snapshot.nodes[type]
    var output = try TextOutput(path, cancellation)
    let header = ["id"] + (table.labels == nil ? [] : ["label"]) + separators.indices.map { "a\($0)" }
    // A single column looks like any text, so there are always two.
    try output.write((header.count == 1 ? "id,nothing" : header.joined(separator: ",")) + "\n")
    for index in 0..<UInt32(table.count) {
      let id = try snapshot.id(index, ofType: type)
      guard !id.isEmpty else {
        throw ExportError.notRepresentable(
          format: .schema, found: "an empty id", expected: "ids of a character or more")
      }
      var record = [id]
      if table.labels != nil { record.append(try table.label(of: index) ?? "") }
      for (column, separator) in zip(table.attributes, separators) {
        record.append(try column.value(of: index)?.text(separator: separator) ?? "")
      }
      if record.count == 1 { record.append("") }
      try output.write(record.map { Self.quoted($0, ",") }.joined(separator: ",") + "\n")
    }
    try output.commit()
  }

  /// What no category of a list contains.
  private func separator(of column: AttributeColumn, named name: String) throws -> String {
    guard case .categories(let list) = column else { return "|" }
    let names = try (0..<list.names.count).map { try list.names.string(at: $0) }
    if let odd = names.first(where: {
      $0.hasPrefix(" ") || $0.hasSuffix(" ") || $0.hasPrefix("\t") || $0.hasSuffix("\t")
    }) {
      throw ExportError.notRepresentable(
        format: .schema, found: "category '\(odd)' of attribute '\(name)'", expected: "names without blanks around them"
      )
    }
    if let separator = try GraphDescription.separator(of: column) { return separator }
    throw ExportError.notRepresentable(
      format: .schema, found: "categories of '\(name)' that contain every separator", expected: "one that none contains"
    )
  }

  /// A text in YAML's single quotes.
  private static func yaml(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
