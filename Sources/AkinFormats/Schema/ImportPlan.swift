import AkinGraph

/// What an import by schema would read and need, from the beginning of each file.
public struct ImportPlan: Sendable, Equatable {
  /// One a file, in the order in which they would be read.
  public var steps: [Step] = []
  /// Bytes of memory that the import needs at its peak, about.
  public var memory = 0
  /// Bytes of the snapshot, about.
  public var fileBytes = 0

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
  /// - Throws: `FormatError`.
  public init(_ schema: ImportSchema) throws(FormatError) {
    for nodes in schema.nodes {
      for table in nodes.tables {
        for file in table.files {
          var lines = ["id from '\(table.id)'"]
          if let label = table.label { lines.append("label from '\(label)'") }
          lines += table.attributes.map { "attribute '\($0.name)' (\($0.kind.rawValue)) from '\($0.column)'" }
          if let filter = table.filter { lines.append("only where \(filter.source)") }
          let names = [table.id] + (table.label.map { [$0] } ?? []) + table.attributes.map(\.column)
          let step = try Self.step(
            file, "node type '\(nodes.name)'", lines, columns: names + (table.filter?.columns ?? []))
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
          lines.append(
            "then only nodes with \(edges.minimumOfSource) edges as a source and \(edges.minimumOfTarget) as a target")
        }
        let names = [edges.source.column, edges.target.column] + edges.timeColumns + (edges.value.map { [$0] } ?? [])
        let step = try Self.step(
          file, SchemaReading.purpose(edges), lines, columns: names + (edges.filter?.columns ?? []))
        // Lists of edges, their order twice, and both directions.
        memory += step.records * 72
        fileBytes += step.records * 2 * (4 + (edges.weight == nil ? 0 : 4) + (edges.time == nil ? 0 : 4))
        steps.append(step)
      }
    }
  }

  private static func step(
    _ file: InputFile, _ purpose: String, _ lines: [String], columns: [String]
  ) throws(FormatError) -> Step {
    let reader = try file.open()
    let known = SchemaColumns(reader)
    for column in columns { _ = try known.position(of: column) }
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
