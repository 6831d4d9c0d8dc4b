public import AkinGraph
public import AkinParallel

/// Writes a graph for other programs to read.
public struct GraphExport: Sendable {
  let snapshot: Snapshot
  let cancellation: Cancellation

  /// Writing stops with `CancellationError` when `cancellation` is raised.
  public init(_ snapshot: Snapshot, cancellation: Cancellation = Cancellation()) {
    self.snapshot = snapshot
    self.cancellation = cancellation
  }

  /// Writes a file, whole or not at all, and where the format has no place for ids, files with them beside it.
  ///
  /// - Parameter relation: position in the schema; `nil`: all where the format holds several, else the primary one.
  /// - Returns: the files that were written.
  /// - Throws: `ExportError`; `GraphError`; `CancellationError`.
  public func write(_ format: ExportFormat, relation: Int? = nil, to path: String) throws -> [String] {
    let primary = relation ?? snapshot.schema.roles.primaryRelation
    let all = relation.map { [$0] } ?? Array(snapshot.relations.indices)
    switch format {
    case .csv: try writeDelimited(primary, separator: ",", to: path)
    case .tsv: try writeDelimited(primary, separator: "\t", to: path)
    case .jsonLines: try writeJSONLines(primary, to: path)
    case .lists: return try writeLists(primary, to: path)
    case .matrixMarket: return try writeMatrixMarket(primary, to: path)
    case .npz: return try writeNPZ(primary, to: path)
    case .graphML: try writeGraphML(all, to: path)
    case .dot: try writeDOT(all, to: path)
    case .sqlite: try writeSQLite(all, to: path)
    case .schema: return try writeSchema(to: path)
    }
    return [path]
  }

  /// Names of the columns of a relation's two ends.
  func endNames(_ relation: Int) -> (source: String, target: String) {
    let ends = snapshot.schema.relations[relation]
    guard ends.source != ends.target else { return ("source", "target") }
    return (snapshot.schema.nodeTypes[ends.source].name, snapshot.schema.nodeTypes[ends.target].name)
  }

  /// Names of the columns of what edges carry: in the order weight, value, time.
  func edgeColumns(_ relation: Int) -> [String] {
    let attributes = snapshot.relations[relation].forward.attributes
    let ends = endNames(relation)
    var names: [String] = []
    if attributes.weights != nil {
      let name = snapshot.schema.relations[relation].weightName ?? "weight"
      names.append([ends.source, ends.target, "value", "time"].contains(name) ? "weight" : name)
    }
    if attributes.values != nil { names.append("value") }
    if attributes.times != nil { names.append("time") }
    return names
  }

  /// What an edge carries, one text a column.
  func fields(_ edge: ExportedEdge, _ attributes: EdgeAttributes) -> [String] {
    var fields: [String] = []
    if attributes.weights != nil { fields.append(edge.weight.map { "\($0)" } ?? "") }
    if attributes.values != nil { fields.append(edge.value.map { "\($0)" } ?? "") }
    if attributes.times != nil { fields.append(edge.time.map(String.init) ?? "") }
    return fields
  }

  // MARK: Delimited text and JSON

  func writeDelimited(_ relation: Int, separator: String, to path: String) throws {
    var output = try TextOutput(path, cancellation)
    let ends = snapshot.schema.relations[relation]
    let names = endNames(relation)
    let attributes = snapshot.relations[relation].forward.attributes
    let header = [names.source, names.target] + edgeColumns(relation)
    try output.write(header.map { Self.quoted($0, separator) }.joined(separator: separator) + "\n")
    for source in 0..<UInt32(snapshot.relations[relation].forward.nodeCount) {
      let rows = snapshot.relations[relation].forward
      for edge in try rows.edges(of: source) {
        let exported = try self.edge(edge, of: relation, source: source)
        let from = try snapshot.id(source, ofType: ends.source)
        let to = try snapshot.id(exported.target, ofType: ends.target)
        let record = [from, to].map { Self.quoted($0, separator) } + fields(exported, attributes)
        try output.write(record.joined(separator: separator) + "\n")
      }
    }
    try output.commit()
  }

  func edge(_ edge: Int, of relation: Int, source: UInt32) throws -> ExportedEdge {
    let rows = snapshot.relations[relation].forward
    let attributes = rows.attributes
    return ExportedEdge(
      source: source, target: try rows.neighbor(at: edge), weight: attributes.weights?[edge],
      value: attributes.values?[edge], time: attributes.times?.time(at: edge))
  }

  /// In double quotes where a reader would take it for something else.
  static func quoted(_ field: String, _ separator: String) -> String {
    let needsQuotes = field.utf8.contains { byte in
      byte == Ascii.quote || byte == Ascii.lineFeed || byte == Ascii.carriageReturn || byte == separator.utf8.first!
    }
    guard needsQuotes else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  private func writeJSONLines(_ relation: Int, to path: String) throws {
    var output = try TextOutput(path, cancellation)
    let ends = snapshot.schema.relations[relation]
    let names = endNames(relation)
    let attributes = snapshot.relations[relation].forward.attributes
    let columns = edgeColumns(relation).map { Self.jsonString($0) }
    for source in 0..<UInt32(snapshot.relations[relation].forward.nodeCount) {
      for position in try snapshot.relations[relation].forward.edges(of: source) {
        let edge = try edge(position, of: relation, source: source)
        var line = "{\(Self.jsonString(names.source)): \(Self.jsonString(try snapshot.id(source, ofType: ends.source)))"
        line += ", \(Self.jsonString(names.target)): "
        line += Self.jsonString(try snapshot.id(edge.target, ofType: ends.target))
        for (name, value) in zip(columns, fields(edge, attributes)) {
          line += ", \(name): \(value.isEmpty ? "null" : value)"
        }
        try output.write(line + "}\n")
      }
    }
    try output.commit()
  }

  static func jsonString(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": json += "\\\""
      case "\\": json += "\\\\"
      case "\n": json += "\\n"
      case "\r": json += "\\r"
      case "\t": json += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: json.unicodeScalars.append(scalar)
      }
    }
    return json + "\""
  }

  // MARK: Lists and matrices

  private func writeLists(_ relation: Int, to path: String) throws -> [String] {
    var output = try TextOutput(path, cancellation)
    let rows = snapshot.relations[relation].forward
    for source in 0..<UInt32(rows.nodeCount) {
      let edges = try rows.edges(of: source)
      guard !edges.isEmpty else { continue }
      var line = "\(source)"
      var last: UInt32?
      for edge in edges {
        let target = try rows.neighbor(at: edge)
        // A list has no parallel edges.
        if target != last { line += " \(target)" }
        last = target
      }
      try output.write(line + "\n")
    }
    try output.commit()
    return [path] + (try writeIDs(relation, to: path))
  }

  /// The ids of both ends, one a line in the order of their numbers, with the header and numbers of LightGCN's lists.
  func writeIDs(_ relation: Int, to path: String) throws -> [String] {
    let ends = snapshot.schema.relations[relation]
    var paths: [String] = []
    for (type, suffix) in ends.source == ends.target
      ? [(ends.source, "nodes")] : [(ends.source, "sources"), (ends.target, "targets")]
    {
      let file = "\(path).\(suffix).tsv"
      try Self.writeIDs(ofType: type, in: snapshot, to: file, cancellation: cancellation)
      paths.append(file)
    }
    return paths
  }

  /// The ids of all nodes of a type, one a line in the order of their numbers, with a header and numbers.
  public static func writeIDs(
    ofType type: Int, in snapshot: Snapshot, to path: String, cancellation: Cancellation = Cancellation()
  ) throws {
    var output = try TextOutput(path, cancellation)
    try output.write("id\tindex\n")
    for index in 0..<snapshot.nodes[type].count {
      try output.write(quoted(try snapshot.id(UInt32(index), ofType: type), "\t") + "\t\(index)\n")
    }
    try output.commit()
  }

  private func writeMatrixMarket(_ relation: Int, to path: String) throws -> [String] {
    let rows = snapshot.relations[relation].forward
    let hasWeights = rows.attributes.weights != nil
    var output = try TextOutput(path, cancellation)
    try output.write("%%MatrixMarket matrix coordinate \(hasWeights ? "real" : "pattern") general\n")
    try output.write("\(rows.nodeCount) \(rows.neighborCount) \(rows.edgeCount)\n")
    for source in 0..<UInt32(rows.nodeCount) {
      for edge in try rows.edges(of: source) {
        let target = try rows.neighbor(at: edge)
        let weight = rows.attributes.weights.map { " \($0[edge])" } ?? ""
        try output.write("\(source + 1) \(target + 1)\(weight)\n")
      }
    }
    try output.commit()
    return [path] + (try writeIDs(relation, to: path))
  }
}
