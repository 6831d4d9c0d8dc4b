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
        akin verify women.akin --json
      """)

  @OptionGroup var source: GraphOptions

  @OptionGroup var form: ReportOptions

  func run() throws {
    let report: VerificationReport
    do {
      report = try VerificationReport(source)
    } catch let error as GraphError where form.json && error.isDamage {
      try Output.write(Output.json(VerificationReport(source.graph, damage: "\(error)")))
      throw error
    }
    if form.json {
      try Output.write(Output.json(report))
    } else if report.isSound, !form.quiet {
      try Output.write(report.text())
    }
    guard !report.isSound else { return }
    throw CommandFailure(
      message: report.findings.map { "\(source.graph): damaged at \($0)" }.joined(separator: "\n       "))
  }
}

extension GraphError {
  /// Whether the file is there and can be read, and what it holds is wrong.
  fileprivate var isDamage: Bool {
    switch self {
    case .notASnapshot, .wrongByteOrder, .truncated, .corrupt, .damagedData: true
    default: false
    }
  }
}

/// What `akin verify` found.
struct VerificationReport: Encodable {
  /// Name and version of this form of JSON.
  var format = "akin.verification/1"
  var graph: String
  /// Missing where the file cannot be opened.
  var fingerprint: String?
  var isSound: Bool
  /// What is wrong, each with where, what was found and what was expected.
  var findings: [String]
  var sections: Int?
  var bytes: Int?
  /// What was appended, where anything was.
  var overlay: Overlay?

  struct Overlay: Encodable {
    var changes: Int
    var batches: Int
    /// At the end of the log, of a write that was cut off; they are passed over.
    var tornBytes: Int
  }

  /// Of a file that is too damaged to be opened.
  init(_ graph: String, damage: String) {
    self.graph = graph
    isSound = false
    findings = [damage]
  }

  init(_ source: GraphOptions) throws {
    let snapshot = try Snapshot.openBase(source.graph)
    findings = try snapshot.verify(execution: source.execution)
    let status = try Snapshot.overlayStatus(source.graph)
    // What was appended is sound when the graph that comes of it is.
    if status != nil { findings += try Snapshot.open(source.graph).verify(execution: source.execution) }
    graph = source.graph
    fingerprint = hex(snapshot.fingerprint)
    isSound = findings.isEmpty
    sections = snapshot.sections.count
    bytes = snapshot.sections.reduce(0) { $0 + Int($1.byteCount) }
    overlay = status.map { Overlay(changes: $0.operations, batches: $0.batches, tornBytes: $0.tornBytes) }
  }

  func text() -> String {
    var text = "\(graph): sound: \(sections ?? 0) sections, \(grouped(bytes ?? 0)) bytes\n"
    guard let overlay else { return text }
    text +=
      "\(graph).log: sound: \(grouped(overlay.changes)) changes in \(grouped(overlay.batches)) batches\n"
    if overlay.tornBytes > 0 {
      text += "\(graph).log: the last \(grouped(overlay.tornBytes)) bytes are the rest of a write that was cut off\n"
    }
    return text
  }
}
