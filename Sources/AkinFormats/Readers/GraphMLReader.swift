/// Reads the edges, or the nodes, of a GraphML document as records.
///
/// Edges have the columns `source` and `target`, nodes `id`, followed by one column a `<key>` declared for them, by its
/// `attr.name`; default values are filled in. Graphs within nodes, hyperedges and ports are refused. Undirected edges are
/// read once, as they stand.
///
/// Source: Brandes, Eiglsperger, Herman, Himsolt, Marshall, "GraphML Progress Report", GD 2001, doi:10.1007/3-540-45848-4_59.
final class GraphMLReader: RecordReader {
  let path: String
  let form: String
  let columns: [String]
  let guesses: [String]
  private(set) var recordCount: UInt64 = 0
  let problemCount: UInt64 = 0
  let blankLineCount: UInt64 = 0
  var compression: Compression { source.compression }
  var storedBytesRead: UInt64 { source.storedBytesRead }
  var storedByteCount: UInt64 { source.storedByteCount }
  private let source: ByteSource
  private let records: [(line: UInt64, fields: [[UInt8]])]
  private var position = 0

  /// Documents larger than this are refused: they are held in memory.
  private static let sizeLimit = 1 << 30

  init(source: ByteSource, readsNodes: Bool) throws(FormatError) {
    self.source = source
    path = source.path
    let bytes = try Self.contents(of: source)
    guesses =
      Self.description(in: bytes).map { _ in
        let what = readsNodes ? "nodes" : "edges"
        return ["Akin wrote this document, which can say what graph it is; its \(what) are read as those of any other"]
      } ?? []
    do throws(XMLTokens.Problem) {
      let document = try GraphMLDocument(bytes, readsNodes: readsNodes)
      form =
        "a GraphML document, \(readsNodes ? "its nodes" : "\(document.isDirected ? "directed" : "undirected") edges")"
      columns = document.columns
      records = document.records
    } catch {
      throw .unsupportedText(path: "\(path):\(error.line)", found: error.found, expected: error.expected)
    }
  }

  /// All of a document, which is held in memory.
  static func contents(of source: ByteSource) throws(FormatError) -> [UInt8] {
    let path = source.path
    var bytes: [UInt8] = []
    while true {
      let count = bytes.count
      bytes += [UInt8](repeating: 0, count: max(1 << 16, count))
      let got = try source.read(into: &bytes, range: count..<bytes.count)
      let room = bytes.count - count
      bytes.removeLast(room - got)
      guard bytes.count <= Self.sizeLimit else {
        throw .unsupportedText(path: path, found: "a GraphML document above 1 GiB", expected: "a smaller one")
      }
      if got < room { break }
    }
    if let wrong = firstWrongByte(bytes.span, 0..<bytes.count) {
      throw .malformedHeader(path: path, line: UInt64(wrong.line) + 1, problem: wrong.kind)
    }
    return bytes
  }

  /// What Akin wrote of the graph at the beginning of a document; `nil` in documents of other programs.
  static func description(in beginning: [UInt8]) -> [UInt8]? {
    var tokens = XMLTokens(beginning)
    var isDeclared = false
    while let token = try? tokens.next() {
      guard case .start(let name, let attributes, let isEmpty) = token else { continue }
      switch name {
      case "key": isDeclared = isDeclared || (attributes["id"] == GraphDescription.key && attributes["for"] == "graph")
      case "data" where isDeclared && attributes["key"] == GraphDescription.key && !isEmpty:
        guard case .text(let json)? = try? tokens.next() else { return nil }
        return json
      case "node", "edge": return nil
      default: break
      }
    }
    return nil
  }

  func nextBlock(into block: inout RecordBlock) -> Bool {
    block.removeAll(columnCount: columns.count, firstLine: position < records.count ? records[position].line : 1)
    while position < records.count, block.bytes.count < 1 << 18 {
      block.append(records[position].fields, line: records[position].line)
      position += 1
    }
    recordCount += UInt64(block.count)
    return block.count > 0
  }
}

/// What a GraphML document says of its edges or its nodes.
private struct GraphMLDocument {
  private(set) var columns: [String]
  private(set) var records: [(line: UInt64, fields: [[UInt8]])] = []
  private(set) var isDirected = true
  private var positionOfKey: [String: Int] = [:]
  private var defaults: [[UInt8]]
  private var tokens: XMLTokens
  private let element: String

  init(_ bytes: [UInt8], readsNodes: Bool) throws(XMLTokens.Problem) {
    tokens = XMLTokens(bytes)
    element = readsNodes ? "node" : "edge"
    columns = readsNodes ? ["id"] : ["source", "target"]
    defaults = columns.map { _ in [] }
    try read()
  }

  private mutating func read() throws(XMLTokens.Problem) {
    var depth = 0
    var sawGraph = false
    while let token = try tokens.next() {
      switch token {
      case .text: break
      case .end(let name):
        if name == "graph" { depth -= 1 }
      case .start(let name, let attributes, let isEmpty):
        switch name {
        case "key": try readKey(attributes, isEmpty: isEmpty)
        case "graph":
          sawGraph = true
          guard depth == 0 else { throw tokens.problem("a graph within a graph", "one graph") }
          if !isEmpty { depth += 1 }
          isDirected = attributes["edgedefault"] != "undirected"
        case "hyperedge": throw tokens.problem("a hyperedge", "edges between two nodes")
        case element: try readElement(attributes, isEmpty: isEmpty)
        default: break
        }
      }
    }
    guard sawGraph, depth == 0 else { throw tokens.problem("the end of the file", "a <graph> that ends") }
    // A key may be declared after the first elements; its default is theirs too.
    for position in records.indices { records[position].fields += defaults[records[position].fields.count...] }
  }

  private mutating func readKey(_ attributes: [String: String], isEmpty: Bool) throws(XMLTokens.Problem) {
    guard let id = attributes["id"] else { throw tokens.problem("a <key> without an id", "an id") }
    var fallback: [UInt8] = []
    if !isEmpty { fallback = try tokens.content(of: "key", data: "default")["default"] ?? [] }
    guard attributes["for"] == element || attributes["for"] == "all" || attributes["for"] == nil else { return }
    guard positionOfKey[id] == nil else { throw tokens.problem("a second <key> '\(id)'", "one for each id") }
    positionOfKey[id] = columns.count
    columns.append(attributes["attr.name"] ?? id)
    defaults.append(fallback)
  }

  private mutating func readElement(_ attributes: [String: String], isEmpty: Bool) throws(XMLTokens.Problem) {
    let line = tokens.line
    var fields = defaults
    for (position, name) in columns.prefix(element == "node" ? 1 : 2).enumerated() {
      guard let id = attributes[name] else { throw tokens.problem("a <\(element)> without \(name)", "one") }
      fields[position] = Array(id.utf8)
    }
    if !isEmpty {
      for (key, text) in try tokens.content(of: element, data: "data") {
        guard let position = positionOfKey[key] else {
          throw tokens.problem("data of key '\(key)'", "a key that is declared for \(element)s before")
        }
        fields[position] = text
      }
    }
    records.append((line, fields))
  }
}

extension XMLTokens {
  /// Texts inside an element that was opened, up to its end: of `<data key="…">` by key, of `<default>` as "default".
  mutating func content(of name: String, data: String) throws(XMLTokens.Problem) -> [String: [UInt8]] {
    var texts: [String: [UInt8]] = [:]
    var key: String?
    while let token = try next() {
      switch token {
      case .text(let text): if let key { texts[key, default: []] += text }
      case .start("graph", _, _): throw problem("a graph within a \(name)", "one graph")
      case .start(name, _, _): throw problem("an element <\(name)> within <\(name)>", "</\(name)>")
      case .start(data, let attributes, let isEmpty):
        let found = data == "default" ? "default" : attributes["key"]
        guard let found else { throw problem("<data> without a key", "a key") }
        texts[found] = []
        key = isEmpty ? nil : found
      case .start: break
      case .end(data): key = nil
      case .end(name): return texts
      case .end: break
      }
    }
    throw problem("the end of the file inside <\(name)>", "</\(name)>")
  }
}
