import AkinGraph
import ArgumentParser

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every checksum and every promise of a graph file.",
    discussion: """
      Prints what is wrong and where. Exit status 0: nothing is; 1: something is.

      Examples:
        akin verify debian.akin
        akin verify women.akin --threads 1
      """)

  @OptionGroup var source: GraphOptions

  func run() throws {
    let snapshot = try Snapshot.openBase(source.graph)
    var findings = try snapshot.verify(execution: source.execution)
    let overlay = try Snapshot.overlayStatus(source.graph)
    // What was appended is sound when the graph that comes of it is.
    if overlay != nil { findings += try Snapshot.open(source.graph).verify(execution: source.execution) }
    guard findings.isEmpty else {
      throw CommandFailure(
        message: findings.map { "\(source.graph): damaged at \($0)" }.joined(separator: "\n       "))
    }
    let bytes = snapshot.sections.reduce(0) { $0 + Int($1.byteCount) }
    try Output.write("\(source.graph): sound: \(snapshot.sections.count) sections, \(grouped(bytes)) bytes\n")
    if let overlay {
      try Output.write(
        "\(source.graph).log: sound: \(grouped(overlay.operations)) changes in \(grouped(overlay.batches)) batches\n")
      if overlay.tornBytes > 0 {
        try Output.write(
          "\(source.graph).log: the last \(grouped(overlay.tornBytes)) bytes are the rest of a write that was cut off\n"
        )
      }
    }
  }
}
