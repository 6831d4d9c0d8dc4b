import Yams

/// Takes YAML apart, with the line of everything that is not as expected.
struct SchemaReader {
  let path: String
  let folder: String

  func line(_ node: Node?) -> Int { node?.mark?.line ?? 0 }

  func error(_ node: Node?, _ found: String, _ expected: String) -> ImportSchemaError {
    ImportSchemaError(path: path, line: line(node), found: found, expected: expected)
  }

  func string(_ node: Node) throws(ImportSchemaError) -> String {
    guard let scalar = node.scalar else { throw error(node, "a list or a mapping", "a text") }
    return scalar.string
  }

  func count(_ node: Node) throws(ImportSchemaError) -> Int {
    let text = try string(node)
    guard let count = Int(text), count >= 0 else { throw error(node, "'\(text)'", "a number from 0") }
    return count
  }

  func choice(_ node: Node, _ choices: [String]) throws(ImportSchemaError) -> String {
    let text = try string(node)
    guard choices.contains(text) else {
      throw error(node, "'\(text)'", "one of \(choices.joined(separator: ", "))" + suggestion(text, choices))
    }
    return text
  }

  func list(_ node: Node) throws(ImportSchemaError) -> [Node] {
    if let sequence = node.sequence { return Array(sequence) }
    if node.scalar != nil { return [node] }
    throw error(node, "a mapping", "a list")
  }

  func pairs(_ node: Node, _ expected: String) throws(ImportSchemaError) -> [(name: String, node: Node)] {
    guard let mapping = node.mapping else { throw error(node, "no mapping", expected) }
    var pairs: [(name: String, node: Node)] = []
    for (key, value) in mapping {
      let name = try string(key)
      guard !pairs.contains(where: { $0.name == name }) else {
        throw error(key, "'\(name)' a second time", "each once")
      }
      pairs.append((name, value))
    }
    return pairs
  }

  func members(_ node: Node, of what: String, known: [String]) throws(ImportSchemaError) -> [String: Node] {
    var members: [String: Node] = [:]
    for (name, value) in try pairs(node, "the members of \(what)") {
      guard known.contains(name) else {
        throw error(
          value, "'\(name)' in \(what)", "one of \(known.joined(separator: ", "))" + suggestion(name, known))
      }
      members[name] = value
    }
    return members
  }

  func checkName(_ name: String, _ node: Node) throws(ImportSchemaError) {
    if name.isEmpty || name.contains(where: { $0.isWhitespace || $0 == ":" }) {
      throw error(node, "name '\(name)'", "a name without spaces and colons")
    }
  }

  func expression(_ node: Node?) throws(ImportSchemaError) -> FieldExpression? {
    guard let node else { return nil }
    let text = try string(node)
    do throws(FieldExpression.SyntaxError) {
      return try FieldExpression(text)
    } catch {
      throw self.error(node, "\(error.found) in '\(text)'", error.expected)
    }
  }

  /// The files of a table or relation, which share the way they are read.
  func files(_ members: [String: Node], _ node: Node) throws(ImportSchemaError) -> [InputFile] {
    guard let listed = members["files"] ?? members["file"] else { throw error(node, "no 'file'", "a file") }
    guard members["files"] == nil || members["file"] == nil else {
      throw error(node, "both 'file' and 'files'", "one of them")
    }
    var files: [InputFile] = []
    for item in try list(listed) {
      let name = try string(item)
      guard !name.isEmpty else { throw error(item, "an empty name", "a file") }
      var file = InputFile(path: name.hasPrefix("/") || folder == "." ? name : "\(folder)/\(name)")
      if let format = members["format"] {
        file.format = InputFormat(rawValue: try choice(format, InputFormat.allCases.map(\.rawValue)))
      }
      if let encoding = members["encoding"] {
        file.encoding = TextEncoding(rawValue: try choice(encoding, TextEncoding.allCases.map(\.rawValue)))!
      }
      if let node = members["delimiter"] {
        let text = try string(node)
        let bytes = text == "tab" ? [Ascii.tab] : Array(text.utf8)
        guard bytes.count == 1, bytes[0] < 0x80, ![0, 10, 13, 34].contains(bytes[0]) else {
          throw error(node, "'\(text)'", "one ASCII character or 'tab'")
        }
        file.delimited.delimiter = bytes[0]
      }
      if let header = members["header"] {
        guard let isPresent = header.bool else { throw error(header, "'\(try string(header))'", "true or false") }
        file.delimited.header = isPresent ? .present : .absent
      }
      if let trim = members["trim"] {
        guard let trims = trim.bool else { throw error(trim, "'\(try string(trim))'", "true or false") }
        file.delimited.trimsBlanks = trims
      }
      if let columns = members["columns"] {
        file.delimited.columns = []
        for column in try list(columns) { file.delimited.columns?.append(try string(column)) }
      }
      file.table = try members["table"].map(string)
      file.query = try members["query"].map(string)
      files.append(file)
    }
    guard !files.isEmpty else { throw error(listed, "no file", "at least one") }
    return files
  }

  private func suggestion(_ name: String, _ choices: [String]) -> String {
    ColumnNames.closest(to: name, among: choices).map { "; did you mean '\($0)'?" } ?? ""
  }
}
