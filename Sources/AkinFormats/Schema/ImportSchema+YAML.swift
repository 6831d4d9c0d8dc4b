import AkinGraph
import Yams

extension ImportSchema {
  /// Reads a schema from a YAML file.
  ///
  /// - Parameters:
  ///   - folder: what paths of data files are relative to; `nil`: the folder of the schema.
  /// - Throws: `FormatError` where the file cannot be read; `ImportSchemaError`.
  public init(path: String, folder: String? = nil) throws {
    let source = try ByteSource(path: path)
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = try source.read(into: &bytes, range: 0..<bytes.count)
    guard count < bytes.count else {
      throw ImportSchemaError(path: path, line: 0, found: "a file above 1 MiB", expected: "a schema")
    }
    guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
      throw ImportSchemaError(path: path, line: 0, found: "bytes that are not UTF-8", expected: "YAML in UTF-8")
    }
    let ownFolder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    try self.init(yaml: text, path: path, folder: folder ?? ownFolder)
  }

  init(yaml: String, path: String, folder: String) throws {
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch {
      let (line, problem) =
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
          .composer(_, let problem, let mark, _):
          (mark.line, problem)
        default: (0, "\(error)".split(separator: "\n").joined(separator: " "))
        }
      throw ImportSchemaError(
        path: path, line: line, found: "what is no YAML (\(problem))", expected: "a schema in YAML")
    }
    let reader = SchemaReader(path: path, folder: folder)
    guard let root else { throw reader.error(nil, "an empty file", "nodes and relations") }
    try self.init(root, reader)
  }

  private init(_ root: Node, _ reader: SchemaReader) throws(ImportSchemaError) {
    path = reader.path
    (primary, seen) = ("", [])
    let members = try reader.members(root, of: "a schema", known: ["nodes", "relations", "primary", "seen"])
    nodes = []
    if let types = members["nodes"] {
      for (name, node) in try reader.pairs(types, "node types by name") {
        nodes.append(try Nodes(name, node, reader))
      }
    }
    guard let listed = members["relations"] else {
      throw reader.error(root, "no 'relations'", "at least one relation")
    }
    relations = []
    for (name, node) in try reader.pairs(listed, "relations by name") {
      relations.append(try Edges(name, node, reader))
    }
    guard !relations.isEmpty else { throw reader.error(listed, "no relation", "at least one") }
    for end in relations.flatMap({ [$0.source, $0.target] }) where !nodes.contains(where: { $0.name == end.type }) {
      // Types that no table describes come from their edges alone.
      nodes.append(Nodes(name: end.type, tables: [], line: end.line))
    }
    func relation(_ node: Node) throws(ImportSchemaError) -> String {
      let name = try reader.string(node)
      guard relations.contains(where: { $0.name == name }) else {
        throw reader.error(
          node, "relation '\(name)'", "one of \(relations.map(\.name).joined(separator: ", "))")
      }
      return name
    }
    primary = relations[0].name
    if let node = members["primary"] { primary = try relation(node) }
    seen = [primary]
    if let node = members["seen"] {
      seen = []
      for item in try reader.list(node) { seen.append(try relation(item)) }
    }
    for end in relations.flatMap({ [$0.source, $0.target] }) {
      guard let key = end.key, let type = nodes.first(where: { $0.name == end.type }), type.tables.isEmpty else {
        continue
      }
      throw ImportSchemaError(
        path: path, line: end.line, found: "key '\(key)' of node type '\(end.type)', which has no file",
        expected: "a node type with a file that has the key")
    }
  }
}

extension ImportSchema.Nodes {
  fileprivate init(_ name: String, _ node: Node, _ reader: SchemaReader) throws(ImportSchemaError) {
    try reader.checkName(name, node)
    self.init(name: name, tables: [], line: reader.line(node))
    if node.scalar?.string == "" || node.null != nil { return }
    let tableMembers = ImportSchema.Table.members
    let members = try reader.members(
      node, of: "node type '\(name)'", known: ["tables", "isolated"] + tableMembers)
    if let list = members["tables"] {
      guard members["file"] == nil, members["files"] == nil else {
        throw reader.error(node, "both a file and tables", "one of them")
      }
      for item in try reader.list(list) {
        let members = try reader.members(item, of: "a table", known: tableMembers)
        tables.append(try ImportSchema.Table(members, item, reader))
      }
    } else if members["file"] != nil || members["files"] != nil {
      tables = [try ImportSchema.Table(members, node, reader)]
    }
    if let isolated = members["isolated"] {
      keepsIsolated = try reader.choice(isolated, ["keep", "drop"]) == "keep"
    }
    let names = tables.flatMap { $0.attributes }
    for (position, attribute) in names.enumerated() {
      if names[..<position].contains(where: { $0.name == attribute.name }) {
        throw ImportSchemaError(
          path: reader.path, line: attribute.line, found: "attribute '\(attribute.name)' a second time",
          expected: "each once in a node type")
      }
    }
  }
}

extension ImportSchema.Table {
  fileprivate static let members = [
    "file", "files", "id", "label", "attributes", "where", "format", "delimiter", "header", "trim", "columns",
    "encoding", "table", "query",
  ]

  fileprivate init(
    _ members: [String: Node], _ node: Node, _ reader: SchemaReader
  ) throws(ImportSchemaError) {
    guard let idNode = members["id"] else { throw reader.error(node, "no 'id'", "the column of ids") }
    self.init(files: try reader.files(members, node), id: try reader.string(idNode), line: reader.line(node))
    if let node = members["label"] { label = try reader.string(node) }
    filter = try reader.expression(members["where"])
    guard let list = members["attributes"] else { return }
    for (name, node) in try reader.pairs(list, "attributes by name") {
      attributes.append(try ImportSchema.Attribute(name, node, reader))
    }
  }
}

extension ImportSchema.Attribute {
  fileprivate init(_ name: String, _ node: Node, _ reader: SchemaReader) throws(ImportSchemaError) {
    try reader.checkName(name, node)
    func kind(_ node: Node) throws(ImportSchemaError) -> AttributeKind {
      AttributeKind(rawValue: try reader.choice(node, AttributeKind.allCases.map(\.rawValue)))!
    }
    if node.scalar != nil {
      self.init(name: name, kind: try kind(node), column: name, separator: "|", line: reader.line(node))
      return
    }
    let members = try reader.members(node, of: "attribute '\(name)'", known: ["kind", "column", "separator", "unit"])
    guard let kindNode = members["kind"] else { throw reader.error(node, "no 'kind'", "what '\(name)' is") }
    self.init(
      name: name, kind: try kind(kindNode), column: try members["column"].map(reader.string) ?? name,
      separator: try members["separator"].map(reader.string) ?? "|", line: reader.line(node))
    unit = try members["unit"].flatMap { node throws(ImportSchemaError) in
      TimeUnit(rawValue: try reader.choice(node, TimeUnit.allCases.map(\.rawValue)))
    }
    guard !separator.isEmpty else { throw reader.error(node, "an empty separator", "a text") }
  }
}

extension ImportSchema.Edges {
  fileprivate init(_ name: String, _ node: Node, _ reader: SchemaReader) throws(ImportSchemaError) {
    try reader.checkName(name, node)
    let members = try reader.members(
      node, of: "relation '\(name)'",
      known: [
        "file", "files", "source", "target", "weight", "value", "time", "where", "duplicates", "minimum", "format",
        "delimiter", "header", "trim", "columns", "encoding", "table", "query",
      ])
    guard let source = members["source"] else { throw reader.error(node, "no 'source'", "type and column") }
    guard let target = members["target"] else { throw reader.error(node, "no 'target'", "type and column") }
    self.init(
      name: name, files: try reader.files(members, node), source: try ImportSchema.End(source, reader),
      target: try ImportSchema.End(target, reader), line: reader.line(node))
    weight = try reader.expression(members["weight"])
    if let node = members["value"] { value = try reader.string(node) }
    filter = try reader.expression(members["where"])
    if let node = members["duplicates"] {
      duplicates = DuplicatePolicy(rawValue: try reader.choice(node, DuplicatePolicy.allCases.map(\.rawValue)))
    }
    if let node = members["minimum"] {
      let minimum = try reader.members(node, of: "a minimum", known: ["source", "target"])
      minimumOfSource = try minimum["source"].map(reader.count) ?? 0
      minimumOfTarget = try minimum["target"].map(reader.count) ?? 0
    }
    guard let time = members["time"] else { return }
    if time.scalar != nil {
      self.time = .column(try reader.string(time), unit: nil)
      return
    }
    let parts = try reader.members(time, of: "a time", known: ["column", "unit", "year", "month", "day"])
    if let column = parts["column"] {
      let unit = try parts["unit"].map { node throws(ImportSchemaError) in
        TimeUnit(rawValue: try reader.choice(node, TimeUnit.allCases.map(\.rawValue)))
      }
      self.time = .column(try reader.string(column), unit: unit ?? nil)
    } else if let year = parts["year"], let month = parts["month"], let day = parts["day"] {
      self.time = .parts(year: try reader.string(year), month: try reader.string(month), day: try reader.string(day))
    } else {
      throw reader.error(time, "neither a column nor year, month and day", "one of them")
    }
  }
}

extension ImportSchema.End {
  fileprivate init(_ node: Node, _ reader: SchemaReader) throws(ImportSchemaError) {
    let members = try reader.members(
      node, of: "an end", known: ["type", "column", "key", "separator", "unlisted"])
    guard let type = members["type"] else { throw reader.error(node, "no 'type'", "a node type") }
    guard let column = members["column"] else { throw reader.error(node, "no 'column'", "the column of ids") }
    self.init(type: try reader.string(type), column: try reader.string(column), line: reader.line(node))
    try reader.checkName(self.type, type)
    key = try members["key"].map(reader.string)
    separator = try members["separator"].map(reader.string)
    if separator == "" { throw reader.error(node, "an empty separator", "a text") }
    if let unlisted = members["unlisted"] {
      addsUnlisted = try reader.choice(unlisted, ["add", "skip"]) == "add"
    }
  }
}
