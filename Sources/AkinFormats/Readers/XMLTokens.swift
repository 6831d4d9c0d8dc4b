/// The tags and texts of an XML document, one after the other: enough of XML 1.0 for GraphML.
///
/// Comments and processing instructions are passed over; the five predefined entities and character references are
/// resolved. A document type with declarations of its own is refused: entities that it may declare can grow without end.
struct XMLTokens {
  enum Token: Equatable {
    case start(name: String, attributes: [String: String], isEmpty: Bool)
    case end(name: String)
    case text([UInt8])
  }

  struct Problem: Error {
    var line: UInt64
    var found: String
    var expected: String
  }

  private let bytes: [UInt8]
  private var position = 0
  private(set) var line: UInt64 = 1
  /// Bytes that were read.
  var offset: Int { position }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() throws(Problem) -> Token? {
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else { return .text(try text()) }
      if starts("<!--") {
        try skip(past: "-->")
      } else if starts("<?") {
        try skip(past: "?>")
      } else if starts("<![CDATA[") {
        let start = position + 9
        try skip(past: "]]>")
        return .text(Array(bytes[start..<position - 3]))
      } else if starts("<!DOCTYPE") {
        let end = bytes[position...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count
        guard !bytes[position..<end].contains(UInt8(ascii: "[")) else {
          throw problem("a document type with declarations", "a document without them")
        }
        try skip(past: ">")
      } else {
        return try tag()
      }
    }
    return nil
  }

  private func starts(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

  func problem(_ found: String, _ expected: String) -> Problem {
    Problem(line: line, found: found, expected: expected)
  }

  private mutating func advance(to end: Int) {
    for byte in bytes[position..<end] where byte == Ascii.lineFeed { line += 1 }
    position = end
  }

  private mutating func skip(past end: String) throws(Problem) {
    let mark = Array(end.utf8)
    var at = position
    while at + mark.count <= bytes.count {
      if bytes[at] == mark[0], bytes[at...].starts(with: mark) { return advance(to: at + mark.count) }
      at += 1
    }
    throw problem("markup that does not end", "'\(end)'")
  }

  private mutating func text() throws(Problem) -> [UInt8] {
    let end = bytes[position...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
    let text = try resolved(position..<end)
    advance(to: end)
    return text
  }

  private mutating func tag() throws(Problem) -> Token {
    let isEnd = position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "/")
    position += isEnd ? 2 : 1
    let name = try name()
    var attributes: [String: String] = [:]
    while true {
      skipBlanks()
      guard position < bytes.count else { throw problem("the end of the file inside a tag", "'>'") }
      if bytes[position] == UInt8(ascii: ">") {
        position += 1
        return isEnd ? .end(name: name) : .start(name: name, attributes: attributes, isEmpty: false)
      }
      if !isEnd, starts("/>") {
        position += 2
        return .start(name: name, attributes: attributes, isEmpty: true)
      }
      guard !isEnd else { throw problem("more than a name in '</\(name)'", "'>'") }
      let key = try self.name()
      skipBlanks()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
        throw problem("attribute '\(key)' without a value", "'='")
      }
      position += 1
      skipBlanks()
      guard position < bytes.count, bytes[position] == Ascii.quote || bytes[position] == UInt8(ascii: "'") else {
        throw problem("an unquoted value of attribute '\(key)'", "a quote")
      }
      let quote = bytes[position]
      guard let end = bytes[(position + 1)...].firstIndex(of: quote) else {
        throw problem("a value of attribute '\(key)' that does not end", "a quote")
      }
      attributes[key] = String(decoding: try resolved(position + 1..<end), as: UTF8.self)
      advance(to: end + 1)
    }
  }

  private mutating func name() throws(Problem) -> String {
    let start = position
    while position < bytes.count, !" \t\r\n/>=<\"'".utf8.contains(bytes[position]) { position += 1 }
    guard position > start else { throw problem("no name", "a name") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func skipBlanks() {
    while position < bytes.count, bytes[position] == Ascii.space || (0x09...0x0D).contains(bytes[position]) {
      if bytes[position] == Ascii.lineFeed { line += 1 }
      position += 1
    }
  }

  private func resolved(_ range: Range<Int>) throws(Problem) -> [UInt8] {
    guard bytes[range].contains(UInt8(ascii: "&")) else { return Array(bytes[range]) }
    var text: [UInt8] = []
    var at = range.lowerBound
    while at < range.upperBound {
      guard bytes[at] == UInt8(ascii: "&") else {
        text.append(bytes[at])
        at += 1
        continue
      }
      guard let end = bytes[at..<min(range.upperBound, at + 12)].firstIndex(of: UInt8(ascii: ";")) else {
        throw problem("'&' that begins no entity", "'&amp;'")
      }
      let name = String(decoding: bytes[at + 1..<end], as: UTF8.self)
      switch name {
      case "amp": text.append(UInt8(ascii: "&"))
      case "lt": text.append(UInt8(ascii: "<"))
      case "gt": text.append(UInt8(ascii: ">"))
      case "quot": text.append(Ascii.quote)
      case "apos": text.append(UInt8(ascii: "'"))
      default:
        let digits = name.dropFirst()
        let number =
          name.hasPrefix("#x") ? UInt32(digits.dropFirst(), radix: 16) : name.hasPrefix("#") ? UInt32(digits) : nil
        guard let number, number > 0, let scalar = Unicode.Scalar(number) else {
          throw problem("entity '&\(name);'", "&amp; &lt; &gt; &quot; &apos; or a character reference")
        }
        text += Array(String(Character(scalar)).utf8)
      }
      at = end + 1
    }
    return text
  }
}
