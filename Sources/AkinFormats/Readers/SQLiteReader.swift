import CSQLite

/// The rows of a table or of a query, read through SQLite itself, without writing to the database.
@safe final class SQLiteReader: RecordReader {
  let path: String
  let form: String
  let columns: [String]
  let guesses: [String]
  let compression = Compression.none
  private(set) var recordCount: UInt64 = 0
  private(set) var problemCount: UInt64 = 0
  let blankLineCount: UInt64 = 0
  let storedBytesRead: UInt64 = 0
  let storedByteCount: UInt64 = 0
  private let database: OpaquePointer
  private let statement: OpaquePointer
  private var isFinished = false
  private static let blockBytes = 1 << 18

  /// - Parameters:
  ///   - table: a table or view; the only one there is where it is `nil`.
  ///   - query: a query instead.
  init(path: String, table: String?, query: String?) throws(FormatError) {
    self.path = path
    var handle: OpaquePointer?
    let code = unsafe sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, nil)
    guard code == SQLITE_OK, let database = unsafe handle else {
      let reason = unsafe String(cString: sqlite3_errstr(code))
      _ = unsafe sqlite3_close(handle)
      throw .readFailed(path: path, reason: reason)
    }
    func failure() -> FormatError {
      let reason = unsafe String(cString: sqlite3_errmsg(database))
      _ = unsafe sqlite3_close(database)
      return .readFailed(path: path, reason: "SQLite: \(reason)")
    }
    var sql = query
    if sql == nil {
      let tables = unsafe Self.tables(of: database)
      let name: String
      if let table {
        guard tables.contains(table) else {
          _ = unsafe sqlite3_close(database)
          throw .unsupportedText(
            path: path, found: "no table '\(table)'", expected: "one of \(tables.joined(separator: ", "))")
        }
        name = table
      } else {
        guard tables.count == 1 else {
          _ = unsafe sqlite3_close(database)
          throw .unsupportedText(
            path: path, found: "\(tables.count) tables (\(tables.joined(separator: ", ")))",
            expected: "the name of one (--table), or a query (--sql)")
        }
        name = tables[0]
      }
      sql =
        "SELECT * FROM \"\(name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
      form = "table '\(name)' of an SQLite database"
    } else {
      form = "a query of an SQLite database"
    }
    var prepared: OpaquePointer?
    guard unsafe sqlite3_prepare_v2(database, sql!, -1, &prepared, nil) == SQLITE_OK, let statement = unsafe prepared
    else { throw failure() }
    let count = unsafe Int(sqlite3_column_count(statement))
    guard count > 0, unsafe sqlite3_stmt_readonly(statement) != 0 else {
      _ = unsafe sqlite3_finalize(statement)
      _ = unsafe sqlite3_close(database)
      throw .unsupportedText(path: path, found: "a statement that is no query", expected: "a SELECT")
    }
    columns = (0..<count).map { unsafe String(cString: sqlite3_column_name(statement, Int32($0))) }
    guesses = []
    unsafe self.database = database
    unsafe self.statement = statement
  }

  deinit {
    _ = unsafe sqlite3_finalize(statement)
    _ = unsafe sqlite3_close(database)
  }

  private static func tables(of database: OpaquePointer) -> [String] {
    let sql =
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' "
      + "AND name <> '\(GraphDescription.table)' ORDER BY name"
    var prepared: OpaquePointer?
    guard unsafe sqlite3_prepare_v2(database, sql, -1, &prepared, nil) == SQLITE_OK else { return [] }
    defer { _ = unsafe sqlite3_finalize(prepared) }
    var names: [String] = []
    while unsafe sqlite3_step(prepared) == SQLITE_ROW {
      unsafe names.append(String(cString: sqlite3_column_text(prepared, 0)))
    }
    return names
  }

  /// What Akin wrote of the graph in a database; `nil` in those of other programs.
  ///
  /// - Throws: `FormatError.readFailed`.
  static func description(of path: String) throws(FormatError) -> [UInt8]? {
    let list = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = '\(GraphDescription.table)'"
    guard try first(of: SQLiteReader(path: path, table: nil, query: list)) != nil else { return nil }
    return try first(
      of: SQLiteReader(path: path, table: nil, query: "SELECT description FROM \(GraphDescription.table)")) ?? []
  }

  private static func first(of reader: SQLiteReader) throws(FormatError) -> [UInt8]? {
    var block = RecordBlock()
    guard try reader.nextBlock(into: &block), block.count > 0 else { return nil }
    return Array(block.bytes[block.range(0, 0)])
  }

  /// Rows count as lines, from 1.
  func nextBlock(into block: inout RecordBlock) throws(FormatError) -> Bool {
    block.removeAll(columnCount: columns.count, firstLine: recordCount + problemCount + 1)
    var row = recordCount + problemCount
    while !isFinished, block.bytes.count < Self.blockBytes {
      let code = unsafe sqlite3_step(statement)
      guard code == SQLITE_ROW else {
        isFinished = true
        guard code == SQLITE_DONE else {
          throw .readFailed(path: path, reason: "SQLite: \(unsafe String(cString: sqlite3_errmsg(database)))")
        }
        break
      }
      row += 1
      var problem: RecordProblem.Kind?
      let record = columns.indices.map { column -> [UInt8] in
        let bytes = field(Int32(column))
        if problem == nil { problem = firstWrongByte(bytes.span, 0..<bytes.count)?.kind }
        return bytes
      }
      if let problem {
        block.append(problem, record: Array(record.joined(separator: [Ascii.tab])), line: row)
      } else {
        block.append(record, line: row)
      }
    }
    recordCount += UInt64(block.count)
    problemCount += UInt64(block.problems.count)
    return block.count > 0 || !block.problems.isEmpty
  }

  private func field(_ column: Int32) -> [UInt8] {
    if unsafe sqlite3_column_type(statement, column) == SQLITE_FLOAT {
      // SQLite writes 15 digits, which are another number where it takes 17.
      let number = unsafe sqlite3_column_double(statement, column)
      if let text = unsafe sqlite3_column_text(statement, column) {
        guard unsafe Double(String(cString: text)) == number else { return Array("\(number)".utf8) }
      }
    }
    guard let text = unsafe sqlite3_column_text(statement, column) else { return [] }
    let count = unsafe Int(sqlite3_column_bytes(statement, column))
    return unsafe Array(UnsafeBufferPointer(start: text, count: count))
  }
}
