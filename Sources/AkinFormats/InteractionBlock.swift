import AkinGraph

/// The edges of one block of records, and what is wrong with the others: what can be found without other blocks.
struct InteractionBlock: Sendable {
  let edges: EdgeBatch
  private(set) var problems = ProblemTally()
  /// What the times of this block add to those before it.
  let times: TimeReading

  init(_ block: RecordBlock, roles: ColumnRoles, times: TimeReading, path: String) {
    var found = FoundEdges(block.count, times)
    for problem in block.problems { problems.add(problem, of: block, path: path) }
    let columns = InteractionColumns(roles)
    for record in 0..<block.count where !found.takePlain(record, of: block, columns) {
      Self.take(record, of: block, roles, path, &found, &problems)
    }
    edges = EdgeBatch(
      bytes: block.bytes, sources: found.sources, targets: found.targets, weights: found.weights, times: found.seconds)
    self.times = found.times
  }

  /// What to do about a number as `3,5`.
  static func decimalHint(_ text: String) -> String {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else {
      return ""
    }
    return " with a point before the decimals, as \(parts[0]).\(parts[1])"
  }

  /// Takes any record, and says what is wrong with it.
  private static func take(
    _ record: Int, of block: RecordBlock, _ roles: ColumnRoles, _ path: String, _ found: inout FoundEdges,
    _ problems: inout ProblemTally
  ) {
    let bytes = block.bytes.span
    func field(_ choice: ColumnChoice) -> Range<Int> { block.range(record, choice.index) }
    let sourceField = field(roles.source)
    let targetField = field(roles.target)
    func bad(_ kind: String, _ choice: ColumnChoice, _ expected: String) {
      problems.add(
        kind,
        example: "\(path):\(block.line(record)): column '\(choice.name)': found "
          + "'\(excerpt(block.text(record, choice.index)))', expected \(expected)")
    }
    guard !sourceField.isEmpty else { return bad("empty id", roles.source, "an id") }
    guard !targetField.isEmpty else { return bad("empty id", roles.target, "an id") }
    var weight: Float?
    if let column = roles.weight {
      do throws(FieldProblem) {
        let parsed = try Float(parsing: bytes.extracting(field(column)))
        guard parsed > 0 else { return bad("weight that is not positive", column, "a number above 0") }
        weight = parsed
      } catch {
        let text = block.text(record, column.index)
        return bad("weight that is \(error)", column, "a number above 0" + Self.decimalHint(text))
      }
    }
    var time: Int64?
    if let column = roles.time {
      do throws(FieldProblem) {
        time = try found.times.read(bytes.extracting(field(column)))
      } catch {
        return bad("time that cannot be read", column, found.times.expectation)
      }
    }
    // Only now: a bad record must not leave a node behind.
    found.append(
      FieldRange(start: UInt32(sourceField.lowerBound), end: UInt32(sourceField.upperBound)),
      FieldRange(start: UInt32(targetField.lowerBound), end: UInt32(targetField.upperBound)), weight, time)
  }
}

/// Where the fields of an interaction are.
struct InteractionColumns {
  var source: Int
  var target: Int
  var weight: Int?
  var time: Int?

  init(_ roles: ColumnRoles) {
    source = roles.source.index
    target = roles.target.index
    weight = roles.weight?.index
    time = roles.time?.index
  }
}

/// The edges that were found so far, column by column.
struct FoundEdges {
  private(set) var sources: [EdgeBatch.IDField] = []
  private(set) var targets: [EdgeBatch.IDField] = []
  private(set) var weights: [Float] = []
  private(set) var seconds: [Int64] = []
  var times: TimeReading

  init(_ capacity: Int, _ times: TimeReading) {
    self.times = times
    sources.reserveCapacity(capacity)
    targets.reserveCapacity(capacity)
  }

  @inline(__always)
  mutating func append(_ source: FieldRange, _ target: FieldRange, _ weight: Float?, _ time: Int64?) {
    if let weight {
      if weights.isEmpty { weights.reserveCapacity(sources.capacity) }
      weights.append(weight)
    }
    if let time {
      if seconds.isEmpty { seconds.reserveCapacity(sources.capacity) }
      seconds.append(time)
    }
    sources.append(EdgeBatch.IDField(start: source.start, end: source.end))
    targets.append(EdgeBatch.IDField(start: target.start, end: target.end))
  }

  /// Takes a record with ids, a short decimal weight and a time of digits, as nearly all are; false for any other, of
  /// which nothing was taken.
  @inline(__always)
  mutating func takePlain(_ record: Int, of block: RecordBlock, _ columns: InteractionColumns) -> Bool {
    let fields = block.fields.span
    let bytes = block.bytes.span
    let first = record * block.columnCount
    let source = fields[first + columns.source]
    let target = fields[first + columns.target]
    guard source.start < source.end, target.start < target.end else { return false }
    var weight: Float?
    if let column = columns.weight {
      let field = fields[first + column]
      guard let parsed = plainDecimal(bytes, Int(field.start), Int(field.end)), parsed > 0 else { return false }
      weight = parsed
    }
    var time: Int64?
    if let column = columns.time {
      let field = fields[first + column]
      guard let digits = times.readDigits(bytes.extracting(Int(field.start)..<Int(field.end))) else { return false }
      time = digits
    }
    append(source, target, weight, time)
    return true
  }
}
