import AkinFormats
import AkinGraph
import AkinParallel

extension ImportCommand {
  /// The graph that Akin wrote into the file; `nil` for other files, and where an option says how to read this one.
  func exportedGraph() throws -> ExportedGraph? {
    let asksForMore = [source, target, weight, time, sourceType, targetType, relation, labels].contains { $0 != nil }
    guard !asksForMore, duplicates == nil, !reading.decidesWhatIsRead else { return nil }
    // What is no readable file is said by who reads it.
    return try ExportedGraph(path: file)
  }

  func runExported(_ exported: ExportedGraph, _ execution: Execution) throws {
    if plan { return try Output.write(Output.harmless("\(exported.path): \(exported.form): \(exported.summary)\n")) }
    let output = output!
    try AtomicFile.check(output, inputs: [file], content: .graph)
    let progress = Progress("reading \(file)", isQuiet: quiet)
    let (snapshot, remarks) = try exported.read(memory: memoryBound(output: output), execution: execution) {
      progress.report($0)
    }
    progress.finish()
    for remark in remarks { Output.standardError(Output.harmless("warning: \(file): \(remark)\n")) }
    if strict, let remark = remarks.first {
      throw CommandFailure(message: "\(file): \(remark), which --strict forbids")
    }
    if !quiet { try Output.write(Output.harmless("\(exported.path): \(exported.form)\n" + text(snapshot.schema))) }
    let replaced = try OverlayReplacement(path: output)
    try snapshot.write(to: output, execution: execution)
    try Output.discard(replaced, of: output)
    if !quiet { try Output.write("wrote \(output)\n") }
  }

  /// How many nodes of which type, and a line a relation.
  func text(_ schema: Schema) -> String {
    var text = "graph: " + schema.nodeTypes.map { "\(grouped($0.count)) \($0.name)" }.joined(separator: ", ") + "\n"
    for relation in schema.relations {
      text +=
        "  \(counted(relation.edgeCount, "edge")) \(schema.name(of: relation.sourceType)) –\(relation.name)→ "
        + "\(schema.name(of: relation.targetType))\n"
    }
    return text
  }
}
