public import AkinGraph
public import AkinParallel
import Glibc

/// A GraphML document or SQLite database that Akin wrote, which says what graph it is.
public struct ExportedGraph: Sendable {
  /// The file, for messages.
  public let path: String
  /// What the file was taken for: "a GraphML document that Akin wrote".
  public let form: String
  /// `node types 'user', 'film', relation 'saw'`.
  public var summary: String { description.summary }
  /// As it was when the file was written.
  public var schema: Schema { description.schema }
  let description: GraphDescription
  private let isDatabase: Bool

  /// A description lies at the beginning of a document; it is looked for in as many bytes.
  private static let probeSize = 1 << 20

  /// `nil` for other files, those of other programs among them, and for pipes.
  ///
  /// - Throws: `FormatError` for a file that cannot be read or whose description contradicts itself.
  public init?(path: String) throws(FormatError) {
    // A pipe can be read once, by who is to read all of it.
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.path = path
    let source = try ByteSource(path: path)
    let probe = try source.peek(InputFormat.probeSize)
    switch InputFormat.detected(probe, path: path) {
    case .sqlite where source.compression == .none:
      guard let json = try SQLiteReader.description(of: path) else { return nil }
      description = try GraphDescription(json: json, path: path)
      form = "an SQLite database that Akin wrote"
      isDatabase = true
    case .graphML:
      guard let json = GraphMLReader.description(in: Array(try source.peek(Self.probeSize))) else { return nil }
      description = try GraphDescription(json: json, path: path)
      form = "a GraphML document that Akin wrote" + (source.compression == .none ? "" : ", \(source.compression)")
      isDatabase = false
    default: return nil
    }
  }

  /// The graph that was written: its node types, ids, labels, attributes and relations, and the order of its nodes.
  ///
  /// - Returns: the graph, and where it is another because the file was changed.
  /// - Throws: `FormatError`; `GraphError`; `CancellationError`.
  public func read(
    memory: MemoryBound? = nil, execution: Execution = .serial, progress: (Double) -> Void = { _ in }
  ) throws -> (snapshot: Snapshot, remarks: [String]) {
    var restoration = GraphRestoration(description, path: path, memory: memory)
    if isDatabase {
      try restoration.readSQLite(execution.cancellation, progress)
    } else {
      try restoration.readGraphML(execution.cancellation, progress)
    }
    return try (consume restoration).build(execution: execution)
  }
}

extension GraphRestoration {
  /// Every table in the order of its rows, which is that of nodes and edges.
  fileprivate mutating func readSQLite(_ cancellation: Cancellation, _ progress: (Double) -> Void) throws {
    let schema = description.schema
    let total = schema.nodeTypes.reduce(0) { $0 + $1.count } + schema.relations.reduce(0) { $0 + $1.edgeCount }
    var count = 0
    func quoted(_ names: [String]) -> String {
      names.map { "\"" + $0.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" }
        .joined(separator: ", ")
    }
    func rows(
      of table: String, _ columns: [String], _ take: (borrowing RecordBlock, Int) throws -> Void
    ) throws {
      let reader = try SQLiteReader(
        path: path, table: nil, query: "SELECT \(quoted(columns)) FROM \(quoted([table])) ORDER BY rowid")
      var block = RecordBlock()
      while try reader.nextBlock(into: &block) {
        try cancellation.check()
        if let problem = block.problems.first {
          throw FormatError.unsupportedText(
            path: "\(path):\(table):\(problem.line)", found: "\(problem.kind)", expected: "text")
        }
        for record in 0..<block.count { try take(block, record) }
        count += block.count
        if total > 0 { progress(min(1, Double(count) / Double(total))) }
      }
    }
    for (number, table) in GraphDescription.nodeTables(schema).enumerated() {
      let columns = ["id", "label"] + GraphDescription.columns(schema.nodeTypes[number])
      try rows(of: table, columns) { block, record in
        try addNode(
          type: number, id: Array(block.bytes[block.range(record, 0)]), label: block.text(record, 1),
          attributes: (2..<columns.count).map { block.text(record, $0) }, at: "\(table):\(block.line(record))")
      }
    }
    for (number, table) in GraphDescription.edgeTables(schema).enumerated() {
      let payload = description.payloads[number]
      var columns = ["source", "target"]
      func column(_ name: String, _ isThere: Bool) -> Int? {
        guard isThere else { return nil }
        columns.append(name)
        return columns.count - 1
      }
      let weight = column("weight", payload.hasWeights)
      let value = column("value", payload.hasValues)
      let time = column("time", payload.hasTimes)
      try rows(of: table, columns) { block, record in
        try addEdge(
          number, from: Array(block.bytes[block.range(record, 0)]), to: Array(block.bytes[block.range(record, 1)]),
          weight: weight.map { block.text(record, $0) }, value: value.map { block.text(record, $0) },
          time: time.map { block.text(record, $0) }, at: "\(table):\(block.line(record))")
      }
    }
  }

  fileprivate mutating func readGraphML(_ cancellation: Cancellation, _ progress: (Double) -> Void) throws {
    let bytes = try GraphMLReader.contents(of: ByteSource(path: path))
    var tokens = XMLTokens(bytes)
    do {
      try readElements(&tokens, cancellation) { progress(Double($0) / Double(bytes.count)) }
    } catch let problem as XMLTokens.Problem {
      throw FormatError.unsupportedText(
        path: "\(path):\(problem.line)", found: problem.found, expected: problem.expected)
    }
  }

  private mutating func readElements(
    _ tokens: inout XMLTokens, _ cancellation: Cancellation, _ progress: (Int) -> Void
  ) throws {
    let schema = description.schema
    let keys = GraphDescription.Keys(schema)
    let keysOfTypes = schema.nodeTypes.map { $0.attributes.map { keys.id(of: $0) } }
    func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
    /// An id without the type that stands before it where there are several.
    func id(_ name: String?, of type: Int, _ tokens: XMLTokens) throws -> [UInt8] {
      guard let name else { throw tokens.problem("an element without an id", "one") }
      guard schema.nodeTypes.count > 1 else { return Array(name.utf8) }
      let prefix = "\(schema.nodeTypes[type].name):"
      guard name.utf8.starts(with: prefix.utf8) else { throw tokens.problem("id '\(excerpt(name))'", "'\(prefix)…'") }
      return Array(name.utf8.dropFirst(prefix.utf8.count))
    }
    func position(_ name: String?, in names: [String], _ what: String, _ tokens: XMLTokens) throws -> Int {
      guard let name, let position = names.firstIndex(of: name) else {
        throw tokens.problem(
          "\(name.map { "'\(excerpt($0))'" } ?? "nothing") as \(what)", "one of \(names.joined(separator: ", "))")
      }
      return position
    }
    let types = schema.nodeTypes.map(\.name)
    let relations = schema.relations.map(\.name)
    var count = 0
    while let token = try tokens.next() {
      guard case .start(let name, let attributes, let isEmpty) = token, name == "node" || name == "edge" else {
        continue
      }
      count += 1
      if count & 0xFFF == 0 {
        try cancellation.check()
        progress(tokens.offset)
      }
      let place = "\(tokens.line)"
      let data = isEmpty ? [:] : try tokens.content(of: name, data: "data")
      if name == "node" {
        let type = try position(text(data["type"]), in: types, "type", tokens)
        try addNode(
          type: type, id: try id(attributes["id"], of: type, tokens), label: text(data["label"]),
          attributes: keysOfTypes[type].map { text(data[$0]) }, at: place)
      } else {
        let relation = try position(text(data["relation"]), in: relations, "relation", tokens)
        let ends = schema.relations[relation]
        try addEdge(
          relation, from: try id(attributes["source"], of: ends.source, tokens),
          to: try id(attributes["target"], of: ends.target, tokens), weight: text(data["weight"]),
          value: text(data["value"]), time: text(data["time"]), at: place)
      }
    }
  }
}
