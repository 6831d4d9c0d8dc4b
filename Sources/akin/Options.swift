import AkinEngine
import AkinGraph
import AkinParallel
import AkinRanking
import ArgumentParser

/// The graph that a command asks, and how many threads it may use.
struct GraphOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The graph: a file that 'akin import' made.", valueName: "graph.akin"))
  var graph: String

  @OptionGroup var threading: ThreadOptions

  var threads: Int { threading.threads }
  var execution: Execution { threading.execution }

  /// - Parameter fingerprint: of the graph as it is to be opened; as it is now for `nil`.
  func open(asOf fingerprint: String? = nil) throws -> Engine {
    let snapshot = try Snapshot.open(graph)
    guard let fingerprint, fingerprint != hex(snapshot.fingerprint) else {
      return Engine(snapshot, execution: execution)
    }
    guard let earlier = try Snapshot.earlier(graph, fingerprint: fingerprint, execution: execution) else {
      throw CommandFailure(
        message:
          "\(graph): found the graph \(hex(snapshot.fingerprint)), expected \(fingerprint), which the token of --replay names; "
          + "it was made anew or compacted since, and what it was before is gone: without --replay, the same names, method and "
          + "settings ask the graph as it is now"
      )
    }
    return Engine(earlier, execution: execution)
  }

  /// The graph for a job that reads all of it again and again: the rows that it walks on are copied into huge pages where
  /// that pays and memory allows. Answers are the same.
  ///
  /// - Parameters:
  ///   - along: the relation that is read; the primary one for `nil`.
  ///   - walks: whether it is walked on, hundreds of times an edge.
  func openForManyQueries(asOf fingerprint: String?, along: String?, walks: Bool) throws -> Engine {
    let engine = try open(asOf: fingerprint)
    let schema = engine.snapshot.schema
    let number =
      along.flatMap { name in schema.relations.firstIndex { $0.name == name } } ?? schema.roles.primaryRelation
    return Engine(
      try resident(engine.snapshot, relations: [number], hops: walks ? .infinity : 0), execution: execution)
  }

  /// `snapshot` with some relations in memory of this process, with links where walks are long enough for that, or as it is
  /// where that does not pay or does not fit.
  ///
  /// - Parameter hops: of all walks that are to come and read neighbours alone.
  func resident(_ snapshot: Snapshot, relations: [Int], hops: Double) throws -> Snapshot {
    let edges = relations.reduce(0) { $0 + snapshot.relations[$1].forward.edgeCount }
    if Residency.paysToLink(hops: hops, edges: edges) {
      let bytes = relations.reduce(0) { $0 + snapshot.residentByteCount(ofRelation: $1, isLinked: true) }
      if Residency.fits(bytes: bytes) {
        return try snapshot.resident(relations: relations, isLinked: true, cancellation: execution.cancellation)
      }
    }
    let bytes = relations.reduce(0) { $0 + snapshot.residentByteCount(ofRelation: $1) }
    guard Residency.pays(bytes: bytes) else { return snapshot }
    return try snapshot.resident(relations: relations, cancellation: execution.cancellation)
  }
}

/// How a list is printed.
struct ListOptions: ParsableArguments {
  @Option(name: .customShort("k"), parsing: .unconditional, help: ArgumentHelp("Length of the list.", valueName: "n"))
  var k = 20

  @OptionGroup var form: TableOptions

  var json: Bool { form.json }
  var csv: Bool { form.csv }
  var quiet: Bool { form.quiet }

  func validate() throws {
    guard k >= 1 else { throw ValidationError("-k: found \(k), expected at least 1") }
  }
}
