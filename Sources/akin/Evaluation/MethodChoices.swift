import AkinEngine
import ArgumentParser

/// Which methods an evaluation compares.
struct MethodChoices: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Methods to compare, separated by commas; settings go behind colons: popular,pixie,pixie:restart=0.8:caution=0. "
        + "Methods, of which 'akin methods' says more: \(MethodRegistry.all.map(\.name).joined(separator: ", ")); "
        + "vectors:embeddings=FILE for \(MethodDefinition.vectors.summary).",
      valueName: "names"))
  var methods: String?

  @Option(
    help: ArgumentHelp(
      "Parameters of a method from a file that 'akin tune' wrote; may be repeated. The method then runs with these and, "
        + "where --methods names it without settings, with its defaults too.", valueName: "file"))
  var params: [String] = []

  func requests() throws -> [MethodRequest] {
    var requests: [MethodRequest] = []
    let names = methods ?? (params.isEmpty ? "popular,pixie" : "")
    do throws(EngineError) {
      for word in names.split(separator: ",") {
        requests.append(try MethodRequest(parsing: String(word.trimmingPrefix(while: \.isWhitespace))))
      }
    } catch {
      throw CommandFailure.usage("--methods: \(error)")
    }
    for path in params {
      let file = try ParameterFile.read(path)
      requests.append(MethodRequest(name: file.method, parameters: file.texts, title: "\(file.method) (\(path))"))
    }
    for (position, request) in requests.enumerated()
    where requests[..<position].contains(where: { $0.title == request.title }) {
      throw CommandFailure.usage("--methods: found '\(request.title)' twice, expected it once")
    }
    guard !requests.isEmpty else { throw CommandFailure.usage("--methods: expected at least one method") }
    return requests
  }
}
