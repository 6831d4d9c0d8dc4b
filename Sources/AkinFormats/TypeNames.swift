/// Names of node types, made from the names of columns.
enum TypeNames {
  private static let abbreviations = ["uid": "user", "iid": "item", "src": "node", "dst": "node"]
  /// Columns that name an end of an edge and not a kind of thing: both ends are of one type.
  private static let ends: Set<String> = [
    "source", "sourceid", "src", "from", "target", "targetid", "dst", "destination", "to",
  ]

  /// `userId`, `user_id` and `User ID` give `user`, `movieId` gives `movie`; a number, as a column without a header has,
  /// gives the fallback.
  static func typeName(of column: String, fallback: String) -> String {
    let name = ColumnNames.normalized(column)
    if let known = abbreviations[name] { return known }
    guard name.contains(where: \.isLetter) else { return fallback }
    return name.count > 2 && name.hasSuffix("id") ? String(name.dropLast(2)) : name
  }

  static func isEnd(_ column: String) -> Bool { ends.contains(ColumnNames.normalized(column)) }
}
