/// The Matrix Market exchange format: coordinate matrices of reals, integers or patterns, general or symmetric.
///
/// Row and column numbers, from 1, are the ids. A symmetric matrix stores one triangle; every entry off the diagonal
/// gives both of its edges.
///
/// Source: Boisvert, Pozo, Remington, "The Matrix Market Exchange Formats: Initial Design", NISTIR 5935, 1996.
struct MatrixMarketParser: LineParser {
  let form = "a Matrix Market coordinate matrix"
  private(set) var columns = ["row", "column", "value"]
  private let path: String
  private var header: Header?
  private var size: (rows: UInt64, columns: UInt64, entries: UInt64)?
  private var entryCount: UInt64 = 0

  private struct Header {
    var isPattern: Bool
    var isSymmetric: Bool
  }

  init(path: String) { self.path = path }

  mutating func parse(
    _ line: ArraySlice<UInt8>, number: UInt64, into block: inout RecordBlock
  ) throws(FormatError) {
    guard let header else {
      header = try Self.header(String(decoding: line, as: UTF8.self), path: path)
      return
    }
    if line.first == UInt8(ascii: "%") { return }
    let fields = line.split(whereSeparator: { $0 == Ascii.space || $0 == Ascii.tab })
    guard let size else {
      let numbers = fields.compactMap { UInt64(String(decoding: $0, as: UTF8.self)) }
      guard numbers.count == 3, fields.count == 3 else {
        throw .unsupportedText(
          path: "\(path):\(number)", found: "the line '\(excerpt(String(decoding: line, as: UTF8.self)))'",
          expected: "three sizes: rows, columns and entries")
      }
      size = (numbers[0], numbers[1], numbers[2])
      return
    }
    entryCount += 1
    let wanted = header.isPattern ? 2 : 3
    guard fields.count == wanted else {
      return block.append(.fieldCount(found: fields.count, expected: wanted), record: line, line: number)
    }
    for (field, limit, name) in [(fields[0], size.rows, "row"), (fields[1], size.columns, "column")] {
      guard let index = UInt64(String(decoding: field, as: UTF8.self)), index >= 1, index <= limit else {
        let found = excerpt(String(decoding: field, as: UTF8.self))
        return block.append(
          .malformed(found: "\(name) '\(found)'", expected: "a number from 1 to \(limit)"), record: line, line: number)
      }
    }
    let value = header.isPattern ? ArraySlice("1".utf8) : fields[2]
    block.append([fields[0], fields[1], value], line: number)
    if header.isSymmetric, !fields[0].elementsEqual(fields[1]) {
      block.append([fields[1], fields[0], value], line: number)
    }
  }

  func finish(recordCount: UInt64, problemCount: UInt64) throws(FormatError) {
    guard let size else {
      throw .unsupportedText(path: path, found: "a Matrix Market file that ends before its sizes", expected: "sizes")
    }
    guard entryCount == size.entries else {
      throw .unsupportedText(
        path: path, found: "\(entryCount) entries", expected: "\(size.entries) as the line of sizes says")
    }
  }

  private static func header(_ line: String, path: String) throws(FormatError) -> Header {
    let words = line.lowercased().split(separator: " ").map(String.init)
    guard words.count == 5, words[1] == "matrix", words[2] == "coordinate",
      ["real", "integer", "pattern"].contains(words[3]), ["general", "symmetric"].contains(words[4])
    else {
      throw .unsupportedText(
        path: path, found: "'\(excerpt(line))'",
        expected: "'%%MatrixMarket matrix coordinate', then real, integer or pattern, then general or symmetric")
    }
    return Header(isPattern: words[3] == "pattern", isSymmetric: words[4] == "symmetric")
  }
}
