import AkinGraph

/// The columns of one file, by name.
struct SchemaColumns {
  let path: String
  let names: [String]

  init(_ reader: any RecordReader) {
    path = reader.path
    names = reader.columns
  }

  /// A name as it is; if no column bears it, as `ColumnNames.normalized` makes it; then a number from 1.
  func position(of name: String) throws(FormatError) -> Int {
    if let position = names.firstIndex(of: name) { return position }
    let found = names.indices.filter { ColumnNames.normalized(names[$0]) == ColumnNames.normalized(name) }
    if found.count == 1 { return found[0] }
    guard found.isEmpty else { throw .ambiguousColumn(path: path, requested: name, columns: names) }
    throw .missingColumn(
      path: path, requested: name, columns: names, closest: ColumnNames.closest(to: name, among: names))
  }
}

/// One record of a file that a schema describes.
struct SchemaRecord: ~Copyable {
  let block: RecordBlock
  private let record: Int
  private let path: String
  private let columns: [String]

  /// What is wrong with it.
  struct Problem: Error {
    var kind: String
    var example: String
  }

  init(block: RecordBlock, record: Int, path: String, columns: [String]) {
    self.block = block
    self.record = record
    self.path = path
    self.columns = columns
  }

  func range(_ column: Int) -> Range<Int> { block.range(record, column) }
  func isEmpty(_ column: Int) -> Bool { range(column).isEmpty }
  func text(_ column: Int) -> String { block.text(record, column) }

  /// The parts of a field, without blanks around them and without empty ones, each once.
  func list(_ column: Int, separator: String) -> [String] {
    var parts: [String] = []
    var rest = Substring(text(column))
    while true {
      let end = rest.firstRange(of: separator)
      let part = String(rest[..<(end?.lowerBound ?? rest.endIndex)]).trimmed
      if !part.isEmpty, !parts.contains(part) { parts.append(part) }
      guard let end else { return parts }
      rest = rest[end.upperBound...]
    }
  }

  func problem(_ kind: String, _ column: String, _ found: String, _ expected: String) -> Problem {
    Problem(
      kind: kind,
      example: "\(path):\(block.line(record)): column '\(column)': found '\(excerpt(found))', expected \(expected)")
  }

  func number(in column: Int) throws(Problem) -> Double {
    do throws(FieldProblem) {
      return try Double(parsing: block.bytes.span.extracting(range(column)))
    } catch {
      throw problem(
        "field that is \(error)", columns[column], text(column), "a number" + InteractionBlock.decimalHint(text(column))
      )
    }
  }

  /// `nil` for an empty field.
  func value(
    of attribute: ImportSchema.Attribute, in column: Int, _ times: inout TimeReading
  ) throws(Problem) -> AttributeValue? {
    guard !isEmpty(column) else { return nil }
    switch attribute.kind {
    case .text: return .text(text(column))
    case .url: return .url(text(column))
    case .category: return .category(text(column))
    case .categories:
      let names = list(column, separator: attribute.separator)
      return names.isEmpty ? nil : .categories(names)
    case .number: return .number(try number(in: column))
    case .time:
      do throws(FieldProblem) {
        let parsed = try ParsedTime(parsing: block.bytes.span.extracting(range(column)))
        guard parsed.value != TimeColumn.unknown else { throw .outOfRange }
        // Without the whole column at hand, the unit of a number is guessed from itself.
        let unit = attribute.unit ?? TimeUnit.guess(largestMagnitude: parsed.value.magnitude)
        return .time(parsed.isDate ? parsed.value : unit.seconds(parsed.value))
      } catch {
        throw problem("time that cannot be read", attribute.column, text(column), times.expectation)
      }
    }
  }

  /// `nil` where a relation has no times.
  func time(in columns: [Int], isInParts: Bool, _ times: inout TimeReading) throws(Problem) -> Int64? {
    guard let first = columns.first else { return nil }
    do throws(FieldProblem) {
      guard isInParts else { return try times.read(block.bytes.span.extracting(range(first))) }
      let parts = columns.map { text($0).trimmed }
      guard let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (0...9999).contains(year)
      else { throw .notATime }
      func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
      }
      let date = Array("\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))".utf8)
      return try ParsedTime(parsing: date.span).value
    } catch {
      let found = columns.map { text($0) }.joined(separator: ", ")
      throw problem(
        "time that cannot be read", columns.map { self.columns[$0] }.joined(separator: ", "), found, times.expectation)
    }
  }
}

extension String {
  /// Without spaces and tabs around it.
  fileprivate var trimmed: String {
    var part = self[...]
    while let last = part.last, last == " " || last == "\t" { part.removeLast() }
    return String(part.drop { $0 == " " || $0 == "\t" })
  }
}
