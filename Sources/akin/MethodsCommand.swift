import AkinEngine
import AkinParallel
import ArgumentParser

struct MethodsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "methods",
    abstract: "List the methods, or the parameters of some of them.",
    discussion: """
      Methods answer 'akin related', 'recommend', 'explain' and 'evaluate', given by --method or --methods; parameters \
      are set by --set name=value, or behind the name as pixie:restart=0.8.

      Examples:
        akin methods
        akin methods pixie pagerank
      """)

  @Argument(help: ArgumentHelp("Whose parameters to list; all methods without any.", valueName: "name"))
  var names: [String] = []

  @OptionGroup var form: TableOptions

  func run() throws {
    let methods: [MethodDefinition]
    do throws(EngineError) {
      methods = try names.map { name throws(EngineError) in try MethodRegistry.definition(named: name) }
    } catch {
      throw CommandFailure.usage("\(error)")
    }
    if form.json {
      let all = names.isEmpty ? MethodRegistry.all + MethodRegistry.fromFiles : methods
      return try Output.write(Output.json(MethodsReport(methods: all.map(MethodsReport.Method.init))))
    }
    guard !names.isEmpty else { return try Output.write(form.text(Self.overview())) }
    if form.isForPeople {
      return try Output.write(methods.map { Self.page($0) }.joined(separator: "\n"))
    }
    try Output.write(form.text(Self.parameters(of: methods)))
  }

  private static func overview() -> Table {
    var table = Table(columns: [.init(name: "method"), .init(name: "file"), .init(name: "what it is")])
    for method in MethodRegistry.all + MethodRegistry.fromFiles {
      table.rows.append([method.name, MethodsReport.Method(method).file ?? "", method.summary])
    }
    return table
  }

  private static func parameters(of methods: [MethodDefinition]) -> Table {
    var table = Table(
      columns: ["method", "parameter", "default", "to recommend", "values", "searched", "help"].map { .init(name: $0) })
    for method in methods.map(MethodsReport.Method.init) {
      table.rows += method.parameters.map { parameter in
        [
          method.name, parameter.name, parameter.default, parameter.recommending ?? "", parameter.values,
          parameter.searched ?? "", parameter.help,
        ]
      }
    }
    return table
  }

  private static func page(_ definition: MethodDefinition) -> String {
    let method = MethodsReport.Method(definition)
    var text = "\(Output.bold(method.name)): \(method.summary)\n"
    switch method.file {
    case "required": text += "Answers from a file that was made elsewhere: see 'akin neighbors'.\n"
    case "possible": text += "'akin train --method \(method.name)' makes a file for --model, once for many questions.\n"
    default: break
    }
    if method.needsRatings { text += "Needs ratings: edges with weights that differ.\n" }
    guard !method.parameters.isEmpty else { return text + "It has no parameters.\n" }
    for parameter in method.parameters {
      let recommending = parameter.recommending.map { ", \($0) to recommend" } ?? ""
      let searched = parameter.searched.map { "; 'akin tune' searches \($0)" } ?? ""
      text += "  \(parameter.name) = \(parameter.default)\(recommending)   (\(parameter.values)\(searched))\n"
      text += "      \(parameter.help)\n"
    }
    return text
  }
}

/// What `akin methods --json` prints.
struct MethodsReport: Encodable {
  /// Name and version of this form of JSON.
  var format = "akin.methods/1"
  var methods: [Method]

  struct Method: Encodable {
    var name: String
    var summary: String
    /// `possible`: can be trained ahead of questions; `required`: cannot be without a file.
    var file: String?
    var needsRatings: Bool
    var predictsRatings: Bool
    var isPersonalized: Bool
    var parameters: [Parameter]

    init(_ definition: MethodDefinition) {
      name = definition.name
      summary = definition.summary
      let isFromFile = MethodRegistry.fromFiles.contains { $0.name == definition.name }
      file = isFromFile ? "required" : definition.training == nil ? nil : "possible"
      needsRatings = definition.needsRatings
      predictsRatings = definition.predictsRatings
      isPersonalized = definition.isPersonalized
      parameters =
        definition.parameters.map { Parameter($0, name: $0.name) }
        + definition.texts.map {
          Parameter(name: $0.name, default: $0.defaultValue, values: $0.expectation, help: $0.help)
        }
        + definition.perRelation.map { Parameter($0, name: "\($0.name).RELATION") }
    }
  }

  struct Parameter: Encodable {
    var name: String
    var `default`: String
    /// The default where a history asks, if that is another.
    var recommending: String?
    /// Which values are accepted.
    var values: String
    /// Where tuning looks, if it does.
    var searched: String?
    var help: String

    init(_ definition: ParameterDefinition, name: String) {
      self.init(
        name: name, default: rounded(definition.defaultValue), values: definition.expectation, help: definition.help)
      searched = definition.search.map {
        "\(rounded($0.range.lowerBound)) to \(rounded($0.range.upperBound))" + ($0.isLogarithmic ? ", logarithmic" : "")
      }
      recommending = definition.recommendationDefault.map { rounded($0) }
    }

    init(name: String, default value: String, values: String, help: String) {
      self.name = name
      self.default = value
      self.values = values
      self.help = help
    }
  }
}
