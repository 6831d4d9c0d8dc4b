/// Looks at the first bytes of a file for what is not UTF-8 text.
struct TextKind {
  /// Bytes of the UTF-8 byte order mark to skip: 0 or 3.
  var markLength = 0

  /// - Throws: `FormatError.unsupportedText` for UTF-16 and UTF-32, `.notText` at the first zero byte or for the
  ///   signature of a known binary format.
  init(_ bytes: some Collection<UInt8>, path: String, allowsJSON: Bool = false) throws(FormatError) {
    // UTF-32LE begins like UTF-16LE, so it comes first.
    let marks: [(bytes: [UInt8], name: String)] = [
      ([0xFF, 0xFE, 0x00, 0x00], "UTF-32LE"), ([0x00, 0x00, 0xFE, 0xFF], "UTF-32BE"),
      ([0xFF, 0xFE], "UTF-16LE"), ([0xFE, 0xFF], "UTF-16BE"),
    ]
    // The converter, too, finds the byte order by the mark: it must be told UTF-16, or it keeps the mark as a character.
    if let mark = marks.first(where: { bytes.starts(with: $0.bytes) }) {
      throw .unsupportedText(
        path: path, found: "text in \(mark.name)",
        expected: "UTF-8 (convert with: iconv -f \(mark.name.dropLast(2)) -t UTF-8)")
    }
    let signatures: [(text: String, name: String)] = [
      ("PAR1", "a Parquet file"), ("PK\u{3}\u{4}", "a ZIP archive or a spreadsheet"), ("BZh", "bzip2 data"),
      ("SQLite format 3", "an SQLite database"), ("%PDF-", "a PDF document"), ("ARROW1", "an Arrow file"),
      ("\u{89}HDF", "an HDF5 file"), ("Obj\u{1}", "an Avro file"),
    ]
    guard !bytes.starts(with: [0x89] + Array("AKIN".utf8)) else {
      throw .unsupportedText(
        path: path, found: "a graph or model that Akin wrote",
        expected:
          "a table of interactions; 'akin info' says what a graph holds, 'akin append' adds to it, 'akin filter' "
          + "makes another of it")
    }
    let zero = bytes.firstIndex(of: 0)
    let known =
      signatures.first { bytes.starts(with: $0.text.unicodeScalars.lazy.map { UInt8($0.value) }) }?.name
    if let zero {
      throw .notText(
        path: path, byte: 0, offset: UInt64(bytes.distance(from: bytes.startIndex, to: zero)), looksLike: known)
    }
    // A text may begin with letters that are also a signature; bytes that are no text settle it.
    if let known, let odd = bytes.firstIndex(where: { $0 >= 0x80 || ($0 < 0x20 && !(0x09...0x0D).contains($0)) }) {
      throw .notText(
        path: path, byte: bytes[odd], offset: UInt64(bytes.distance(from: bytes.startIndex, to: odd)), looksLike: known)
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { markLength = 3 }
    let first = bytes.dropFirst(markLength).first { $0 != Ascii.space && !(0x09...0x0D).contains($0) }
    if allowsJSON, first == UInt8(ascii: "{") { return }
    if first == UInt8(ascii: "[") {
      throw .unsupportedText(
        path: path, found: "what looks like a JSON array",
        expected: "one object a line (JSON Lines), which jq -c '.[]' makes of an array")
    }
    if first == UInt8(ascii: "{") {
      throw .unsupportedText(
        path: path, found: "what looks like JSON", expected: "delimited text with one interaction a line")
    }
  }
}
