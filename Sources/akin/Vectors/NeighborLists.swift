import AkinEngine
import AkinLinearAlgebra
import AkinNeighbors
import AkinParallel
import AkinRanking
import FoundationEssentials
import Glibc

/// Lists of neighbours, found and printed.
struct NeighborLists {
  let index: any VectorIndex
  let ids: [String]
  let k: Int
  let file: String
  let form: ListOptions
  let execution: Execution

  /// One list as it is printed: with the precision that scores have.
  struct Report: Encodable {
    var source: String
    var items: [Item]

    struct Item: Encodable {
      var rank: Int
      var id: String
      /// The one that the metric has.
      var score: Float?
      var distance: Float?
      var number: Float { distance ?? score ?? 0 }
    }
  }

  private struct Document: Encodable {
    /// Name and version of this form of JSON.
    var format = "akin.neighbors/1"
    var vectors: String
    var metric: String
    var index: String
    var lists: [Report]
  }

  /// - Parameter own: positions of the queries in the index, which are not their own neighbours.
  private func lists(_ names: [String], _ vectors: DenseMatrix, own: [UInt32]?) throws -> [Report] {
    let filter = own.map { own in VectorFilter { own[$0] != $1 } } ?? .all
    let found = try index.neighbors(of: vectors, k: k, filter: filter, execution: execution)
    return zip(names, found).map { name, neighbors in
      Report(
        source: name,
        items: neighbors.enumerated().map { rank, neighbor in
          let isDistance = index.metric == .euclidean
          return Report.Item(
            rank: rank + 1, id: ids[Int(neighbor.position)], score: isDistance ? nil : Float(neighbor.score),
            distance: isDistance ? Float(VectorMetric.distance(of: neighbor.score)) : nil)
        })
    }
  }

  private var numberName: String { index.metric == .euclidean ? "distance" : "score" }

  func vectors(at positions: [UInt32]) -> DenseMatrix { Self.vectors(of: index, at: positions) }

  static func vectors(of index: any VectorIndex, at positions: [UInt32]) -> DenseMatrix {
    DenseMatrix(
      rows: positions.count, columns: index.dimension, elements: positions.flatMap { index.vector(at: $0) })
  }

  /// The lists of some ids, on standard output.
  func printLists(of names: [String]) throws {
    let positions = try names.map { name in
      guard let position = ids.firstIndex(of: name) else {
        let closest = ClosestNames.find(name, among: ids).map { "'\($0)'" }.joined(separator: ", ")
        throw CommandFailure(
          message: "no vector '\(name)', expected one of the \(grouped(ids.count)) ids of \(file)"
            + (closest.isEmpty ? "" : "; did you mean \(closest)?"))
      }
      guard index.contains(UInt32(position)) else {
        throw CommandFailure(message: "vector '\(name)' was deleted from \(file), expected another")
      }
      return UInt32(position)
    }
    let lists = try lists(names, vectors(at: positions), own: positions)
    if !form.quiet, let shortest = lists.map(\.items.count).min(), shortest < k {
      Output.standardError(
        "note: \(grouped(shortest)) of \(grouped(k)) asked for: there are no more vectors, or the index found no more\n"
      )
    }
    if form.json {
      try Output.write(
        Output.json(
          Document(
            vectors: file, metric: index.metric.rawValue, index: type(of: index).kind, lists: lists)))
      return
    }
    var table = Table(columns: names.count > 1 ? [.init(name: "source")] : [])
    table.columns += [
      .init(name: "rank", isNumber: true), .init(name: numberName, isNumber: true), .init(name: "id"),
    ]
    for list in lists {
      for item in list.items {
        table.rows.append(
          (names.count > 1 ? [list.source] : [])
            + ["\(item.rank)", form.form.isForPeople ? rounded(Double(item.number)) : "\(item.number)", item.id])
      }
    }
    try Output.write(form.form.text(table))
  }

  /// The lists of many, piece by piece: to a file, where an interrupted job goes on, or to standard output.
  ///
  /// - Parameters:
  ///   - path: where the queries come from.
  ///   - queries: names, vectors and, of those in the index, positions.
  func write(
    to output: String?, file: String, path: String,
    queries: (Range<Int>) -> (names: [String], vectors: DenseMatrix, own: [UInt32]?), count: () -> Int
  ) throws {
    let total = count()
    let job = try output.map { try JobFile(path: $0, header: header(path: path)) }
    if let job, job.done > 0, !form.quiet {
      Output.standardError("\(job.path): going on after \(grouped(job.done)) lists\n")
    }
    // A file is CSV; a pipe gets TSV as everywhere.
    let isTSV = job == nil && !form.csv
    if job?.isEmpty ?? true, !form.json {
      let heading = ["source", "item", "rank", numberName].joined(separator: isTSV ? "\t" : ",") + "\n"
      if let job { try job.append(heading, pieces: 0) } else { try Output.write(heading) }
    }
    let progress = TrainingLine(isShown: !form.quiet)
    let begun = job?.done ?? 0
    var done = begun
    let start = clock()
    do {
      while done < total {
        try execution.cancellation.check()
        let range = done..<min(total, done + 4096)
        let asked = queries(range)
        let text = try text(lists(asked.names, asked.vectors, own: asked.own), isTSV: isTSV)
        if let job { try job.append(text, pieces: range.count) } else { try Output.write(text) }
        done = range.upperBound
        progress.show(TrainingProgress(done: done - begun, total: total - begun, unit: "lists"))
      }
    } catch is CancellationError {
      progress.clear()
      throw CommandFailure(
        message: "interrupted after \(grouped(done)) of \(grouped(total)) lists"
          + (job == nil ? "" : "; the same command goes on from there"), status: 130)
    }
    progress.clear()
    try job?.finish()
    guard !form.quiet else { return }
    let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
    Output.standardError(
      (job.map { "wrote \($0.path): " } ?? "")
        + "\(grouped(total - begun)) lists in \(rounded(seconds)) s of processor time\n")
  }

  private func text(_ lists: [Report], isTSV: Bool) throws -> String {
    var text = ""
    if form.json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      for list in lists { text += String(decoding: try encoder.encode(list), as: UTF8.self) + "\n" }
      return text
    }
    for list in lists {
      let source = isTSV ? Table.tsvCell(list.source) : Table.csvCell(list.source)
      for item in list.items {
        let id = isTSV ? Table.tsvCell(item.id) : Table.csvCell(item.id)
        text +=
          isTSV ? "\(source)\t\(id)\t\(item.rank)\t\(item.number)\n" : "\(source),\(id),\(item.rank),\(item.number)\n"
      }
    }
    return text
  }

  /// Everything that the output depends on.
  private func header(path: String) -> JobFile.Header {
    var parts = [
      "kind": "neighbors", "vectors": file, "queries": path, "k": "\(k)", "metric": index.metric.rawValue,
      "index": type(of: index).kind, "form": form.json ? "json" : "csv", "count": "\(index.count)",
    ]
    if let hnsw = index as? HNSWIndex {
      parts["m"] = "\(hnsw.options.links)"
      parts["ef-construction"] = "\(hnsw.options.buildEffort)"
      parts["ef"] = "\(hnsw.options.searchEffort)"
      parts["seed"] = "\(hnsw.options.seed)"
    }
    for (name, path) in [("vectors", file), ("queries", path)] {
      var status = stat()
      if unsafe stat(path, &status) == 0 {
        parts["\(name) of"] = "\(status.st_size) bytes, \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
      }
    }
    return JobFile.Header(job: parts)
  }
}
