public import AkinParallel
import FoundationEssentials
import Glibc

extension Snapshot {
  /// The newest snapshot format that this version reads and writes.
  public static let formatVersion = Int(ContainerHeader.version)

  /// Opens a `.akin` file by mapping it, without what was appended to it since: nothing is parsed but header, table and schema, nothing is copied.
  ///
  /// Checksums of the data are left to `verify`; readers check positions as they use them, so a damaged file gives an
  /// error or a wrong score, never a read outside it.
  ///
  /// - Throws: `GraphError`.
  /// - Complexity: O(sections), whatever the size of the file.
  public static func openBase(_ path: String) throws(GraphError) -> Snapshot {
    let container = try Container(path: path)
    guard container.header.content == .graph else {
      throw .wrongContent(
        path: path, found: "a \(container.header.content)", expected: "a graph, beside which --model takes a model")
    }
    let schema = try decodedSchema(of: container)
    var nodes: [NodeTable] = []
    for (number, type) in schema.nodeTypes.enumerated() {
      let labelOffsets = try container.column(
        SectionKey(.labelOffsets, subject: number), of: UInt64.self, count: type.count + 1)
      nodes.append(
        NodeTable(
          ids: StringColumn(
            offsets: try container.required(SectionKey(.idOffsets, subject: number), count: type.count + 1),
            bytes: try container.required(SectionKey(.idBytes, subject: number))),
          idTable: IDTable(slots: try slots(of: number, in: container)),
          labels: try labelOffsets.map { offsets throws(GraphError) in
            StringColumn(offsets: offsets, bytes: try container.required(SectionKey(.labelBytes, subject: number)))
          },
          labelOrder: labelOffsets == nil ? nil : try container.required(SectionKey(.labelOrder, subject: number)),
          attributes: try attributes(of: type, number, in: container)))
    }
    var relations: [RelationEdges] = []
    for (number, relation) in schema.relations.enumerated() {
      relations.append(
        RelationEdges(
          forward: try adjacency(number, relation, .forward, schema: schema, in: container),
          reverse: try adjacency(number, relation, .reverse, schema: schema, in: container),
          timeBase: relation.timeBase))
    }
    return Snapshot(
      schema: schema, nodes: nodes, relations: relations, provenance: try provenance(of: container), file: container)
  }

  /// Writes the snapshot to a file, whole or not at all.
  ///
  /// - Throws: `GraphError.cannotWrite`; `CancellationError`. The old file, if any, then stays as it was.
  public func write(to path: String, execution: Execution = .serial) throws {
    let columns = try Self.columns(schema: schema, nodes: nodes, relations: relations, provenance: provenance)
    try Container.write(columns, entries: sections, content: .graph, to: path, execution: execution)
  }

  /// As `write(to:)`, for who needs the snapshot no more: columns that nobody else holds go as they are written, so that
  /// their memory is there for what the system keeps of the file.
  ///
  /// - Throws: as `write(to:)`.
  public consuming func writeLast(to path: String, execution: Execution = .serial) throws {
    let columns = try Self.columns(schema: schema, nodes: nodes, relations: relations, provenance: provenance)
    let entries = sections
    _ = consume self
    try Container.write(columns, entries: entries, content: .graph, to: path, execution: execution)
  }

  /// Everything that a graph's file holds, in the order of the file.
  static func columns(
    schema: Schema, nodes: [NodeTable], relations: [RelationEdges], provenance: Provenance? = nil
  ) throws -> [Section] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var sections = [Section(SectionKey(.schema), Column([UInt8](try encoder.encode(schema))))]
    if let provenance {
      sections.append(Section(SectionKey(.provenance), Column([UInt8](try encoder.encode(provenance)))))
    }
    for (number, table) in nodes.enumerated() {
      sections.append(Section(SectionKey(.idOffsets, subject: number), table.ids.offsets))
      sections.append(Section(SectionKey(.idBytes, subject: number), table.ids.bytes))
      sections.append(Section(SectionKey(.idSlots, subject: number), table.idTable.slots))
      if let labels = table.labels, let order = table.labelOrder {
        sections.append(Section(SectionKey(.labelOffsets, subject: number), labels.offsets))
        sections.append(Section(SectionKey(.labelBytes, subject: number), labels.bytes))
        sections.append(Section(SectionKey(.labelOrder, subject: number), order))
      }
      for (position, attribute) in table.attributes.enumerated() {
        sections += attribute.sections(type: number, number: position)
      }
    }
    for (number, edges) in relations.enumerated() {
      for direction in Direction.allCases {
        let adjacency = direction == .forward ? edges.forward : edges.reverse
        func key(_ kind: SectionKind) -> SectionKey { SectionKey(kind, subject: number, part: Int(direction.rawValue)) }
        sections.append(Section(key(.edgeOffsets), adjacency.offsets))
        sections.append(Section(key(.neighbors), adjacency.neighbors))
        if let weights = adjacency.attributes.weights { sections.append(Section(key(.weights), weights)) }
        if let values = adjacency.attributes.values { sections.append(Section(key(.values), values)) }
        switch adjacency.attributes.times {
        case .narrow(let offsets, _): sections.append(Section(key(.times), offsets))
        case .wide(let times): sections.append(Section(key(.times), times))
        case nil: break
        }
      }
    }
    return sections
  }

  private static func decodedSchema(of container: Container) throws(GraphError) -> Schema {
    let bytes: Column<UInt8> = try container.required(SectionKey(.schema))
    func damaged(_ found: String, _ expected: String) -> GraphError {
      .corrupt(path: container.path, place: "the schema", found: found, expected: expected)
    }
    // The schema decides what everything else is taken for, so it alone is verified at opening.
    let checksum = unsafe bytes.withBytes { unsafe XXH64.hash($0) }
    let stored = container.entries.first { $0.key == SectionKey(.schema) }?.checksum ?? 0
    guard checksum == stored else { throw damaged("checksum \(hex(checksum))", hex(stored)) }
    let schema: Schema
    do {
      schema = try JSONDecoder().decode(Schema.self, from: Data(bytes.array()))
    } catch {
      throw damaged("\(error)", "a schema as JSON")
    }
    let types = schema.nodeTypes.indices
    guard schema.nodeTypes.count <= Int(UInt16.max), Set(schema.nodeTypes.map(\.name)).count == types.count,
      schema.nodeTypes.allSatisfy({ (0...Int(UInt32.max)).contains($0.count) })
    else { throw damaged("node types \(schema.nodeTypes.map(\.name))", "distinct names and counts below 2^32") }
    for type in schema.nodeTypes where Set(type.attributes.map(\.name)).count != type.attributes.count {
      throw damaged("attributes \(type.attributes.map(\.name)) of '\(type.name)'", "distinct names")
    }
    guard !schema.relations.isEmpty,
      schema.relations.allSatisfy({
        types.contains($0.source) && types.contains($0.target) && (0...1 << 40).contains($0.edgeCount)
      })
    else { throw damaged("relations \(schema.relations.map(\.name))", "relations between the node types listed") }
    guard schema.relations.indices.contains(schema.roles.primaryRelation),
      schema.roles.seenRelations.allSatisfy({ schema.relations.indices.contains($0) })
    else { throw damaged("roles \(schema.roles)", "roles among the relations listed") }
    return schema
  }

  private static func attributes(
    of type: NodeType, _ number: Int, in container: Container
  ) throws(GraphError) -> [AttributeColumn] {
    var columns: [AttributeColumn] = []
    for (position, attribute) in type.attributes.enumerated() {
      columns.append(
        try AttributeColumn(
          kind: attribute.kind, type: number, number: position, count: type.count, in: container))
    }
    return columns
  }

  private static func provenance(of container: Container) throws(GraphError) -> Provenance? {
    guard let bytes: Column<UInt8> = try container.column(SectionKey(.provenance)) else { return nil }
    do {
      return try JSONDecoder().decode(Provenance.self, from: Data(bytes.array()))
    } catch {
      throw .corrupt(
        path: container.path, place: "the provenance", found: "\(error)", expected: "a description as JSON")
    }
  }

  private static func slots(of type: Int, in container: Container) throws(GraphError) -> Column<UInt64> {
    let slots: Column<UInt64> = try container.required(SectionKey(.idSlots, subject: type))
    guard slots.count > 0, slots.count & (slots.count - 1) == 0 else {
      throw .corrupt(
        path: container.path, place: "idSlots of node type \(type)", found: "\(slots.count) slots",
        expected: "a power of two")
    }
    return slots
  }

  private static func adjacency(
    _ number: Int, _ relation: Relation, _ direction: Direction, schema: Schema, in container: Container
  ) throws(GraphError) -> Adjacency {
    func key(_ kind: SectionKind) -> SectionKey { SectionKey(kind, subject: number, part: Int(direction.rawValue)) }
    let ends = direction == .forward ? (relation.source, relation.target) : (relation.target, relation.source)
    let count = relation.edgeCount
    var times: TimeColumn?
    if let base = relation.timeBase {
      let isWide = container.entries.contains {
        $0.key == key(.times) && $0.elementType == ElementType.int64.rawValue
      }
      if isWide {
        times = .wide(try container.required(key(.times), count: count))
      } else {
        times = .narrow(try container.required(key(.times), count: count), base: base)
      }
    }
    return Adjacency(
      offsets: try container.required(key(.edgeOffsets), count: schema.nodeTypes[ends.0].count + 1),
      neighbors: try container.required(key(.neighbors), count: count),
      neighborCount: schema.nodeTypes[ends.1].count,
      attributes: EdgeAttributes(
        weights: try container.column(key(.weights), count: count),
        values: try container.column(key(.values), count: count), times: times))
  }
}
