public import AkinGraph

/// What an import would read and need, from the beginning of each file.
public struct ImportPlan: Sendable, Equatable {
  /// One a file, in the order in which they would be read.
  public var steps: [Step] = []
  /// Bytes of memory that the import needs at its peak, about; of single files without those of nodes, whose number only
  /// reading tells.
  public var memory = 0
  /// Edges that are to be sorted, before repeated ones are merged, about.
  public var edges = 0
  /// Bytes of the snapshot, about.
  public var fileBytes = 0
  /// Whether nodes with too few edges are left out, for which all edges are sorted anew in memory.
  public var leavesOut = false

  /// What would be read from one file.
  public struct Step: Sendable, Equatable {
    /// The file, for messages.
    public var path: String
    /// "node type 'book'", "relation 'rated'".
    public var purpose: String
    /// What the file was taken for: "comma-separated text with a header".
    public var form: String
    /// Bytes of the file as it is stored, compressed or not; 0 where that is not known.
    public var storedBytes: UInt64
    /// Judged by how long the first records are.
    public var records: Int
    /// What becomes of which column.
    public var lines: [String]
  }

  /// Opens every file and looks at its first records; the columns that the schema names must be there.
  ///
  /// - Throws: `SchemaFileError`.
  public init(_ schema: ImportSchema) throws {
    for nodes in schema.nodes {
      for table in nodes.tables {
        for file in table.files {
          var lines = ["id from '\(table.id)'"]
          if let label = table.label { lines.append("label from '\(label)'") }
          lines += table.attributes.map { "attribute '\($0.name)' (\($0.kind.rawValue)) from '\($0.column)'" }
          if let filter = table.filter { lines.append("only where \(filter.source)") }
          let names = [table.id] + (table.label.map { [$0] } ?? []) + (table.filter?.columns ?? [])
          let step = try SchemaFileError.locate(schema.path, table.line) {
            try Self.step(file, "node type '\(nodes.name)'", lines) { columns in
              for name in names { _ = try columns.position(of: name) }
              for attribute in table.attributes {
                try SchemaFileError.locate(schema.path, attribute.line) {
                  _ = try columns.position(of: attribute.column)
                }
              }
            }
          }
          memory += step.records * (64 + 24 * table.attributes.count) + Int(step.storedBytes)
          fileBytes += step.records * (40 + 16 * table.attributes.count)
          steps.append(step)
        }
      }
    }
    for edges in schema.relations {
      for file in edges.files {
        var lines = [edges.source, edges.target].map { end in
          "'\(end.column)' is a \(end.type)" + (end.key.map { " by its '\($0)'" } ?? "")
            + (end.separator.map { ", several separated by '\($0)'" } ?? "")
        }
        if let weight = edges.weight {
          lines.append("weight: \(weight.source)")
        } else if edges.duplicates == nil || edges.duplicates == .count {
          lines.append("weight: how often a pair occurs, where one does more than once")
        }
        if !edges.timeColumns.isEmpty { lines.append("time from \(edges.timeColumns.joined(separator: ", "))") }
        if let filter = edges.filter { lines.append("only where \(filter.source)") }
        if let policy = edges.duplicates { lines.append("repeated pairs: \(policy.rawValue)") }
        if edges.minimumOfSource > 0 || edges.minimumOfTarget > 0 {
          leavesOut = true
          lines.append(
            "then only nodes with \(edges.minimumOfSource) edges as a source and \(edges.minimumOfTarget) as a target")
        }
        let names = edges.timeColumns + (edges.value.map { [$0] } ?? []) + (edges.filter?.columns ?? [])
        let step = try SchemaFileError.locate(schema.path, edges.line) {
          try Self.step(file, SchemaReading.purpose(edges), lines) { columns in
            for end in [edges.source, edges.target] {
              try SchemaFileError.locate(schema.path, end.line) { _ = try columns.position(of: end.column) }
            }
            for name in names { _ = try columns.position(of: name) }
          }
        }
        self.edges += step.records
        memory += step.records * Self.bytesPerEdge
        fileBytes += step.records * 2 * (4 + (edges.weight == nil ? 0 : 4) + (edges.time == nil ? 0 : 4))
        steps.append(step)
      }
    }
  }

  /// The same of one file of interactions.
  ///
  /// - Throws: `FormatError`; what is wrong with the columns asked for.
  public init(path: String, options: ImportOptions) throws {
    let file = InputFile(path: path, options: options)
    let roles = try ColumnRoles(of: file.open(), options: options)
    var lines = ["source from '\(roles.source.name)'", "target from '\(roles.target.name)'"]
    if let weight = roles.weight { lines.append("weight from '\(weight.name)'") }
    if let time = roles.time { lines.append("time from '\(time.name)'") }
    let step = try Self.step(file, "one interaction a record", lines) { _ in }
    steps = [step]
    edges = step.records
    memory = step.records * Self.bytesPerEdge
    fileBytes = step.records * 2 * (4 + (roles.weight == nil ? 0 : 4) + (roles.time == nil ? 0 : 4))
  }

  /// Edges as they arrive, beside a copy in the order of sorting, or both directions beside one.
  static let bytesPerEdge = 48
  /// Runs of both directions, and their columns.
  private static let bytesPerEdgeOnDisk = 72

  /// Bytes of temporary files that a bound on memory makes necessary, about; 0 where the edges have room.
  public func temporaryBytes(within bound: MemoryBound) -> Int {
    memory > bound.byteCount ? edges * Self.bytesPerEdgeOnDisk : 0
  }

  /// Bytes of a bound on memory that an import which leaves nodes out takes, about; `nil` where `bound` has room for it.
  public func bytesToLeaveOut(within bound: MemoryBound) -> Int? {
    let needed = edges * MemoryBound.bytesPerKeptEdge
    return leavesOut && needed > bound.byteCount ? needed : nil
  }

  private static func step(
    _ file: InputFile, _ purpose: String, _ lines: [String], check: (SchemaColumns) throws -> Void
  ) throws -> Step {
    let reader = try file.open()
    try check(SchemaColumns(reader))
    var block = RecordBlock()
    var records = 0.0
    while reader.recordCount < 20_000, try reader.nextBlock(into: &block) {}
    records = Double(reader.recordCount)
    // What was decompressed lags behind what was read of a compressed file, so this errs upwards.
    if reader.storedByteCount > reader.storedBytesRead, reader.storedBytesRead > 0 {
      records *= Double(reader.storedByteCount) / Double(reader.storedBytesRead)
    }
    return Step(
      path: reader.path, purpose: purpose, form: reader.form, storedBytes: reader.storedByteCount,
      records: Int(records), lines: lines)
  }
}
