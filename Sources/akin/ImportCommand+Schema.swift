import AkinFormats
import AkinGraph
import AkinParallel
import AkinRanking

extension ImportCommand {
  func runSchema(_ execution: Execution) throws {
    let schema = try ImportSchema(path: file, folder: data)
    if plan { return try Output.write(Output.harmless(text(try ImportPlan(schema)))) }
    let output = output!
    let inputs = schema.nodes.flatMap { $0.tables.flatMap(\.files) } + schema.relations.flatMap(\.files)
    try AtomicFile.check(output, inputs: [file] + inputs.map(\.path), content: .graph)
    let progress = Progress("reading", isQuiet: quiet)
    let limit = reading.skipping
    let result = try SchemaImport(schema, skipping: limit, memory: memoryBound(output: output), execution: execution) {
      _, share in progress.report(share)
    }
    progress.finish()
    for report in result.reports {
      for guess in report.guesses { Output.standardError("warning: \(report.path): \(guess)\n") }
    }
    for name in unconnected(result.snapshot.schema) {
      Output.standardError("warning: \(file): nodes of type '\(name)' are in no relation\n")
    }
    let relations = result.snapshot.schema.relations
    guard relations.isEmpty || relations.contains(where: { $0.edgeCount > 0 }) else {
      if !quiet { try Output.write(Output.harmless(text(result))) }
      throw CommandFailure(
        message: "\(file): no edge is left of any relation, expected at least one; nothing was written")
    }
    for relation in relations where relation.edgeCount == 0 {
      Output.standardError("warning: \(file): no edge is left of relation '\(relation.name)'\n")
    }
    if quiet {
      for report in result.reports { warn(of: report.problems, in: report.path) }
    } else {
      try Output.write(Output.harmless(text(result)))
    }
    let replaced = try OverlayReplacement(path: output)
    try result.snapshot.write(to: output, execution: execution)
    try Output.discard(replaced, of: output)
    if !quiet { try Output.write("wrote \(output)\n") }
  }

  /// Types that no relation names, as one that is misspelt there.
  private func unconnected(_ schema: Schema) -> [String] {
    let connected = Set(schema.relations.flatMap { [$0.sourceType, $0.targetType] })
    return schema.nodeTypes.indices.filter { !connected.contains(NodeTypeID(rawValue: UInt16($0))) }
      .map { schema.nodeTypes[$0].name }
  }

  private func text(_ result: SchemaImport) -> String {
    var text = ""
    for report in result.reports {
      text += "\(report.path): \(report.purpose), \(report.form): \(counted(report.records, "record"))"
      if report.filtered > 0 { text += ", \(grouped(report.filtered)) filtered out" }
      if report.unmatched > 0 { text += ", \(counted(report.unmatched, "end")) of no node" }
      if report.merged > 0 { text += ", \(counted(report.merged, "repeated pair")) merged" }
      text += "\n"
      if report.problems.total > 0 {
        text += "  skipped \(grouped(report.problems.total)):\n"
        text += report.problems.text.split(separator: "\n").map { "  \($0)\n" }.joined()
      }
    }
    for (type, count) in result.removed.sorted(by: { $0.key < $1.key }) {
      text += "left out \(grouped(count)) of '\(type)' with too few edges\n"
    }
    text += self.text(result.snapshot.schema)
    return text
  }

  func text(_ plan: ImportPlan) -> String {
    var text = ""
    for step in plan.steps {
      text += "\(step.path): \(step.purpose), \(step.form), \(grouped(Int(step.storedBytes))) bytes, "
      text += "about \(counted(step.records, "record"))\n"
      for line in step.lines { text += "  \(line)\n" }
    }
    text += "memory: about \(grouped(plan.memory >> 20)) MiB"
    text += isSchema ? "" : " for edges, and some 50 bytes for each node"
    text += "; file: about \(grouped(plan.fileBytes >> 20)) MiB\n"
    if let memory, let bound = memoryBound(output: output ?? "") {
      let temporary = plan.temporaryBytes(within: bound)
      text +=
        temporary == 0
        ? "within --memory \(memory.text): edges are sorted in memory\n"
        : "within --memory \(memory.text): edges are sorted in temporary files, about \(grouped(temporary >> 20)) MiB\n"
      if let needed = plan.bytesToLeaveOut(within: bound) {
        text +=
          "not within --memory \(memory.text): leaving nodes with few edges out sorts all edges anew in memory, about "
          + "\(grouped(needed >> 20)) MiB; the import would be refused\n"
      }
    }
    return text
  }
}
