public import AkinParallel

/// Items by user from a file: recommendations, held-out items or histories, from Akin or from anywhere.
///
/// Two forms are read, plain or compressed by gzip or xz. *One user a line*: `user item item …`, separated by spaces, as
/// LightGCN's data sets are published; a file is taken for this when its first line holds whole numbers and spaces only.
/// Else *delimited text with a header*: columns for user and item, found by name, and optionally `rank`, `score` (or a
/// rating) and `method`, where several methods share a file.
public struct ListFile: Sendable {
  /// The path, or `standard input`; for messages.
  public let path: String
  /// Which of the two forms the file was taken for.
  public let form: Form
  /// Names of the methods in order of appearance; one empty name where the file has no such column.
  public let methods: [String]
  /// In the order of the file.
  public let entries: [Entry]
  /// Whether ranks are from a column.
  public let hasRanks: Bool
  /// Whether scores are from a column.
  public let hasScores: Bool
  /// Users with a line, also those without an item, in order of appearance.
  public let users: [UInt32]

  /// How lists are written.
  public enum Form: String, Sendable {
    case oneUserALine = "one user a line"
    case delimited = "delimited"
  }

  /// One item of one list.
  public struct Entry: Sendable, Equatable {
    /// Position in `methods`.
    public var method: UInt32
    /// Number of the user in the `NameIndex` of users.
    public var user: UInt32
    /// Number of the item in the `NameIndex` of items.
    public var item: UInt32
    /// The column `rank`, else the place in the file.
    public var rank: Double
    /// The column of scores or ratings, else 0.
    public var score: Double
    /// Line of the file, from 1.
    public var line: UInt64
  }

  /// - Throws: `FormatError`, `ListFileError`; `CancellationError`.
  /// - Complexity: O(bytes).
  public init(
    path: String, users: inout NameIndex, items: inout NameIndex, cancellation: Cancellation = Cancellation()
  ) throws {
    var reading = ListReading(path: path)
    if try ListReading.isOneUserALine(path) {
      form = .oneUserALine
      try reading.readLines(users: &users, items: &items, cancellation: cancellation)
    } else {
      form = .delimited
      try reading.readTable(users: &users, items: &items, cancellation: cancellation)
    }
    self.path = path
    methods = reading.methods.count == 0 ? [""] : reading.methods.names
    entries = reading.entries
    hasRanks = reading.hasRanks
    hasScores = reading.hasScores
    self.users = reading.order
  }

  /// The lists of one method by user, best first: by rank where there is one, else by descending score, else as they
  /// stand in the file.
  ///
  /// - Returns: `userCount` rows.
  /// - Throws: `ListFileError.repeatedItem`.
  public func lists(of method: Int = 0, userCount: Int) throws(ListFileError) -> [[Entry]] {
    var rows = [[Entry]](repeating: [], count: userCount)
    for entry in entries where Int(entry.method) == method { rows[Int(entry.user)].append(entry) }
    for user in rows.indices where rows[user].count > 1 {
      if hasRanks {
        rows[user].sort { ($0.rank, $0.line) < ($1.rank, $1.line) }
      } else if hasScores {
        rows[user].sort { $0.score != $1.score ? $0.score > $1.score : $0.line < $1.line }
      }
      let sorted = rows[user].sorted { ($0.item, $0.line) < ($1.item, $1.line) }
      for (first, second) in zip(sorted, sorted.dropFirst()) where first.item == second.item {
        throw .repeatedItem(path: path, line: second.line, first: first.line)
      }
    }
    return rows
  }
}

/// What can be wrong with a file of lists, besides what is wrong with a file as such.
public enum ListFileError: Error, Equatable, CustomStringConvertible {
  case badNumber(path: String, line: UInt64, column: String, found: String)
  case emptyName(path: String, line: UInt64, column: String)
  case badRecord(message: String)
  case repeatedItem(path: String, line: UInt64, first: UInt64)

  public var description: String {
    switch self {
    case .badNumber(let path, let line, let column, let found):
      "\(path):\(line): column '\(column)': found '\(found)', expected a finite number"
    case .emptyName(let path, let line, let column):
      "\(path):\(line): column '\(column)': found nothing, expected an id"
    case .badRecord(let message): message
    case .repeatedItem(let path, let line, let first):
      "\(path):\(line): found an item of the user that is on line \(first) already, expected each item once a user"
    }
  }
}
