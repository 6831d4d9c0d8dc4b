/// What a graph can be written as, for other programs.
public enum ExportFormat: String, Sendable, CaseIterable {
  /// Edges of one relation, with a header.
  case csv
  case tsv
  /// Edges of one relation, an object a line.
  case jsonLines = "jsonl"
  /// `user item item …` by index, as LightGCN and its kin read; the ids in files beside it.
  case lists
  /// The matrix of one relation; the ids in files beside it.
  case matrixMarket = "mtx"
  /// The matrix of one relation as `scipy.sparse.load_npz` reads it; the ids in files beside it.
  case npz
  /// All nodes with labels and attributes, and edges of all relations or one.
  case graphML = "graphml"
  case dot
  /// A table a node type and one a relation.
  case sqlite
  /// A folder of CSV files with the schema that imports them again.
  case schema

  /// By the end of a file's name; `nil` where it tells nothing.
  public static func suggested(by path: String) -> ExportFormat? {
    if path.hasSuffix("/") { return .schema }
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
    switch name[name.index(after: dot)...].lowercased() {
    case "csv": return .csv
    case "tsv": return .tsv
    case "jsonl", "ndjson": return .jsonLines
    case "mtx": return .matrixMarket
    case "npz": return .npz
    case "graphml", "xml": return .graphML
    case "dot", "gv": return .dot
    case "sqlite", "sqlite3", "db": return .sqlite
    case "txt": return .lists
    default: return nil
    }
  }

  /// Whether all relations go into one file, unless one is chosen.
  var holdsAllRelations: Bool {
    switch self {
    case .graphML, .dot, .sqlite, .schema: true
    case .csv, .tsv, .jsonLines, .lists, .matrixMarket, .npz: false
    }
  }
}

/// Why a graph cannot be written in a format.
public enum ExportError: Error, Equatable, CustomStringConvertible {
  /// The format has no way to say it.
  case notRepresentable(format: ExportFormat, found: String, expected: String)

  public var description: String {
    switch self {
    case .notRepresentable(let format, let found, let expected):
      "\(format.rawValue): found \(found), expected \(expected)"
    }
  }
}
