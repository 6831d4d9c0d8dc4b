public import AkinGraph
public import AkinParallel

/// What a file of edges changes in a graph: edges to add to one relation, or to take out of it.
public struct EdgeChanges: Sendable {
  /// In the order of the file; for an `OverlayWriter` to append.
  public let operations: [OverlayOperation]
  /// What was read, guessed and left out.
  public let report: ImportReport
  /// How many edges to take out were not there, and the first of them.
  public let absence: String?

  /// - Parameters:
  ///   - relation: position in the schema of `snapshot`.
  ///   - removes: the edges of the file are taken out; weights and times in it do not matter. Edges that are not in the
  ///     graph change nothing, and are reported.
  ///   - value: column of the value, where edges of the relation have one.
  /// - Throws: `FormatError`; `ImportError`; `CancellationError`.
  /// - Complexity: O(bytes) time and space.
  public init(
    path: String, to snapshot: Snapshot, relation: Int, options: ImportOptions = ImportOptions(),
    removes: Bool = false, value: String? = nil, execution: Execution = .serial
  ) throws {
    var file = InputFile(path: path)
    file.delimited = options.reading
    file.format = options.format
    file.encoding = options.encoding
    file.table = options.table
    file.query = options.query
    let schema = snapshot.schema
    file.relation = schema.relations[relation].name
    let reader = try file.open()
    let attributes = snapshot.relations[relation].forward.attributes
    var request = options.columns
    // A file with columns named as the types are, or as exports name them, needs no more words.
    let columns = SchemaColumns(reader)
    let ends = schema.relations[relation]
    func known(_ name: String) -> String? { (try? columns.position(of: name)).map { reader.columns[$0] } }
    func column(of type: Int) -> String? {
      let name = schema.nodeTypes[type].name
      return ["", "Id", "_id", "id", "ID"].lazy.compactMap { known(name + $0) }.first
    }
    if ends.source != ends.target {
      request.source = request.source ?? column(of: ends.source)
      request.target = request.target ?? column(of: ends.target)
    }
    if attributes.weights != nil, let name = ends.weightName { request.weight = request.weight ?? known(name) }
    var roles = try ColumnRoles.choose(from: reader, request: request)
    // What was asked for here, for the types' sake, was found by its name all the same.
    if options.columns.source == nil, roles.source.origin == .requested { roles.source.origin = .recognized }
    if options.columns.target == nil, roles.target.origin == .requested { roles.target.origin = .recognized }
    if options.columns.weight == nil, roles.weight?.origin == .requested { roles.weight?.origin = .recognized }
    let hasWeights = attributes.weights != nil && ends.duplicates != .count && !removes
    let hasTimes = attributes.times != nil && !removes
    let hasValues = attributes.values != nil && !removes
    var report = ImportReport(path: reader.path)
    report.form = reader.form
    report.guesses = reader.guesses
    for (role, choice) in [("source", roles.source), ("target", roles.target)] {
      report.columns.append("\(role) \(choice.name) (\(choice.origin.rawValue))")
      if choice.origin == .position {
        report.guesses.append(
          "no column is known to name a \(role), so column '\(choice.name)' was taken by its position (--\(role) names it)"
        )
      }
    }
    let weight = hasWeights ? roles.weight : nil
    let time = hasTimes && !options.ignoresTime ? roles.time : nil
    if hasWeights {
      guard let weight else {
        throw FormatError.missingWeight(path: reader.path, relation: ends.name, columns: reader.columns)
      }
      report.columns.append("weight \(weight.name) (\(weight.origin.rawValue))")
    }
    if hasTimes, time == nil, !options.ignoresTime {
      report.guesses.append("no column is known for a time, so the times are unknown (--time names it, 'none' says so)")
    }
    if let time { report.columns.append("time \(time.name) (\(time.origin.rawValue))") }
    let valueColumn = hasValues ? try columns.position(of: value ?? "value") : nil
    let used = [roles.source.index, roles.target.index] + [weight?.index, time?.index, valueColumn].compactMap { $0 }
    report.unused = reader.columns.indices.filter { !used.contains($0) }.map { reader.columns[$0] }
    var times = TimeReading()
    var found: [OverlayOperation] = []
    var absent: (count: Int, first: String) = (0, "")
    var block = RecordBlock()
    while try reader.nextBlock(into: &block) {
      try execution.cancellation.check()
      for problem in block.problems { report.problems.add(problem, of: block, path: reader.path) }
      for record in 0..<block.count {
        let row = SchemaRecord(block: block, record: record, path: reader.path, columns: reader.columns)
        do {
          for end in [roles.source, roles.target] where row.isEmpty(end.index) {
            throw row.problem("empty id", end.name, "", "an id")
          }
          let (source, target) = (row.text(roles.source.index), row.text(roles.target.index))
          guard !removes else {
            if try Self.isEdge(source, target, of: relation, in: snapshot) {
              found.append(.removeEdge(relation: relation, source: source, target: target))
            } else {
              if absent.count == 0 { absent.first = "\(source) → \(target)" }
              absent.count += 1
            }
            continue
          }
          let strength = try weight.map { Float(try row.number(in: $0.index)) }
          if let strength, !(strength > 0 && strength.isFinite) {
            throw row.problem("weight that is not positive", weight?.name ?? "", "\(strength)", "a number above 0")
          }
          let number = try valueColumn.map { Float(try row.number(in: $0)) }
          let when = try row.time(in: time.map { [$0.index] } ?? [], isInParts: false, &times)
          found.append(
            .addEdge(
              relation: relation, source: source, target: target, weight: strength, value: number,
              time: when == TimeColumn.unknown ? nil : when))
        } catch let problem as SchemaRecord.Problem {
          report.problems.add(problem.kind, example: problem.example)
        }
      }
    }
    report.records = Int(reader.recordCount)
    let total = report.records + Int(reader.problemCount)
    guard options.skipping.allows(report.problems.total, of: total) else {
      throw ImportError.badRecords(
        path: reader.path, bad: report.problems.total, total: total, details: report.problems.text)
    }
    let unit = options.timeUnit ?? times.guessedUnit
    if let remark = times.remark(unit: unit, isGuessed: options.timeUnit == nil) { report.guesses.append(remark) }
    if options.isStrict, !report.guesses.isEmpty {
      throw ImportError.guessed(path: reader.path, guesses: report.guesses)
    }
    if !times.areDates, unit != .seconds {
      found = found.map { operation in
        guard case .addEdge(let relation, let source, let target, let weight, let value, let time?) = operation else {
          return operation
        }
        return .addEdge(
          relation: relation, source: source, target: target, weight: weight, value: value, time: unit.seconds(time))
      }
    }
    absence =
      absent.count == 0
      ? nil : "\(absent.count) of \(report.records) edges to take out are not in the graph, the first \(absent.first)"
    report.edges = found.count
    operations = found
    self.report = report
  }

  private static func isEdge(
    _ source: String, _ target: String, of relation: Int, in snapshot: Snapshot
  ) throws(GraphError) -> Bool {
    let ends = snapshot.schema.relations[relation]
    guard let from = try snapshot.nodes[ends.source].index(ofID: source),
      let to = try snapshot.nodes[ends.target].index(ofID: target)
    else { return false }
    return try snapshot.relations[relation].forward.hasEdge(from: from, to: to)
  }
}
