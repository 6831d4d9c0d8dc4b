import AkinGraph
import CSQLite
import Glibc

extension GraphExport {
  /// Tables `nodes_TYPE` (id, label, attributes) and `edges_RELATION` (source, target, and of weight, value and time what
  /// the relation has), times in seconds since 1970, rows in the order of the graph; and what says that it is one of Akin's.
  func writeSQLite(_ relations: [Int], to path: String) throws {
    try AtomicFile.check(path)
    // SQLite writes a file of its own, which then takes the place of the old one.
    let temporary = "\(path).\(getpid()).part"
    unsafe unlink(temporary)
    defer { unsafe unlink(temporary) }
    let database = try SQLiteWriter(temporary, shownAs: path)
    try database.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")
    let description = try GraphDescription(snapshot, relations: relations)
    try database.execute("CREATE TABLE \(GraphDescription.table) (description TEXT)")
    let json = try description.json()
    try database.insert("INSERT INTO \(GraphDescription.table) VALUES (?)", count: 1) { _ in [.text(json)] }
    let nodeTables = GraphDescription.nodeTables(description.schema)
    let edgeTables = GraphDescription.edgeTables(description.schema)
    for (type, table) in snapshot.nodes.enumerated() {
      let nodeType = snapshot.schema.nodeTypes[type]
      let separators = description.separators[type]
      var columns = ["id TEXT PRIMARY KEY", "label TEXT"]
      for (column, attribute) in zip(GraphDescription.columns(nodeType), nodeType.attributes) {
        let kind = attribute.kind == .number ? "REAL" : attribute.kind == .time ? "INTEGER" : "TEXT"
        columns.append("\(SQLiteWriter.quoted(column)) \(kind)")
      }
      let name = SQLiteWriter.quoted(nodeTables[type])
      try database.execute("CREATE TABLE \(name) (\(columns.joined(separator: ", ")))")
      let marks = columns.map { _ in "?" }.joined(separator: ", ")
      try database.insert("INSERT INTO \(name) VALUES (\(marks))", count: table.count) { index in
        var row: [SQLiteWriter.Value] = [.text(try snapshot.id(UInt32(index), ofType: type))]
        row.append(try table.label(of: UInt32(index)).map { .text($0) } ?? .none)
        for (column, separator) in zip(table.attributes, separators) {
          switch try column.value(of: UInt32(index)) {
          case nil: row.append(.none)
          case .number(let number): row.append(.real(number))
          case .time(let time): row.append(.integer(time))
          case let value?: row.append(.text(value.text(separator: separator)))
          }
        }
        return row
      }
    }
    for (number, edgeTable) in zip(relations, edgeTables) {
      let relation = snapshot.schema.relations[number]
      let rows = snapshot.relations[number].forward
      let name = SQLiteWriter.quoted(edgeTable)
      let attributes = rows.attributes
      var columns = ["source TEXT NOT NULL", "target TEXT NOT NULL"]
      if attributes.weights != nil { columns.append("weight REAL") }
      if attributes.values != nil { columns.append("value REAL") }
      if attributes.times != nil { columns.append("time INTEGER") }
      try database.execute("CREATE TABLE \(name) (\(columns.joined(separator: ", ")))")
      let marks = columns.map { _ in "?" }.joined(separator: ", ")
      for source in 0..<UInt32(rows.nodeCount) {
        let edges = try rows.edges(of: source)
        let from = try snapshot.id(source, ofType: relation.source)
        try database.insert("INSERT INTO \(name) VALUES (\(marks))", count: edges.count) { position in
          let edge = try edge(edges.lowerBound + position, of: number, source: source)
          var row: [SQLiteWriter.Value] = [.text(from), .text(try snapshot.id(edge.target, ofType: relation.target))]
          if attributes.weights != nil { row.append(edge.weight.map { .real(Double($0)) } ?? .none) }
          if attributes.values != nil { row.append(edge.value.map { .real(Double($0)) } ?? .none) }
          if attributes.times != nil { row.append(edge.time.map { .integer($0) } ?? .none) }
          return row
        }
      }
    }
    try database.execute("COMMIT")
    try database.close()
    let descriptor = unsafe open(temporary, O_RDONLY | O_CLOEXEC)
    defer { Glibc.close(descriptor) }
    guard descriptor >= 0, fsync(descriptor) == 0, unsafe rename(temporary, path) == 0 else {
      throw GraphError.cannotWrite(path: path, reason: unsafe String(cString: strerror(errno)))
    }
  }
}

/// A database that is being written.
@safe private final class SQLiteWriter {
  enum Value {
    case none
    case text(String)
    case real(Double)
    case integer(Int64)
  }

  private let path: String
  private var database: OpaquePointer?
  private var prepared: (sql: String, statement: OpaquePointer)?

  init(_ file: String, shownAs path: String) throws {
    self.path = path
    guard unsafe sqlite3_open_v2(file, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil) == SQLITE_OK else {
      throw failure()
    }
  }

  deinit {
    if let prepared = unsafe prepared { _ = unsafe sqlite3_finalize(prepared.statement) }
    _ = unsafe sqlite3_close(database)
  }

  static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  private func failure() -> GraphError {
    .cannotWrite(path: path, reason: "SQLite: \(unsafe String(cString: sqlite3_errmsg(database)))")
  }

  func execute(_ sql: String) throws {
    guard unsafe sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
  }

  func insert(_ sql: String, count: Int, _ row: (Int) throws -> [Value]) throws {
    if unsafe prepared?.sql != sql {
      if let prepared = unsafe prepared { _ = unsafe sqlite3_finalize(prepared.statement) }
      unsafe prepared = nil
      var statement: OpaquePointer?
      guard unsafe sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK, let made = unsafe statement
      else {
        throw failure()
      }
      unsafe prepared = (sql, made)
    }
    guard let statement = unsafe prepared?.statement else { return }
    // SQLite copies texts that it is given with this.
    let copies = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    for number in 0..<count {
      for (position, value) in try row(number).enumerated() {
        let column = Int32(position + 1)
        switch value {
        case .none: _ = unsafe sqlite3_bind_null(statement, column)
        case .text(let text): _ = unsafe sqlite3_bind_text(statement, column, text, Int32(text.utf8.count), copies)
        case .real(let real): _ = unsafe sqlite3_bind_double(statement, column, real)
        case .integer(let integer): _ = unsafe sqlite3_bind_int64(statement, column, integer)
        }
      }
      guard unsafe sqlite3_step(statement) == SQLITE_DONE, unsafe sqlite3_reset(statement) == SQLITE_OK else {
        throw failure()
      }
    }
  }

  func close() throws {
    if let prepared = unsafe prepared { _ = unsafe sqlite3_finalize(prepared.statement) }
    unsafe prepared = nil
    guard unsafe sqlite3_close(database) == SQLITE_OK else { throw failure() }
    unsafe database = nil
  }
}
