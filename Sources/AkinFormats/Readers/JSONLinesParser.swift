/// One JSON object a line. The columns are the members of the objects at the beginning of the file, in the order in which
/// they first appear; members that come up only later are an error, missing ones are empty fields.
///
/// Strings, numbers and truth values are fields as they are; `null` is an empty field; an array of them becomes one field
/// with `|` between its elements; objects inside are taken apart, as `user.id`.
struct JSONLinesParser: LineParser {
  let form = "JSON Lines"
  let columns: [String]
  private let positions: [String: Int]

  init(probe: ArraySlice<UInt8>, path: String) throws(FormatError) {
    var columns: [String] = []
    var lines = probe.split(whereSeparator: { $0 == Ascii.lineFeed || $0 == Ascii.carriageReturn })
    if lines.count > 1, probe.count >= InputFormat.probeSize { lines.removeLast() }
    for line in lines {
      guard let members = try? JSONMembers.parse(line) else { continue }
      for member in members where !columns.contains(member.name) { columns.append(member.name) }
    }
    guard !columns.isEmpty else {
      let first = String(decoding: lines.first ?? [], as: UTF8.self)
      throw .unsupportedText(
        path: path, found: "first line '\(excerpt(first))'", expected: "one JSON object a line (JSON Lines)")
    }
    self.columns = columns
    positions = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
  }

  mutating func parse(_ line: ArraySlice<UInt8>, number: UInt64, into block: inout RecordBlock) {
    do throws(JSONMembers.Problem) {
      let members = try JSONMembers.parse(line)
      var record = [[UInt8]](repeating: [], count: columns.count)
      for member in members {
        guard let position = positions[member.name] else {
          return block.append(
            .malformed(
              found: "member '\(excerpt(member.name))', which no object at the beginning of the file has",
              expected: "one of \(columns.joined(separator: ", "))"), record: line, line: number)
        }
        record[position] = member.value
      }
      block.append(record, line: number)
    } catch {
      block.append(
        .malformed(found: "\(error.found) at byte \(error.position + 1)", expected: error.expected), record: line,
        line: number)
    }
  }
}

/// The members of one JSON object, taken apart in one pass.
struct JSONMembers {
  struct Member {
    var name: String
    var value: [UInt8]
  }

  struct Problem: Error {
    var position: Int
    var found: String
    var expected: String
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private var members: [Member] = []
  /// Objects within objects, at most.
  private static let depthLimit = 16

  static func parse(_ line: ArraySlice<UInt8>) throws(Problem) -> [Member] {
    var parser = JSONMembers(bytes: line, position: line.startIndex)
    parser.skipBlanks()
    try parser.object(prefix: "", depth: 0)
    parser.skipBlanks()
    guard parser.position == line.endIndex else { throw parser.problem("the end of the line") }
    return parser.members
  }

  private init(bytes: ArraySlice<UInt8>, position: Int) {
    self.bytes = bytes
    self.position = position
  }

  private var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private func problem(_ expected: String) -> Problem {
    let found =
      next.map { $0 >= 0x20 && $0 < 0x7F ? "'\(Unicode.Scalar($0))'" : hexadecimal($0) } ?? "the end of the line"
    return Problem(position: position - bytes.startIndex, found: found, expected: expected)
  }

  private mutating func skipBlanks() {
    while let byte = next, byte == Ascii.space || (0x09...0x0D).contains(byte) { position += 1 }
  }

  private mutating func expect(_ character: Character) throws(Problem) {
    skipBlanks()
    guard next == character.asciiValue else { throw problem("'\(character)'") }
    position += 1
    skipBlanks()
  }

  private mutating func object(prefix: String, depth: Int) throws(Problem) {
    guard depth < Self.depthLimit else { throw problem("at most \(Self.depthLimit) objects within each other") }
    try expect("{")
    if next == UInt8(ascii: "}") {
      position += 1
      return
    }
    while true {
      let name = prefix + String(decoding: try string(), as: UTF8.self)
      try expect(":")
      if next == UInt8(ascii: "{") {
        try object(prefix: name + ".", depth: depth + 1)
      } else {
        members.append(Member(name: name, value: try value()))
      }
      skipBlanks()
      if next == UInt8(ascii: "}") { break }
      try expect(",")
    }
    position += 1
  }

  private mutating func value() throws(Problem) -> [UInt8] {
    guard next == UInt8(ascii: "[") else { return try scalar() }
    position += 1
    skipBlanks()
    var joined: [UInt8] = []
    var isFirst = true
    while next != UInt8(ascii: "]") {
      if !isFirst {
        try expect(",")
        joined.append(Ascii.pipe)
      }
      isFirst = false
      joined += try scalar()
      skipBlanks()
    }
    position += 1
    return joined
  }

  private mutating func scalar() throws(Problem) -> [UInt8] {
    guard let first = next else { throw problem("a value") }
    if first == Ascii.quote { return try string() }
    let start = position
    while let byte = next, !",}] \t".utf8.contains(byte) { position += 1 }
    let text = Array(bytes[start..<position])
    if text.elementsEqual("null".utf8) { return [] }
    if text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8) { return text }
    guard (try? Double(parsing: text.span)) != nil else {
      position = start
      throw problem("a string, a number, true, false or null")
    }
    return text
  }

  private mutating func string() throws(Problem) -> [UInt8] {
    skipBlanks()
    guard next == Ascii.quote else { throw problem("a string") }
    position += 1
    var text: [UInt8] = []
    while let byte = next, byte != Ascii.quote {
      position += 1
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      guard let escaped = next else { break }
      position += 1
      switch escaped {
      case UInt8(ascii: "n"): text.append(Ascii.lineFeed)
      case UInt8(ascii: "t"): text.append(Ascii.tab)
      case UInt8(ascii: "r"): text.append(Ascii.carriageReturn)
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "u"): text += try Array(String(scalar16()).utf8)
      case Ascii.quote, UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escaped)
      default:
        position -= 1
        throw problem("an escape such as \\n")
      }
    }
    guard next == Ascii.quote else { throw problem("a closing quote") }
    position += 1
    return text
  }

  /// What follows `\u`: one code unit, or two that are a surrogate pair.
  private mutating func scalar16() throws(Problem) -> Unicode.Scalar {
    let first = try codeUnit()
    if (0xD800...0xDBFF).contains(first), next == UInt8(ascii: "\\") {
      position += 1
      guard next == UInt8(ascii: "u") else { throw problem("the second half of a surrogate pair") }
      position += 1
      let second = try codeUnit()
      guard (0xDC00...0xDFFF).contains(second) else { throw problem("the second half of a surrogate pair") }
      return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))!
    }
    guard first != 0, let scalar = Unicode.Scalar(first) else { throw problem("a character other than zero") }
    return scalar
  }

  private mutating func codeUnit() throws(Problem) -> UInt32 {
    guard position + 4 <= bytes.endIndex,
      let unit = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw problem("four hexadecimal digits") }
    position += 4
    return unit
  }
}
