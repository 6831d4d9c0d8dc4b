/// What is wrong with a file as a whole. What is wrong with single records is a ``RecordProblem`` and not thrown.
public enum FormatError: Error, Equatable {
  case missingFile(path: String)
  case directory(path: String)
  case permissionDenied(path: String)
  /// The system refused to open or read; `reason` is its own text.
  case readFailed(path: String, reason: String)

  /// Compressed data end before their end mark.
  case truncated(path: String, compression: Compression)
  /// Compressed data that do not decode; `detail` is what the decoder said.
  case corrupt(path: String, compression: Compression, detail: String)
  /// Bytes after the last compressed member; `offset` is that of the first of them in the file.
  case trailingGarbage(path: String, compression: Compression, offset: UInt64)

  case empty(path: String)
  case headerOnly(path: String, columns: [String])
  /// A byte that no text holds, at `offset` of the decompressed data; `looksLike` names a known kind of file.
  case notText(path: String, byte: UInt8, offset: UInt64, looksLike: String?)
  /// `found` is the name of an encoding or of a convention that the reader does not read.
  case unsupportedText(path: String, found: String, expected: String)
  case malformedHeader(path: String, line: UInt64, problem: RecordProblem.Kind)

  case tooFewColumns(path: String, columns: [String])
  /// More or fewer names were given than the file has columns.
  case columnCount(path: String, found: [String], names: [String])
  /// `closest` is the column with the most similar name, when one is similar.
  case missingColumn(path: String, requested: String, columns: [String], closest: String?)
  /// More than one column bears the requested name.
  case ambiguousColumn(path: String, requested: String, columns: [String])
  case columnUsedTwice(path: String, column: String, roles: [ColumnRole])
  /// Edges of the relation that a file adds to have weights, and no column of the file is known for one.
  case missingWeight(path: String, relation: String, columns: [String])
}

extension FormatError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingFile(let path): "\(path): no such file, expected a readable file"
    case .directory(let path): "\(path): is a directory, expected a file"
    case .permissionDenied(let path): "\(path): permission to read denied, expected a readable file"
    case .readFailed(let path, let reason): "\(path): \(reason), expected a readable file"
    case .truncated(let path, let compression):
      "\(path): \(compression) data end too early, expected the rest of the file (an incomplete download?)"
    case .corrupt(let path, let compression, let detail):
      "\(path): damaged \(compression) data (\(detail)), expected data that decompress"
    case .trailingGarbage(let path, let compression, let offset):
      "\(path): other data after the \(compression) data, from byte \(offset) on, expected the end of the file"
    case .empty(let path): "\(path): empty, expected a header line and records"
    case .headerOnly(let path, let columns):
      "\(path): only a header line (\(columns.joined(separator: ", "))), expected records below it"
    case .notText(let path, let byte, let offset, let looksLike):
      "\(path): not text: byte \(hexadecimal(byte)) at offset \(offset)"
        + (looksLike.map { " (looks like \($0))" } ?? "")
        + ", expected UTF-8 text, plain or compressed by gzip, xz or zstd"
    case .unsupportedText(let path, let found, let expected): "\(path): \(found), expected \(expected)"
    case .malformedHeader(let path, let line, let problem): "\(path):\(line): in the first record: \(problem)"
    case .tooFewColumns(let path, let columns):
      "\(path): \(columns.count) column (\(columns.joined(separator: ", "))), expected at least 2: a source and a target;"
        + " if the fields are separated by something unusual, name the delimiter"
    case .columnCount(let path, let found, let names):
      "\(path): \(found.count) columns (\(found.joined(separator: ", "))), expected \(names.count) for the names "
        + names.joined(separator: ", ")
    case .missingColumn(let path, let requested, let columns, let closest):
      "\(path): no column '\(requested)' among \(columns.joined(separator: ", "))"
        + (closest.map { "; did you mean '\($0)'?" } ?? "")
    case .ambiguousColumn(let path, let requested, let columns):
      "\(path): more than one column '\(requested)' among \(columns.joined(separator: ", ")), expected exactly one"
    case .columnUsedTwice(let path, let column, let roles):
      "\(path): column '\(column)' as \(roles.map(\.rawValue).joined(separator: " and as ")), expected a column for each"
    case .missingWeight(let path, let relation, let columns):
      "\(path): no column of weights among \(columns.joined(separator: ", ")), expected one, which --weight names: every "
        + "edge of '\(relation)' has a weight"
    }
  }
}

/// `0x0A` for 10.
func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return "0x" + (digits.count == 1 ? "0" : "") + digits
}
