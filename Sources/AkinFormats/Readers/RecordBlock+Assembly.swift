/// For readers that make records out of something else than delimited text.
extension RecordBlock {
  mutating func removeAll(columnCount: Int, firstLine: UInt64) {
    bytes.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    problems.removeAll(keepingCapacity: true)
    count = 0
    self.columnCount = columnCount
    self.firstLine = firstLine
  }

  /// - Parameters:
  ///   - record: one field a column.
  ///   - line: of the file, at least `firstLine`.
  mutating func append(_ record: [some Collection<UInt8>], line: UInt64) {
    precondition(record.count == columnCount, "\(record.count) fields for \(columnCount) columns")
    for field in record {
      let start = bytes.count
      bytes.append(contentsOf: field)
      fields.append(FieldRange(start: UInt32(start), end: UInt32(bytes.count)))
    }
    lines.append(UInt32(clamping: line - firstLine))
    count += 1
  }

  /// - Parameter record: what is shown of it.
  mutating func append(_ kind: RecordProblem.Kind, record: some Collection<UInt8>, line: UInt64) {
    let start = UInt32(bytes.count)
    bytes.append(contentsOf: record.prefix(200))
    problems.append(RecordProblem(line: line, kind: kind, start: start, end: UInt32(bytes.count)))
  }
}
