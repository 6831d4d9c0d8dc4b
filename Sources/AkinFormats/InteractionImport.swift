public import AkinGraph
public import AkinParallel
import AkinRanking

/// A graph made from a file of interactions, and what there is to say about it.
public struct InteractionImport: Sendable {
  /// The graph, in memory, of one relation.
  public let snapshot: Snapshot
  /// What was read, guessed, merged and left out.
  public let report: ImportReport

  /// Reads a delimited file with one interaction a record into a graph of one relation.
  ///
  /// Records with something wrong (a field that is not a number, a weight that is not positive, an empty id, a malformed
  /// line) are counted to the end; they fail the import unless `options.skipping` allows their number.
  ///
  /// - Parameter progress: called now and then with the share of the file that was read, in 0...1.
  /// - Throws: `FormatError` for a file that cannot be read; `ImportError`; `GraphError.tooManyNodes`;
  ///   `CancellationError`.
  /// - Complexity: O(bytes) time; O(nodes + edges) space.
  public init(
    path: String, options: ImportOptions = ImportOptions(), execution: Execution = .serial,
    progress: (Double) -> Void = { _ in }
  ) throws {
    var reading = try InteractionReading(path: path, options: options)
    try reading.readRecords(execution: execution, progress: progress)
    try reading.readLabels(execution: execution)
    try reading.judge()
    let build = try reading.build(execution: execution)
    var report = reading.report
    report.edges = build.snapshot.relations[0].forward.edgeCount
    report.merged = build.merged[0]
    snapshot = build.snapshot
    self.report = report
  }
}

extension InteractionImport {
  /// Writes the graph to a file, and gives its memory back meanwhile: see `Snapshot.writeLast`.
  public consuming func writeLast(to path: String, execution: Execution = .serial) throws {
    let snapshot = snapshot
    _ = consume self
    try (consume snapshot).writeLast(to: path, execution: execution)
  }
}

/// The state of one import.
struct InteractionReading {
  private let options: ImportOptions
  private let reader: any RecordReader
  private let roles: ColumnRoles
  private let source: NodeTypeID
  private let target: NodeTypeID
  private let relation: Int
  private var builder: GraphBuilder
  private var times = TimeReading()
  private(set) var report: ImportReport

  init(path: String, options: ImportOptions) throws {
    self.options = options
    builder = GraphBuilder(memory: options.memory)
    reader = try InputFile(path: path, options: options).open()
    roles = try ColumnRoles(of: reader, options: options)
    report = ImportReport(path: path)
    let areEnds = TypeNames.isEnd(roles.source.name) && TypeNames.isEnd(roles.target.name)
    report.sourceType =
      options.sourceType ?? (areEnds ? "node" : TypeNames.typeName(of: roles.source.name, fallback: "user"))
    report.targetType =
      options.targetType ?? (areEnds ? "node" : TypeNames.typeName(of: roles.target.name, fallback: "item"))
    report.relation = options.relation ?? (roles.weightKind == .rating ? "rated" : "interacted")
    report.duplicates = options.duplicates ?? Self.defaultPolicy(for: roles)
    source = builder.addNodeType(report.sourceType)
    target = report.targetType == report.sourceType ? source : builder.addNodeType(report.targetType)
    relation = builder.addRelation(
      report.relation, from: source, to: target, duplicates: report.duplicates, weightName: roles.weight?.name)
    describe()
  }

  /// Ratings replace each other, counts add up, bare interactions are counted.
  private static func defaultPolicy(for roles: ColumnRoles) -> DuplicatePolicy {
    guard roles.weight != nil else { return .count }
    return roles.weightKind == .count ? .sum : .last
  }

  private mutating func describe() {
    report.form = reader.form
    if reader.compression != .none { report.form += ", compressed by \(reader.compression)" }
    report.unused = roles.unused
    if options.ignoresWeight || options.ignoresTime {
      let used = [roles.source, roles.target, roles.weight, roles.time].compactMap { $0?.index }
      report.unused = reader.columns.indices.filter { !used.contains($0) }.map { reader.columns[$0] }
    }
    for (role, choice) in [("source", roles.source), ("target", roles.target)] {
      report.columns.append("\(role) \(choice.name) (\(choice.origin.rawValue))")
    }
    if let weight = roles.weight { report.columns.append("weight \(weight.name) (\(weight.origin.rawValue))") }
    if let weight = roles.weight,
      ["weight", "value"].contains(ColumnNames.normalized(weight.name)) || roles.weightKind == nil
    {
      report.weightOfUnknownKind = weight.name
    }
    if let time = roles.time { report.columns.append("time \(time.name) (\(time.origin.rawValue))") }
    report.guesses += reader.guesses
    for (role, choice) in [("source", roles.source), ("target", roles.target)] where choice.origin == .position {
      report.guesses.append(
        "no column is known to name a \(role), so column '\(choice.name)' was taken by its position (--\(role) names it)"
      )
    }
    if let reader = reader as? DelimitedReader, reader.hasHeader, options.reading.header == .guess,
      roles.source.origin == .position, roles.target.origin == .position
    {
      report.guesses.append("the first line was taken for names of columns; --no-header reads it as a record")
    }
    if let reader = reader as? DelimitedReader, options.reading.header == .absent,
      ColumnNames.areRoles(reader.firstFields)
    {
      report.guesses.append(
        "the first line (\(excerpt(reader.firstFields.joined(separator: ", ")))) reads like names of columns, and was taken for a "
          + "record; without --no-header it is taken for names")
    }
    for choice in [roles.source, roles.target, roles.weight, roles.time].compactMap({ $0 })
    where !choice.passedOver.isEmpty {
      report.guesses.append(
        "column '\(choice.name)' was preferred to \(choice.passedOver.map { "'\($0)'" }.joined(separator: ", "))")
    }
    if roles.looksSwapped {
      report.guesses.append(
        "source '\(roles.source.name)' and target '\(roles.target.name)' look swapped: users usually are the source")
    }
  }

  /// How many blocks are read before their new ids get an order; it changes nothing but memory and speed.
  private static let blocksAtOnce = 32

  mutating func readRecords(execution: Execution, progress: (Double) -> Void) throws {
    let shared = SharedReader(reader)
    while !shared.isAtEnd {
      // Until a first time has said what times are, blocks are taken one by one.
      let count = roles.time == nil || times.isDecided ? Self.blocksAtOnce : 1
      let (path, roles, times) = (reader.path, roles, times)
      var parsed = try concurrentMap(count: count, chunkSize: 1, execution: execution) { _ in
        guard var read = try shared.next() else { return ParsedBlock?.none }
        read.block.split()
        let interactions = InteractionBlock(read.block, roles: roles, times: times, path: path)
        return ParsedBlock(read: read, interactions: interactions)
      }.compactMap { $0 }
      parsed.sort { $0.read.number < $1.read.number }
      if reader.storedByteCount > 0 { progress(Double(reader.storedBytesRead) / Double(reader.storedByteCount)) }
      for block in parsed {
        reader.count(block.read.block)
        report.problems.add(block.interactions.problems)
        self.times.merge(block.interactions.times)
      }
      try builder.addEdges(parsed.map(\.interactions.edges), to: relation, execution: execution)
      shared.reuse(parsed.map(\.read.block))
    }
    report.records = Int(reader.recordCount)
    report.blankLines = Int(reader.blankLineCount)
    report.sources = builder.nodeCount(of: source)
    report.targets = builder.nodeCount(of: target)
    report.isSpilled = builder.isSpilled
  }

  mutating func readLabels(execution: Execution) throws {
    guard let wanted = options.labels else { return }
    var labels = try LabelReading(wanted, targetColumn: roles.target.name)
    var matchedSources = 0
    var named = NamedTwice()
    try labels.read(execution: execution) { key, label in
      if source != target, builder.index(of: key, type: source) != nil { matchedSources += 1 }
      guard let index = builder.index(of: key, type: target) else { return false }
      builder.setLabel(label, of: index, type: target)
      named.add(label, of: index, key: key)
      return true
    }
    if matchedSources > labels.report.labelled {
      report.guesses.append(
        "keys of \(wanted.path) match \(matchedSources) sources and \(labels.report.labelled) targets: "
          + "source '\(roles.source.name)' and target '\(roles.target.name)' look swapped")
    }
    report.guesses += labels.guesses
    if let first = named.first {
      let keys = named.count == 1 ? "1 key has" : "\(named.count) keys have"
      report.guesses.append("\(keys) several names in \(wanted.path), the first '\(first)'; the last of each stays")
    }
    if labels.report.labelled == 0, labels.report.unmatched > 0, matchedSources == 0 {
      report.guesses.append(
        "no key of \(wanted.path) is a target, so none has a label; expected the column of their ids (--label-key names it)"
      )
    }
    report.labels = labels.report
    report.labels?.labelled = builder.labelCount(of: target)
  }

  /// - Throws: `ImportError` where there is too much dirt, nothing left, or a guess that may not be.
  mutating func judge() throws {
    let bad = report.problems.total
    // Lines that could not be split are not among the records.
    let total = report.records + Int(reader.problemCount)
    guard options.skipping.allows(bad, of: total) else {
      throw ImportError.badRecords(path: report.path, bad: bad, total: total, details: report.problems.text)
    }
    if let labels = report.labels {
      let total = labels.records + labels.problems.total
      guard options.skipping.allows(labels.problems.total, of: total) else {
        throw ImportError.badRecords(
          path: labels.path, bad: labels.problems.total, total: total, details: labels.problems.text)
      }
    }
    guard builder.edgeCount(of: relation) > 0 else {
      throw ImportError.noUsableRecord(path: report.path, total: total, details: report.problems.text)
    }
    let unit = options.timeUnit ?? times.guessedUnit
    if let remark = times.remark(unit: unit, isGuessed: options.timeUnit == nil) { report.guesses.append(remark) }
    if idsLookSwapped() {
      report.guesses.append(
        "ids such as source '\(builder.id(at: 0, type: source))' and target '\(builder.id(at: 0, type: target))' look swapped"
      )
    }
    if let remark = sameNodes() { report.guesses.append(remark) }
    for type in source == target ? [source] : [source, target] {
      guard let padded = builder.paddedIDs(of: type) else { continue }
      let name = type == source ? report.sourceType : report.targetType
      report.guesses.append(
        "ids of type '\(name)' that begin or end with a blank: \(padded.count), the first '\(padded.first)'; they are other ids "
          + "than those without it; --trim leaves blanks out")
    }
    if options.isStrict, !report.guesses.isEmpty {
      throw ImportError.guessed(path: report.path, guesses: report.guesses)
    }
    if !times.areDates, unit != .seconds { builder.scaleTimes(of: relation) { unit.seconds($0) } }
  }

  /// Gives the edges away, so that their memory can be used while they are sorted.
  mutating func build(execution: Execution) throws -> GraphBuild {
    var edges = GraphBuilder()
    swap(&edges, &builder)
    return try (consume edges).build(execution: execution)
  }

  /// Who befriends whom, say: ids of both ends that are the same, where nobody said that they are of two types.
  private func sameNodes() -> String? {
    guard source != target, options.sourceType == nil, options.targetType == nil,
      roles.source.origin == .position || roles.target.origin == .position
    else { return nil }
    let (sources, targets) = (builder.nodeCount(of: source), builder.nodeCount(of: target))
    // Numbers from 1 are ids of anything; as many of both are hardly chance.
    guard min(sources, targets) * 20 >= max(sources, targets) * 19 else { return nil }
    let shared = (0..<UInt32(targets)).count {
      builder.index(of: builder.id(at: $0, type: target), type: source) != nil
    }
    guard shared * 20 >= max(sources, targets) * 19 else { return nil }
    return
      "\(shared) of \(targets) ids of type '\(report.targetType)' are ids of type '\(report.sourceType)' too, and became "
      + "other nodes; --source-type \(report.sourceType) --target-type \(report.sourceType) makes one node of each"
  }

  /// Ids that begin as names of the other role do: sources `item1`, targets `user7`.
  private func idsLookSwapped() -> Bool {
    guard source != target else { return false }
    func kind(_ type: NodeTypeID) -> String {
      builder.id(at: 0, type: type).prefix { $0.isLetter }.lowercased()
    }
    let (first, second) = (kind(source), kind(target))
    return !roles.looksSwapped && ColumnNames.looksSwapped(source: first, target: second)
  }
}

/// The beginning of a field, for a message.
func excerpt(_ text: String) -> String { text.count > 40 ? text.prefix(40) + "…" : text }

extension InputFile {
  /// A file of interactions, to be read as `options` say.
  init(path: String, options: ImportOptions) {
    self.init(path: path)
    delimited = options.reading
    format = options.format
    encoding = options.encoding
    table = options.table
    query = options.query
  }
}

extension ColumnRoles {
  /// As ``choose(from:request:path:)``, and says what the fields look separated by where there is but one.
  static func choose(from reader: any RecordReader, request: ColumnRequest) throws(FormatError) -> ColumnRoles {
    if let reader = reader as? DelimitedReader, let other = reader.otherDelimiter {
      func name(_ byte: UInt8) -> String { byte == Ascii.tab ? "tab" : "'\(Character(Unicode.Scalar(byte)))'" }
      throw .unsupportedText(
        path: reader.path,
        found: "one column (\(excerpt(reader.firstFields.joined()))) with the delimiter \(name(reader.delimiter))",
        expected: "at least 2: a source and a target; the fields look separated by \(name(other)) (--delimiter)")
    }
    return try choose(from: reader.columns, request: request, path: reader.path)
  }

  init(of reader: any RecordReader, options: ImportOptions) throws {
    self = try Self.choose(from: reader, request: options.columns)
    if options.ignoresWeight {
      weight = nil
      weightKind = nil
    }
    if options.ignoresTime { time = nil }
  }
}
