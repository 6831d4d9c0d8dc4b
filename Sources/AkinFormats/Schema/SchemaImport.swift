public import AkinGraph
public import AkinParallel
import AkinRanking

/// A graph made of several files by a schema, and what there is to say about it.
public struct SchemaImport: Sendable {
  /// The graph, in memory.
  public let snapshot: Snapshot
  /// One a file, in the order in which they were read: tables of nodes first, then relations.
  public let reports: [FileReport]
  /// Nodes that minimum degrees, or the lack of edges, took out, by node type.
  public let removed: [String: Int]

  /// What one file gave.
  public struct FileReport: Sendable, Equatable {
    /// The file, for messages.
    public var path: String
    /// What the file was taken for: "comma-separated text with a header".
    public var form: String
    /// "node type 'book'", "relation 'rated'".
    public var purpose: String
    /// Records that could be split into fields, filtered ones among them.
    public var records = 0
    /// Records that the filter left out.
    public var filtered = 0
    /// Ends of edges that are no node of their type, and were not to become one.
    public var unmatched = 0
    /// Bad records, by what is wrong with them.
    public var problems = ProblemTally()
    /// Edges that were merged into another; of the last file of a relation, for all of them.
    public var merged = 0
    /// What was decided without being told and may be wrong.
    public var guesses: [String] = []
  }

  /// - Parameters:
  ///   - skipping: how many bad records of each file may be left out.
  ///   - memory: beyond it, edges go to disk as sorted runs.
  ///   - progress: called with the file that is being read, and the share of it.
  /// - Throws: `ImportSchemaError`; `FormatError`; `ImportError`; `GraphError`; `CancellationError`.
  /// - Complexity: O(bytes) time; O(nodes + edges) space.
  public init(
    _ schema: ImportSchema, skipping: SkipLimit = .none, memory: MemoryBound? = nil, execution: Execution = .serial,
    progress: (String, Double) -> Void = { _, _ in }
  ) throws {
    var state = SchemaReading(schema, skipping: skipping, memory: memory, execution: execution)
    for nodes in schema.nodes { try state.read(nodes, progress) }
    for edges in schema.relations { try state.read(edges, progress) }
    let build = try state.build()
    var reports = state.reports
    for (number, edges) in schema.relations.enumerated() {
      if let last = reports.lastIndex(where: { $0.purpose == SchemaReading.purpose(edges) }) {
        reports[last].merged = build.merged[number]
      }
    }
    var snapshot = build.snapshot
    let before = snapshot.schema.nodeTypes
    let floors = schema.relations.enumerated().compactMap { number, edges -> DegreeFloor? in
      guard edges.minimumOfSource > 0 || edges.minimumOfTarget > 0 else { return nil }
      return DegreeFloor(relation: number, source: edges.minimumOfSource, target: edges.minimumOfTarget)
    }
    if !floors.isEmpty {
      let kept = try snapshot.core(floors)
      try memory?.expectRoom(toLeaveOut: kept, of: snapshot, isSpilled: build.isSpilled, "minimum degrees", schema.path)
      snapshot = try snapshot.induced(byNodes: kept, execution: execution)
    }
    if schema.nodes.contains(where: { !$0.keepsIsolated }) {
      let connected = try snapshot.connected()
      let kept = zip(schema.nodes, connected).map { nodes, flags in
        nodes.keepsIsolated ? flags.map { _ in true } : flags
      }
      try memory?.expectRoom(toLeaveOut: kept, of: snapshot, isSpilled: build.isSpilled, "isolated: drop", schema.path)
      snapshot = try snapshot.induced(byNodes: kept, execution: execution)
    }
    guard snapshot.schema.relations.contains(where: { $0.edgeCount > 0 }) else {
      throw ImportSchemaError(path: schema.path, line: 0, found: "no edge that stays", expected: "at least one")
    }
    self.snapshot = snapshot
    self.reports = reports
    removed = Dictionary(
      uniqueKeysWithValues: zip(before, snapshot.schema.nodeTypes).compactMap {
        $0.count > $1.count ? ($0.name, $0.count - $1.count) : nil
      })
  }
}

extension MemoryBound {
  /// Bytes that an edge takes while nodes are left out: listed, in a round, and in the columns of both directions.
  static let bytesPerKeptEdge = 88
  /// Of an edge in the graph that is left, where that is in memory.
  private static let bytesPerEdgeInMemory = 40
  /// Flags, degrees and new indices of a node.
  private static let bytesPerNode = 32

  /// Leaving nodes out makes a graph anew, in memory: that is refused where it has no room.
  ///
  /// - Throws: `ImportSchemaError`, with the bound that it would take.
  func expectRoom(
    toLeaveOut kept: [[Bool]], of snapshot: Snapshot, isSpilled: Bool, _ what: String, _ path: String
  ) throws(ImportSchemaError) {
    guard kept.contains(where: { $0.contains(false) }) else { return }
    let edges = snapshot.schema.relations.reduce(0) { $0 + $1.edgeCount }
    let nodes = zip(snapshot.schema.nodeTypes, snapshot.nodes).reduce(0) {
      $0 + $1.0.count * Self.bytesPerNode + 2 * ($1.1.ids.bytes.byteCount + $1.1.ids.offsets.byteCount)
    }
    let needed = nodes + edges * (Self.bytesPerKeptEdge + (isSpilled ? 0 : Self.bytesPerEdgeInMemory))
    guard needed > byteCount else { return }
    throw ImportSchemaError(
      path: path, line: 0,
      found: "a bound of \(byteCount >> 20) MiB on memory and '\(what)' over \(edges) edges, "
        + "which are sorted anew in memory",
      expected: "a bound of at least \(needed >> 20 + 1) MiB")
  }
}

/// Bytes that a dictionary takes for a key that a relation joins by, about.
private func bytesOfKey(_ text: String) -> Int {
  // A string of up to 15 bytes is held in place; of the table three quarters are taken at most, and it doubles.
  56 + (text.utf8.count > 15 ? text.utf8.count + 32 : 0)
}

/// The state of one import by schema.
struct SchemaReading {
  let schema: ImportSchema
  let skipping: SkipLimit
  let execution: Execution
  var builder: GraphBuilder
  private(set) var reports: [SchemaImport.FileReport] = []
  private var types: [String: NodeTypeID] = [:]
  /// By node type and key column, which node has a value.
  private var keys: [String: [String: [String: UInt32]]] = [:]

  init(_ schema: ImportSchema, skipping: SkipLimit, memory: MemoryBound?, execution: Execution) {
    builder = GraphBuilder(memory: memory)
    self.schema = schema
    self.skipping = skipping
    self.execution = execution
    for nodes in schema.nodes { types[nodes.name] = builder.addNodeType(nodes.name) }
  }

  /// Gives the edges away, so that their memory can be used while they are sorted.
  mutating func build() throws -> GraphBuild {
    var edges = GraphBuilder()
    swap(&edges, &builder)
    return try (consume edges).build(roles: roles(), execution: execution)
  }

  static func purpose(_ edges: ImportSchema.Edges) -> String { "relation '\(edges.name)'" }

  func roles() -> Roles {
    func position(_ name: String) -> Int { schema.relations.firstIndex { $0.name == name } ?? 0 }
    return Roles(primaryRelation: position(schema.primary), seenRelations: schema.seen.map(position))
  }

  private func located<Result>(_ line: Int, _ body: () throws -> Result) throws -> Result {
    try SchemaFileError.locate(schema.path, line, body)
  }

  /// Hands every record of a file to `take`, and counts what is wrong.
  mutating func readRecords(
    of file: InputFile, line: Int, for purpose: String, filter: FieldExpression?, _ progress: (String, Double) -> Void,
    prepare: (SchemaColumns) throws -> Void,
    take: (inout SchemaReading, borrowing SchemaRecord) throws -> Void
  ) throws {
    let (reader, columns, filterColumns) = try located(line) {
      let reader = try file.open()
      let columns = SchemaColumns(reader)
      try prepare(columns)
      return (reader, columns, try filter?.columns.map { try columns.position(of: $0) } ?? [])
    }
    reports.append(SchemaImport.FileReport(path: reader.path, form: reader.form, purpose: purpose))
    let number = reports.count - 1
    if reader.compression != .none { reports[number].form += ", compressed by \(reader.compression)" }
    reports[number].guesses = reader.guesses
    var block = RecordBlock()
    while try Self.next(reader, &block, &reports[number].guesses) {
      try execution.cancellation.check()
      if reader.storedByteCount > 0 {
        progress(reader.path, Double(reader.storedBytesRead) / Double(reader.storedByteCount))
      }
      for problem in block.problems { reports[number].problems.add(problem, of: block, path: reader.path) }
      for record in 0..<block.count {
        let row = SchemaRecord(block: block, record: record, path: reader.path, columns: columns.names)
        do {
          if let filter, try !filter.holds({ row.text(filterColumns[$0]) }) {
            reports[number].filtered += 1
            continue
          }
          try take(&self, row)
        } catch let failure as FieldExpression.Failure {
          add(row.problem("field that is not \(failure.expected)", failure.column, failure.found, failure.expected))
        } catch let problem as SchemaRecord.Problem {
          add(problem)
        }
      }
      try builder.keepWithinBound()
    }
    reports[number].records = Int(reader.recordCount)
    let bad = reports[number].problems.total
    let total = Int(reader.recordCount + reader.problemCount)
    guard skipping.allows(bad, of: total) else {
      throw ImportError.badRecords(path: reader.path, bad: bad, total: total, details: reports[number].problems.text)
    }
  }

  /// A file with a header and nothing below it is fine among others.
  private static func next(
    _ reader: any RecordReader, _ block: inout RecordBlock, _ guesses: inout [String]
  ) throws(FormatError) -> Bool {
    do throws(FormatError) {
      return try reader.nextBlock(into: &block)
    } catch {
      guard case .headerOnly = error else { throw error }
      guesses.append("a header and no records")
      return false
    }
  }

  private mutating func add(_ problem: SchemaRecord.Problem) {
    reports[reports.count - 1].problems.add(problem.kind, example: problem.example)
  }

  mutating func unmatched() { reports[reports.count - 1].unmatched += 1 }

  mutating func read(_ nodes: ImportSchema.Nodes, _ progress: (String, Double) -> Void) throws {
    let type = types[nodes.name]!
    let path = schema.path
    let wanted = Set(
      schema.relations.flatMap { [$0.source, $0.target] }.filter { $0.type == nodes.name }.compactMap(\.key))
    var foundKeys: Set<String> = []
    for table in nodes.tables {
      let attributes = table.attributes.map { builder.addAttribute($0.name, kind: $0.kind, to: type) }
      for file in table.files {
        var id = 0
        var label: Int?
        var columnsOfAttributes: [Int] = []
        var columnsOfKeys: [(name: String, column: Int)] = []
        var repeated = RepeatedIDs()
        try readRecords(of: file, line: table.line, for: "node type '\(nodes.name)'", filter: table.filter, progress) {
          columns in
          id = try columns.position(of: table.id)
          label = try table.label.map { try columns.position(of: $0) }
          columnsOfAttributes = try table.attributes.map { attribute in
            try SchemaFileError.locate(path, attribute.line) { try columns.position(of: attribute.column) }
          }
          columnsOfKeys = wanted.sorted().compactMap { key in
            (try? columns.position(of: key)).map { (key, $0) }
          }
          foundKeys.formUnion(columnsOfKeys.map(\.name))
        } take: { state, row in
          guard !row.isEmpty(id) else { throw row.problem("empty id", table.id, "", "an id") }
          var times = TimeReading()
          let values = try zip(table.attributes, columnsOfAttributes).map { try row.value(of: $0, in: $1, &times) }
          let index = try state.builder.intern(row.block.bytes.span.extracting(row.range(id)), type: type)
          repeated.add(index) { row.text(id) }
          if let label, !row.isEmpty(label) { state.builder.setLabel(row.text(label), of: index, type: type) }
          for (attribute, value) in zip(attributes, values) {
            if let value { state.builder.setAttribute(attribute, to: value, of: index, type: type) }
          }
          for key in columnsOfKeys where !row.isEmpty(key.column) {
            let text = row.text(key.column)
            if let other = state.keys[nodes.name]?[key.name]?[text], other != index {
              throw row.problem("key that two nodes have", key.name, text, "one node")
            }
            if state.keys[nodes.name, default: [:]][key.name, default: [:]].updateValue(index, forKey: text) == nil {
              state.builder.bytesBeside += bytesOfKey(text)
            }
          }
        }
        if let guess = repeated.guess { reports[reports.count - 1].guesses.append(guess) }
      }
    }
    for key in wanted.sorted() where !foundKeys.contains(key) {
      throw ImportSchemaError(
        path: schema.path, line: nodes.line, found: "no column '\(key)' in the files of node type '\(nodes.name)'",
        expected: "the key that a relation joins by")
    }
  }

  mutating func read(_ edges: ImportSchema.Edges, _ progress: (String, Double) -> Void) throws {
    let ends = [edges.source, edges.target]
    let path = schema.path
    // A formula over `count` where there is no such column is one over how often the pair occurs.
    var countsRepetitions = false
    if let weight = edges.weight, weight.columns.contains("count") {
      let columns = SchemaColumns(try located(edges.line) { try edges.files[0].open() })
      countsRepetitions = (try? columns.position(of: "count")) == nil
      if countsRepetitions, weight.columns != ["count"] || (edges.duplicates ?? .count) != .count {
        throw ImportSchemaError(
          path: schema.path, line: edges.line, found: "weight '\(weight.source)'",
          expected: "a formula of repetitions alone, with duplicates: count")
      }
    }
    let policy =
      edges.duplicates
      ?? (countsRepetitions || edges.weight == nil
        ? .count : ColumnNames.weightKind(edges.weight!.source) == .count ? .sum : .last)
    let relation = builder.addRelation(
      edges.name, from: types[edges.source.type]!, to: types[edges.target.type]!, duplicates: policy,
      weightName: edges.weight?.onlyColumn ?? edges.weight?.source)
    if countsRepetitions, let weight = edges.weight {
      builder.setWeightFormula(of: relation) { count in
        (try? weight.number { _ in "\(count)" }).map { Float($0) } ?? .nan
      }
    }
    let weight = countsRepetitions ? nil : edges.weight
    var guesses = TimeReading()
    for file in edges.files {
      var positions: [Int] = []
      var weightColumns: [Int] = []
      var value: Int?
      var times: [Int] = []
      try readRecords(of: file, line: edges.line, for: Self.purpose(edges), filter: edges.filter, progress) { columns in
        positions = try ends.map { end in
          try SchemaFileError.locate(path, end.line) { try columns.position(of: end.column) }
        }
        weightColumns = try weight?.columns.map { try columns.position(of: $0) } ?? []
        value = try edges.value.map { try columns.position(of: $0) }
        times = try edges.timeColumns.map { try columns.position(of: $0) }
      } take: { state, row in
        for (end, position) in zip(ends, positions) where row.isEmpty(position) && end.separator == nil {
          throw row.problem("empty id", end.column, "", "an id")
        }
        var strength: Float?
        if let weight {
          let number = Float(try weight.number { row.text(weightColumns[$0]) })
          guard number > 0, number.isFinite else {
            throw row.problem("weight that is not positive", weight.source, "\(number)", "a number above 0")
          }
          strength = number
        }
        let rating = try value.map { Float(try row.number(in: $0)) }
        let time = try row.time(in: times, isInParts: edges.hasTimeInParts, &guesses)
        let sources = try state.nodes(edges.source, row, positions[0])
        let targets = try state.nodes(edges.target, row, positions[1])
        for source in sources {
          for target in targets {
            state.builder.addEdge(relation, from: source, to: target, weight: strength, value: rating, time: time)
          }
        }
      }
    }
    guard !guesses.areDates, !edges.timeColumns.isEmpty, !edges.hasTimeInParts else { return }
    var given: TimeUnit?
    if case .column(_, let unit)? = edges.time { given = unit }
    let unit = given ?? guesses.guessedUnit
    if let remark = guesses.remark(unit: unit, isGuessed: given == nil) {
      reports[reports.count - 1].guesses.append(remark)
    }
    if unit != .seconds { builder.scaleTimes(of: relation) { unit.seconds($0) } }
  }

  /// The nodes that a field names, without those that are unknown and not to be added.
  private mutating func nodes(_ end: ImportSchema.End, _ row: borrowing SchemaRecord, _ column: Int) throws -> [UInt32]
  {
    let type = types[end.type]!
    guard end.separator != nil || end.key != nil || !end.addsUnlisted else {
      return [try builder.intern(row.block.bytes.span.extracting(row.range(column)), type: type)]
    }
    let names = end.separator.map { row.list(column, separator: $0) } ?? [row.text(column)]
    var found: [UInt32] = []
    for name in names {
      if let key = end.key {
        if let index = keys[end.type]?[key]?[name] { found.append(index) } else { unmatched() }
      } else if end.addsUnlisted {
        found.append(try builder.intern(name, type: type))
      } else if let index = builder.index(of: name, type: type) {
        found.append(index)
      } else {
        unmatched()
      }
    }
    return found
  }
}

extension ImportSchema.Edges {
  var timeColumns: [String] {
    switch time {
    case .column(let column, _): [column]
    case .parts(let year, let month, let day): [year, month, day]
    case nil: []
    }
  }

  var hasTimeInParts: Bool { timeColumns.count == 3 }
}

/// Ids that occur more than once in one file of nodes.
private struct RepeatedIDs {
  /// By node.
  private var isSeen: [Bool] = []
  private var count = 0
  private var first = ""

  mutating func add(_ index: UInt32, id: () -> String) {
    let index = Int(index)
    if index >= isSeen.count {
      isSeen += Array(repeating: false, count: max(index + 1, 2 * isSeen.count) - isSeen.count)
    }
    if isSeen[index] {
      if count == 0 { first = id() }
      count += 1
    }
    isSeen[index] = true
  }

  /// What is to be said of them.
  var guess: String? {
    guard count > 0 else { return nil }
    let records = count == 1 ? "1 record has" : "\(count) records have"
    return "\(records) an id that came before, the first '\(first)'; of each name and attribute the last stays"
  }
}
