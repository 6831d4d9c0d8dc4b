import AkinDiagrams
import AkinGraph
import AkinParallel
public import ArgumentParser
import FoundationEssentials

/// What a picture is written as and how it looks: the same for every command that draws.
struct PictureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "\(ImageFormat.allCases.map(\.rawValue).joined(separator: ", ")); by default from the file's ending.",
      valueName: "format"))
  var format: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Dots per inch of a PNG, from 24 to 600.", valueName: "n"))
  var dpi = 192

  @Option(help: ArgumentHelp("Heading of the picture.", valueName: "text"))
  var title: String?

  @Option(
    help: ArgumentHelp(
      "\(DiagramTheme.allCases.map(\.rawValue).joined(separator: ", ")); light by default.", valueName: "name"))
  var theme: DiagramTheme?

  @Option(
    help: ArgumentHelp(
      "Colours, shapes, type sizes and links of node types, as JSON; see docs/diagrams.md.", valueName: "file"))
  var style: String?

  @Option(
    help: ArgumentHelp(
      "Where a click on a node leads; {id}, {label} and {type} are filled in. May be repeated with 'type=' in front.",
      valueName: "[type=]url"))
  var link: [String] = []

  @OptionGroup var faces: FaceOptions

  @Option(
    name: .customLong("layout-seconds"), parsing: .unconditional,
    help: ArgumentHelp("How long a layout may take before a simpler one takes its place.", valueName: "s"))
  var layoutSeconds = 10.0

  func validate() throws {
    guard (24...600).contains(dpi) else {
      throw ValidationError("--dpi: found \(dpi), expected a number from 24 to 600")
    }
    guard layoutSeconds > 0, layoutSeconds <= 3600 else {
      throw ValidationError("--layout-seconds: found \(layoutSeconds), expected a number above 0, up to 3600")
    }
  }

  /// Looks whether a picture may be written there: by `--format` any ending will do, but nobody's data are replaced.
  func check(_ output: String, inputs: [String]) throws {
    let beginnings = format == nil ? [] : ImageFormat.allCases.map(\.beginning)
    try AtomicFile.check(output, inputs: inputs, beginnings: beginnings)
  }

  /// - Throws: `ValidationError`.

  func imageFormat(of output: String) throws -> ImageFormat {
    do {
      if let format { return try ImageFormat(fileExtension: format) }
      guard let dot = output.lastIndex(of: "."), !output[dot...].contains("/") else {
        throw ValidationError("\(output): found no file ending, expected .svg, .png or another, or --format")
      }
      return try ImageFormat(fileExtension: String(output[output.index(after: dot)...]))
    } catch let error as DiagramError {
      throw ValidationError("\(error)")
    }
  }

  /// Style file, theme and links together.
  func diagramStyle(for schema: Schema) throws -> DiagramStyle {
    var result = DiagramStyle()
    if let style {
      let bytes = try Self.read(style)
      do {
        result = try DiagramStyle(styleFile: bytes)
      } catch {
        throw CommandFailure(message: "\(style): \(error)")
      }
      for type in result.types.keys.sorted() where schema.nodeType(named: type) == nil {
        throw CommandFailure(
          message: "\(style): types: found '\(type)', expected "
            + schema.nodeTypes.map { "'\($0.name)'" }.joined(separator: " or "))
      }
    }
    if let theme { result.theme = theme }
    do {
      try result.checkContrast()
    } catch {
      throw CommandFailure(message: "\(style ?? ""): \(error) in the theme \(result.theme.rawValue)")
    }
    for text in link { try add(link: text, to: &result, schema) }
    return result
  }

  private func add(link text: String, to style: inout DiagramStyle, _ schema: Schema) throws {
    var (types, template) = (schema.nodeTypes.map(\.name), text)
    if !text.hasPrefix("http"), let equals = text.firstIndex(of: "=") {
      let type = String(text[..<equals])
      guard types.contains(type) else {
        throw CommandFailure.usage(
          "--link: found '\(type)=', expected \(types.map { "'\($0)='" }.joined(separator: " or ")) or an address")
      }
      (types, template) = ([type], String(text[text.index(after: equals)...]))
    }
    if let problem = LinkTemplate.problem(in: template) { throw CommandFailure.usage("--link: \(problem)") }
    for type in types { style.types[type, default: .init()].link = template }
  }

  static func read(_ path: String) throws -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw CommandFailure(message: "\(path): cannot be read")
    }
  }

  /// Draws, writes, and says what was done otherwise than asked.
  ///
  /// - Parameters:
  ///   - graph: the file that the diagram is of, from whose folder the paths of images are taken.
  ///   - isAside: whether standard output belongs to something else.
  func write(
    _ diagram: Diagram, to output: String, of snapshot: Snapshot, at graph: String, quiet: Bool, isAside: Bool = false
  ) throws {
    var style = try diagramStyle(for: snapshot.schema)
    let remarks = try faces.add(to: &style, for: diagram, of: snapshot, at: graph)
    let picture = try DiagramRenderer.render(
      diagram, as: imageFormat(of: output), style: style, resolution: dpi,
      runner: LayoutProcess(seconds: layoutSeconds))
    try Interruption.cancellation.check()
    try AtomicFile.write(picture.bytes, to: output, cancellation: Interruption.cancellation)
    guard !quiet else { return }
    for note in remarks + picture.notes { Output.standardError("note: \(note)\n") }
    let done = "wrote \(output): \(counted(diagram.nodes.count, "node")), \(counted(diagram.edges.count, "edge"))\n"
    if isAside { Output.standardError(done) } else { try Output.write(done) }
  }
}

extension DiagramTheme: ExpressibleByArgument {}
extension DiagramLayout: ExpressibleByArgument {}
extension NeighborhoodShape: ExpressibleByArgument {}
