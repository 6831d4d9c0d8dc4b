import AkinGraph

/// The edges of one block of records, and what is wrong with the others: what can be found without other blocks.
struct InteractionBlock: Sendable {
  private(set) var edges: EdgeBatch
  private(set) var problems = ProblemTally()
  /// What the times of this block add to those before it.
  private(set) var times: TimeReading

  init(_ block: RecordBlock, roles: ColumnRoles, times: TimeReading, path: String) {
    edges = EdgeBatch(bytes: block.bytes)
    self.times = times
    for problem in block.problems { problems.add(problem, of: block, path: path) }
    for record in 0..<block.count { add(record, of: block, roles, path) }
  }

  private mutating func add(_ record: Int, of block: RecordBlock, _ roles: ColumnRoles, _ path: String) {
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
        return bad("weight that is \(error)", column, "a number above 0")
      }
    }
    var time: Int64?
    if let column = roles.time {
      do throws(FieldProblem) {
        time = try times.read(bytes.extracting(field(column)))
      } catch {
        return bad("time that cannot be read", column, times.expectation)
      }
    }
    // Only now: a bad record must not leave a node behind.
    edges.append(source: sourceField, target: targetField, weight: weight, time: time)
  }
}
