import ArgumentParser
import Glibc

/// Names that files of other kinds have: a graph under one of them would be taken for such a file.
enum GraphName {
  private static let taken: Set<String> = [
    "csv", "tsv", "txt", "json", "jsonl", "ndjson", "yaml", "yml", "xml", "graphml", "dot", "gv", "mtx", "npz", "npy",
    "sqlite", "sqlite3", "db", "gz", "xz", "zst", "svg", "png", "pdf", "html", "md",
  ]

  /// - Throws: `ValidationError` for a name that ends as those of tables and pictures do.
  static func check(_ path: String, _ option: String) throws {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return }
    let ending = name[name.index(after: dot)...]
    // Of a file that is there already, it is said what it is.
    guard taken.contains(ending.lowercased()), unsafe access(path, F_OK) != 0 else { return }
    throw ValidationError(
      "\(option): found '\(path)' for a graph, expected a name such as '\(path.dropLast(ending.count))akin'; "
        + "'akin export' writes other formats")
  }
}
