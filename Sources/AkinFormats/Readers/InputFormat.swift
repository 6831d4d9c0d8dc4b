import AkinGraph

/// What a file of records is written in.
public enum InputFormat: String, Sendable, CaseIterable {
  /// CSV, TSV or any text with a delimiter of one byte.
  case delimited
  /// One JSON object a line.
  case jsonLines = "jsonl"
  /// `user item item …`, as LightGCN and its kin publish their splits.
  case lists
  /// `item item …`, a basket or session a line.
  case baskets
  /// Fields separated by `::`, as MovieLens 1M and 10M.
  case doubleColon = "double-colon"
  /// MovieLens 100K: user, item, rating, timestamp, separated by tabs, without a header.
  case movieLens100K = "u.data"
  /// Lines of two nodes, and what there is to say of the edge, below comments that begin with `#`.
  case snap
  case matrixMarket = "mtx"
  /// `node node [weight]`, separated by spaces.
  case ncol
  case graphML = "graphml"
  case sqlite
  /// RecBole's atomic files: tabs, and a header of `name:type`.
  case recBole = "recbole"

  /// Bytes that decide, of the decompressed file.
  static let probeSize = 1 << 16

  /// What a file looks like, by its content; of NCOL, which looks like any text with spaces, by its name.
  static func detected(_ probe: ArraySlice<UInt8>, path: String) -> InputFormat {
    if probe.starts(with: Array("SQLite format 3\0".utf8)) { return .sqlite }
    if probe.starts(with: Array("%%MatrixMarket".utf8)) { return .matrixMarket }
    var text = probe
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
    text = text.drop { $0 == Ascii.space || (0x09...0x0D).contains($0) }
    if text.first == UInt8(ascii: "{") { return .jsonLines }
    if text.first == UInt8(ascii: "<"), text.contains(sequence: Array("<graphml".utf8)) { return .graphML }
    // The last line may be cut off.
    var lines = text.split(whereSeparator: { $0 == Ascii.lineFeed || $0 == Ascii.carriageReturn })
    if lines.count > 1, probe.count >= probeSize { lines.removeLast() }
    guard let first = lines.first else { return .delimited }
    if first.first == UInt8(ascii: "#") {
      let edge = lines.first { $0.first != UInt8(ascii: "#") } ?? []
      let fields = edge.split(whereSeparator: { $0 == Ascii.space || $0 == Ascii.tab })
      return fields.count >= 2 && fields.prefix(2).allSatisfy(isInteger) ? .snap : .delimited
    }
    if first.contains(sequence: Array("::".utf8)),
      !first.contains(where: { DelimiterGuess.candidates.contains($0) && $0 != Ascii.space && $0 != Ascii.pipe }),
      lines.prefix(20).allSatisfy({ $0.contains(sequence: Array("::".utf8)) })
    {
      return .doubleColon
    }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let stem = [".gz", ".xz", ".zst"].first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) } ?? name
    if stem.hasSuffix(".ncol") { return .ncol }
    let tabbed = lines.prefix(100).map { $0.split(separator: Ascii.tab, omittingEmptySubsequences: false) }
    if let header = tabbed.first, header.count > 1,
      header.allSatisfy({ field in
        ["token", "token_seq", "float", "float_seq"].contains {
          field.suffix($0.utf8.count + 1).elementsEqual(":\($0)".utf8)
        }
      })
    {
      return .recBole
    }
    if tabbed.allSatisfy({ $0.count == 4 && $0.allSatisfy(isInteger) && $0[3].count >= 9 }) { return .movieLens100K }
    let spaced = lines.prefix(100).map { $0.split(separator: Ascii.space) }
    let counts = Set(spaced.map(\.count))
    if spaced.allSatisfy({ $0.allSatisfy(isInteger) }), counts.count > 1 || counts.first! > 3 { return .lists }
    return .delimited
  }

  /// In words, for messages.
  var title: String {
    switch self {
    case .delimited: "delimited text"
    case .jsonLines: "JSON Lines"
    case .lists: "lists of a user and their items a line"
    case .baskets: "baskets"
    case .doubleColon: "fields separated by '::'"
    case .movieLens100K: "MovieLens 100K's u.data"
    case .snap: "an edge list of SNAP"
    case .matrixMarket: "a Matrix Market file"
    case .ncol: "an NCOL edge list"
    case .graphML: "a GraphML document"
    case .sqlite: "an SQLite database"
    case .recBole: "a RecBole atomic file"
    }
  }

  private static func isInteger(_ field: ArraySlice<UInt8>) -> Bool {
    !field.isEmpty && field.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}

extension ArraySlice<UInt8> {
  fileprivate func contains(sequence: [UInt8]) -> Bool {
    guard let first = sequence.first else { return true }
    return indices.contains { self[$0] == first && self[$0...].starts(with: sequence) }
  }
}

/// Which file, and how to read it. What is `nil` is found by looking at the file.
public struct InputFile: Sendable, Equatable {
  /// `-` is standard input.
  public var path: String
  /// What the file is written in.
  public var format: InputFormat?
  /// How the characters of the file are encoded.
  public var encoding = TextEncoding.utf8
  /// How delimited text is read; other formats ignore it.
  public var delimited = DelimitedOptions()
  /// A table, or a query, of a database.
  public var table: String?
  /// An SQL query whose result is read in place of a table.
  public var query: String?
  /// The nodes of a GraphML file, and not its edges.
  public var readsNodes = false
  /// Of a file that Akin wrote, the relation whose edges are read, by the ids that its nodes have in the graph.
  var relation: String?

  /// Format and layout are found by looking at the file, whose characters are taken for UTF-8.
  public init(path: String) { self.path = path }

  /// - Throws: `FormatError`.
  public func open() throws(FormatError) -> any RecordReader {
    let source = try ByteSource(path: path, encoding: encoding)
    let probe = try source.peek(InputFormat.probeSize)
    let detected = InputFormat.detected(probe, path: path)
    let format = format ?? (delimited.delimiter != nil ? .delimited : detected)
    guard format == .sqlite || (table == nil && query == nil) else {
      throw .unsupportedText(
        path: path, found: "\(format.title), which has no tables",
        expected: "an SQLite database, for a table or a query"
      )
    }
    do throws(FormatError) {
      return try open(source, as: format)
    } catch .unsupportedText(let path, let found, let expected) where format != detected {
      throw .unsupportedText(
        path: path, found: found,
        expected:
          "\(expected); the file looks like \(detected.title), as which it is read where no format or delimiter is given"
      )
    }
  }

  /// The table of the relation in a database that Akin wrote.
  private func ownTable() throws(FormatError) -> String? {
    guard let relation, let json = try SQLiteReader.description(of: path) else { return nil }
    let schema = try GraphDescription(json: json, path: path).schema
    return schema.relations.firstIndex { $0.name == relation }.map { GraphDescription.edgeTables(schema)[$0] }
  }

  private func open(_ source: ByteSource, as format: InputFormat) throws(FormatError) -> any RecordReader {
    switch format {
    case .delimited, .recBole: return try DelimitedReader(source: source, options: delimited)
    case .movieLens100K:
      var options = delimited
      options.delimiter = Ascii.tab
      options.header = .absent
      if options.columns == nil { options.columns = ["userId", "itemId", "rating", "timestamp"] }
      return try DelimitedReader(source: source, options: options)
    case .sqlite:
      guard source.compression == .none, path != "-" else {
        throw .unsupportedText(
          path: path, found: "an SQLite database that is compressed or comes through a pipe",
          expected: "the database file itself")
      }
      let own = table == nil && query == nil ? try ownTable() : nil
      return try SQLiteReader(path: path, table: table ?? own, query: query)
    case .graphML: return try GraphMLReader(source: source, readsNodes: readsNodes, relation: relation)
    case .jsonLines, .lists, .baskets, .doubleColon, .snap, .matrixMarket, .ncol:
      return try LineReader(source: source, format: format, columns: delimited.columns)
    }
  }
}
