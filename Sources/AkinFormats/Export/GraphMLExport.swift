import AkinGraph

extension GraphExport {
  /// A node's name in a file that holds all types: its id, with the type before it where there are several.
  private func name(_ index: UInt32, ofType type: Int) throws -> String {
    let id = try snapshot.id(index, ofType: type)
    return snapshot.schema.nodeTypes.count == 1 ? id : "\(snapshot.schema.nodeTypes[type].name):\(id)"
  }

  func writeGraphML(_ relations: [Int], to path: String) throws {
    var output = try TextOutput(path, cancellation)
    try output.write(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
      <key id="type" for="node" attr.name="type" attr.type="string"/>
      <key id="label" for="node" attr.name="label" attr.type="string"/>

      """)
    let description = try GraphDescription(snapshot, relations: relations)
    let keys = GraphDescription.Keys(description.schema)
    for (id, name, kind) in keys.all {
      try output.write(
        "<key id=\"\(id)\" for=\"node\" attr.name=\"\(try Self.xml(name))\" attr.type=\"\(kind.rawValue)\"/>\n")
    }
    try output.write("<key id=\"relation\" for=\"edge\" attr.name=\"relation\" attr.type=\"string\"/>\n")
    for (name, kind) in columns(of: relations) {
      try output.write("<key id=\"\(name)\" for=\"edge\" attr.name=\"\(name)\" attr.type=\"\(kind)\"/>\n")
    }
    let key = GraphDescription.key
    try output.write("<key id=\"\(key)\" for=\"graph\" attr.name=\"\(key)\" attr.type=\"string\"/>\n")
    try output.write("<graph edgedefault=\"directed\">\n")
    try output.write("<data key=\"\(key)\">\(try Self.xml(description.json()))</data>\n")
    for (type, table) in snapshot.nodes.enumerated() {
      let nodeType = snapshot.schema.nodeTypes[type]
      for index in 0..<UInt32(table.count) {
        var element = "<node id=\"\(try Self.xml(name(index, ofType: type)))\">"
        element += "<data key=\"type\">\(try Self.xml(nodeType.name))</data>"
        if let label = try table.label(of: index) { element += "<data key=\"label\">\(try Self.xml(label))</data>" }
        for ((attribute, column), separator) in zip(
          zip(nodeType.attributes, table.attributes), description.separators[type])
        {
          guard let value = try column.value(of: index) else { continue }
          let text = try Self.xml(value.text(separator: separator))
          element += "<data key=\"\(keys.id(of: attribute))\">\(text)</data>"
        }
        try output.write(element + "</node>\n")
      }
    }
    for number in relations {
      let relation = snapshot.schema.relations[number]
      let rows = snapshot.relations[number].forward
      for source in 0..<UInt32(rows.nodeCount) {
        for position in try rows.edges(of: source) {
          let edge = try edge(position, of: number, source: source)
          var element = "<edge source=\"\(try Self.xml(name(source, ofType: relation.source)))\""
          element += " target=\"\(try Self.xml(name(edge.target, ofType: relation.target)))\">"
          element += "<data key=\"relation\">\(try Self.xml(relation.name))</data>"
          if let weight = edge.weight { element += "<data key=\"weight\">\(weight)</data>" }
          if let value = edge.value { element += "<data key=\"value\">\(value)</data>" }
          if let time = edge.time { element += "<data key=\"time\">\(time)</data>" }
          try output.write(element + "</edge>\n")
        }
      }
    }
    try output.write("</graph>\n</graphml>\n")
    try output.commit()
  }

  /// What edges of any of the relations carry: what none has is not declared, so that no reader looks for it.
  private func columns(of relations: [Int]) -> [(name: String, kind: String)] {
    let attributes = relations.map { snapshot.relations[$0].forward.attributes }
    var columns: [(String, String)] = []
    if attributes.contains(where: { $0.weights != nil }) { columns.append(("weight", "double")) }
    if attributes.contains(where: { $0.values != nil }) { columns.append(("value", "double")) }
    if attributes.contains(where: { $0.times != nil }) { columns.append(("time", "long")) }
    return columns
  }

  /// - Throws: `ExportError` for characters that XML 1.0 cannot hold in any way.
  private static func xml(_ text: String) throws -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || "&<>\"".utf8.contains($0) || $0 >= 0x7F }) else { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n", "\t", "\r": escaped += "&#\(scalar.value);"
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        throw ExportError.notRepresentable(
          format: .graphML, found: "character \(scalar.value) in '\(excerpt(text))'", expected: "characters of XML 1.0")
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  func writeDOT(_ relations: [Int], to path: String) throws {
    func quoted(_ text: String) -> String {
      "\"" + text.reduce(into: "") { $0 += $1 == "\"" ? "\\\"" : $1 == "\\" ? "\\\\" : $1 == "\n" ? "\\n" : String($1) }
        + "\""
    }
    var output = try TextOutput(path, cancellation)
    try output.write("digraph akin {\n")
    for (type, table) in snapshot.nodes.enumerated() {
      for index in 0..<UInt32(table.count) {
        var line = "  \(quoted(try name(index, ofType: type)))"
        line += " [label=\(quoted(try table.name(of: index)))"
        line += ", type=\(quoted(snapshot.schema.nodeTypes[type].name))]"
        try output.write(line + ";\n")
      }
    }
    for number in relations {
      let relation = snapshot.schema.relations[number]
      let rows = snapshot.relations[number].forward
      for source in 0..<UInt32(rows.nodeCount) {
        for position in try rows.edges(of: source) {
          let edge = try edge(position, of: number, source: source)
          var line = "  \(quoted(try name(source, ofType: relation.source)))"
          line += " -> \(quoted(try name(edge.target, ofType: relation.target)))"
          line += " [relation=\(quoted(relation.name))"
          if let weight = edge.weight { line += ", weight=\(weight)" }
          if let time = edge.time { line += ", time=\(time)" }
          try output.write(line + "];\n")
        }
      }
    }
    try output.write("}\n")
    try output.commit()
  }
}
