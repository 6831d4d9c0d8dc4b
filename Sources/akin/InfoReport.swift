import AkinGraph

/// What 'akin info' says of a graph.
struct InfoReport: Encodable {
  var format = "akin.info/1"
  var graph: String
  var fingerprint: String
  var formatVersion = Snapshot.formatVersion
  var nodeTypes: [TypeReport]
  var relations: [RelationReport]
  var components: Int
  var largestComponent: Int
  /// What was appended and not yet folded in, where anything was.
  var overlay: OverlayReport?
  /// Where the graph comes from, if it was computed from another one.
  var madeFrom: Provenance?
  var sections: [SectionReport]

  struct OverlayReport: Encodable {
    var changes: Int
    var batches: Int
  }

  struct TypeReport: Encodable {
    var name: String
    var count: Int
    var labelled: Bool
    /// Absent where the type has none.
    var attributes: [AttributeReport]?
  }

  struct AttributeReport: Encodable {
    var name: String
    var kind: String
    /// How many nodes have it.
    var known: Int
    /// How many names there are, of categories.
    var distinct: Int?
    /// Of numbers and times.
    var least: String?
    var most: String?

    init(_ attribute: NodeAttribute, _ column: AttributeColumn, count: Int) throws {
      name = attribute.name
      kind = attribute.kind.rawValue
      let summary = try column.summary(count: count)
      known = summary.known
      distinct = summary.distinct
      least = summary.range.map { Self.text($0.lowerBound, attribute.kind) }
      most = summary.range.map { Self.text($0.upperBound, attribute.kind) }
    }

    private static func text(_ number: Double, _ kind: AttributeKind) -> String {
      kind == .time ? timeText(Int64(number)) : rounded(number)
    }

    var line: String {
      var line = "    \(Output.harmless(name)) (\(kind)): \(grouped(known)) nodes"
      if let distinct { line += ", \(grouped(distinct)) names" }
      if let least, let most { line += ", \(least) to \(most)" }
      return line + "\n"
    }
  }

  struct RelationReport: Encodable {
    var name: String
    var source: String
    var target: String
    var edges: Int
    var isPrimary: Bool
    var duplicates: String
    var density: Double
    var sourceDegrees: DegreeReport
    var targetDegrees: DegreeReport
    var weight: WeightReport?
    var times: TimeReport?
  }

  struct DegreeReport: Encodable {
    var mean: Double
    var isolated: Int
    var quantiles: [Quantile]

    struct Quantile: Encodable {
      var level: Double
      var degree: Int
    }

    init(_ distribution: DegreeDistribution) {
      mean = distribution.mean
      isolated = distribution.isolated
      quantiles = distribution.quantiles.map { Quantile(level: $0.level, degree: $0.degree) }
    }
  }

  struct WeightReport: Encodable {
    var name: String?
    var least: Float
    var most: Float
  }

  struct TimeReport: Encodable {
    var first: String
    var last: String
    var unknown: Int
  }

  struct SectionReport: Encodable {
    var content: String
    var offset: UInt64
    var bytes: UInt64
    var checksum: String
  }

  init(path: String, snapshot: Snapshot, statistics: GraphStatistics) throws {
    graph = path
    fingerprint = hex(snapshot.fingerprint)
    let schema = snapshot.schema
    nodeTypes = try zip(schema.nodeTypes, snapshot.nodes).map { type, table in
      let attributes = try zip(type.attributes, table.attributes).map {
        try AttributeReport($0, $1, count: type.count)
      }
      return TypeReport(
        name: type.name, count: type.count, labelled: table.labels != nil,
        attributes: attributes.isEmpty ? nil : attributes)
    }
    relations = zip(schema.relations, statistics.relations).enumerated().map { number, pair in
      let (relation, numbers) = pair
      return RelationReport(
        name: relation.name, source: schema.name(of: relation.sourceType), target: schema.name(of: relation.targetType),
        edges: relation.edgeCount, isPrimary: number == schema.roles.primaryRelation,
        duplicates: relation.duplicates.rawValue, density: numbers.density,
        sourceDegrees: DegreeReport(numbers.sourceDegrees), targetDegrees: DegreeReport(numbers.targetDegrees),
        weight: numbers.weightRange.map {
          WeightReport(name: relation.weightName, least: $0.lowerBound, most: $0.upperBound)
        },
        times: numbers.timeSpan.map {
          TimeReport(first: timeText($0.lowerBound), last: timeText($0.upperBound), unknown: numbers.unknownTimes)
        })
    }
    components = statistics.componentCount
    largestComponent = statistics.largestComponent
    overlay = try Snapshot.overlayStatus(path).map { OverlayReport(changes: $0.operations, batches: $0.batches) }
    madeFrom = snapshot.provenance
    sections = snapshot.sections.map {
      SectionReport(content: $0.place, offset: $0.offset, bytes: $0.byteCount, checksum: hex($0.checksum))
    }
  }

  func text() -> String {
    var text = Output.bold(graph) + "  fingerprint \(fingerprint), format \(formatVersion)\n\n"
    if let overlay {
      text += "With \(counted(overlay.changes, "change")) of \(graph).log; 'akin compact' folds them in\n\n"
    }
    if let madeFrom {
      let settings = madeFrom.parameters.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      text += Output.bold("Made from") + "\n  graph \(Output.harmless(madeFrom.graph)), relation "
      text += Output.harmless("'\(madeFrom.relation)', by \(madeFrom.method)")
      text += settings.isEmpty ? "\n\n" : Output.harmless(" with \(settings.joined(separator: ", "))") + "\n\n"
    }
    text += Output.bold("Nodes") + "\n"
    for type in nodeTypes {
      text += "  \(Output.harmless(type.name)): \(grouped(type.count))\(type.labelled ? ", with labels" : "")\n"
      for attribute in type.attributes ?? [] { text += attribute.line }
    }
    for relation in relations {
      text += "\n" + Output.bold(Output.harmless("\(relation.source) –\(relation.name)→ \(relation.target)"))
      text += relation.isPrimary ? "  (primary)\n" : "\n"
      text += "  edges: \(grouped(relation.edges)), repeated ones: \(relation.duplicates)\n"
      text += "  density: \(rounded(relation.density))\n"
      if let weight = relation.weight {
        text += "  weight\(weight.name.map { " (\($0))" } ?? ""): \(weight.least) to \(weight.most)\n"
      }
      if let times = relation.times {
        text += "  times: \(times.first) to \(times.last)"
        text += times.unknown > 0 ? ", \(grouped(times.unknown)) unknown\n" : "\n"
      }
      var table = Table(
        columns: [.init(name: "edges of a"), .init(name: "mean", isNumber: true)]
          + ["least", "25 %", "median", "75 %", "90 %", "99 %", "most", "without"]
          .map { Table.Column(name: $0, isNumber: true) })
      for (name, degrees) in [(relation.source, relation.sourceDegrees), (relation.target, relation.targetDegrees)] {
        let quantiles = degrees.quantiles.map { grouped($0.degree) }
        table.rows.append(
          [name, rounded(degrees.mean)] + (quantiles.isEmpty ? Array(repeating: "–", count: 7) : quantiles)
            + [grouped(degrees.isolated)])
      }
      text += table.text(.aligned).split(separator: "\n").map { " \($0)\n" }.joined()
    }
    text +=
      "\n" + Output.bold("Components")
      + "\n  \(grouped(components)), the largest of \(grouped(largestComponent)) nodes\n"
    text += "\n" + Output.bold("Sections") + "\n"
    var table = Table(columns: [.init(name: "content"), .init(name: "bytes", isNumber: true)])
    table.rows = sections.map { [$0.content, grouped(Int($0.bytes))] }
    return text + table.text(.aligned).split(separator: "\n").map { " \($0)\n" }.joined()
  }
}
