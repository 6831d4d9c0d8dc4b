import AkinDiagrams
import AkinGraph
import ArgumentParser
import FoundationEssentials
import Glibc

/// What nodes show above their labels: images that a file or an attribute of the graph names.
struct FaceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file with 'type:id', a tab and the path of a PNG or JPEG a line: what nodes show above their labels.",
      valueName: "file"))
  var images: String?

  @Option(
    name: .customLong("image-attribute"),
    help: ArgumentHelp(
      "The attribute that holds the path of a node's image, from the graph's folder. May be repeated with 'type='.",
      valueName: "[type=]name"))
  var imageAttributes: [String] = []

  @Flag(
    name: .customLong("allow-remote"),
    help: "Take addresses too, which the reader's browser fetches; otherwise images are local files.")
  var allowRemote = false

  /// - Returns: notes on images that are not drawn.
  func add(to style: inout DiagramStyle, for diagram: Diagram, of snapshot: Snapshot, at graph: String) throws
    -> [String]
  {
    if let images { try addListed(in: images, to: &style, snapshot.schema) }
    return try addNamed(to: &style, for: diagram, snapshot, at: graph)
  }

  // MARK: From a file

  /// Paths are taken from the folder of the file that names them.
  private func addListed(in path: String, to style: inout DiagramStyle, _ schema: Schema) throws {
    let lines = String(decoding: try PictureOptions.read(path), as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.enumerated() where !line.isEmpty {
      let place = "\(path):\(number + 1)"
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 2, let colon = fields[0].firstIndex(of: ":") else {
        throw CommandFailure(message: "\(place): expected 'type:id', a tab and a path")
      }
      let type = String(fields[0][..<colon])
      guard schema.nodeType(named: type) != nil else {
        throw CommandFailure(
          message: "\(place): found type '\(type)', expected "
            + schema.nodeTypes.map { "'\($0.name)'" }.joined(separator: " or "))
      }
      do {
        style.types[type, default: .init()].images[String(fields[0][fields[0].index(after: colon)...])] = try image(
          at: String(fields[1]), from: path)
      } catch Unusable.address {
        throw CommandFailure(message: "\(place): found an address, expected the path of a file, or --allow-remote")
      } catch Unusable.file(let problem) {
        throw CommandFailure(message: "\(place): \(problem)")
      }
    }
  }

  // MARK: From the graph

  /// The images of the nodes drawn. Data may name files that are not there: that makes a note, and no failure.
  private func addNamed(
    to style: inout DiagramStyle, for diagram: Diagram, _ snapshot: Snapshot, at graph: String
  ) throws -> [String] {
    let chosen = try attributes(style, snapshot.schema)
    var addresses = 0
    var problems: [String] = []
    for node in diagram.nodes {
      let kind = diagram.kinds[node.kind].name
      guard let id = node.id, let attribute = chosen[kind], let type = snapshot.schema.nodeType(named: kind),
        style.types[kind]?.images[id] == nil, let index = try snapshot.table(of: type).index(ofID: id),
        let place = try Self.text(snapshot.attribute(attribute, of: type)?.value(of: index))
      else { continue }
      do {
        style.types[kind, default: .init()].images[id] = try image(at: place, from: graph)
      } catch Unusable.address {
        addresses += 1
      } catch Unusable.file(let problem) {
        problems.append(problem)
      }
    }
    var notes: [String] = []
    func leftOut(_ count: Int) -> String { count == 1 ? "1 image is left out" : "\(count) images are left out" }
    if addresses > 0 {
      notes.append("\(leftOut(addresses)) for being an address, which --allow-remote lets the reader's browser fetch")
    }
    if let first = problems.first {
      notes.append("\(leftOut(problems.count))\(problems.count == 1 ? "" : ", the first") because of \(first)")
    }
    return notes
  }

  /// By type: from the style file, then from the options.
  private func attributes(_ style: DiagramStyle, _ schema: Schema) throws -> [String: String] {
    var chosen: [String: String] = [:]
    for (type, look) in style.types {
      guard let name = look.imageAttribute else { continue }
      try check(name, of: type, schema, place: "types.\(type).image")
      chosen[type] = name
    }
    for text in imageAttributes {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2 {
        try check(parts[1], of: parts[0], schema, place: "--image-attribute")
        chosen[parts[0]] = parts[1]
        continue
      }
      let types = schema.nodeTypes.filter { type in
        type.attributes.contains { $0.name == text && Self.kinds.contains($0.kind) }
      }
      guard !types.isEmpty else {
        throw CommandFailure.usage("--image-attribute: found '\(text)', expected \(Self.possible(schema.nodeTypes))")
      }
      for type in types { chosen[type.name] = text }
    }
    return chosen
  }

  private func check(_ name: String, of type: String, _ schema: Schema, place: String) throws {
    guard let found = schema.nodeTypes.first(where: { $0.name == type }) else {
      throw CommandFailure.usage(
        "\(place): found type '\(type)', expected \(schema.nodeTypes.map { "'\($0.name)'" }.joined(separator: " or "))")
    }
    guard let attribute = found.attributes.first(where: { $0.name == name }) else {
      throw CommandFailure.usage("\(place): found '\(name)', expected \(Self.possible([found]))")
    }
    guard Self.kinds.contains(attribute.kind) else {
      throw CommandFailure.usage("\(place): '\(name)' is a \(attribute.kind.rawValue), expected a text or an address")
    }
  }

  private static let kinds: [AttributeKind] = [.text, .url, .category]

  private static func possible(_ types: [NodeType]) -> String {
    let names = types.flatMap { type in
      type.attributes.filter { kinds.contains($0.kind) }.map { "'\(type.name)=\($0.name)'" }
    }
    return names.isEmpty ? "a graph whose nodes have attributes of text" : names.joined(separator: " or ")
  }

  private static func text(_ value: AttributeValue?) -> String? {
    switch value {
    case .text(let text), .url(let text), .category(let text): text
    case .number, .categories, .time, nil: nil
    }
  }

  // MARK: One image

  private enum Unusable: Error {
    case address
    case file(String)
  }

  /// - Parameter origin: the file whose folder relative paths are taken from.
  private func image(at place: String, from origin: String) throws(Unusable) -> NodeImage {
    if place.hasPrefix("https://") || place.hasPrefix("http://") {
      guard allowRemote else { throw .address }
      return .remote(place)
    }
    var path = place
    if place.hasPrefix("file://") { path = URL(string: place)?.path(percentEncoded: false) ?? place }
    if !path.hasPrefix("/"), let slash = origin.lastIndex(of: "/") { path = String(origin[...slash]) + path }
    // A pipe or a device would never end.
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw .file("\(path): cannot be read") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .file("\(path): found no file, expected a PNG or JPEG image")
    }
    guard status.st_size <= NodeImage.maximumByteCount else {
      throw .file("\(path): found \(status.st_size) bytes, expected at most \(NodeImage.maximumByteCount)")
    }
    do {
      return try NodeImage(file: try PictureOptions.read(path), path: path)
    } catch {
      throw .file("\(error)")
    }
  }
}
