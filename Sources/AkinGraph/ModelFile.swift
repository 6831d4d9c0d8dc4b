public import AkinParallel
import FoundationEssentials
import Glibc

/// What a method learnt from a graph, in a file: named columns of numbers, and where they come from.
///
/// The file is a container as a snapshot's is. All of its checksums are verified when it is opened, since a model is
/// read whole. What a method learnt may also be a graph, a relation of similar nodes say: then the file is a snapshot
/// with a provenance, a graph to all other readers.
public struct ModelFile: Sendable {
  /// The file that was opened, as its path was given.
  public let path: String
  /// The method and parameters that made the model, and the graph it was made from.
  public let provenance: Provenance
  /// What the method made, where that is a graph; there are no columns then.
  public let graph: Snapshot?
  private let columns: [String: ModelColumn]

  /// The names of all columns, ascending.
  public var names: [String] { columns.keys.sorted() }

  /// - Throws: `GraphError` where the file cannot be read, holds no model or is damaged anywhere.
  /// - Complexity: O(bytes of the file).
  public static func open(_ path: String) throws(GraphError) -> ModelFile {
    let container = try Container(path: path)
    let graph = container.header.content == .graph ? try Snapshot.open(path) : nil
    guard container.header.content == .model || graph?.provenance != nil else {
      throw .wrongContent(path: path, found: "a \(container.header.content)", expected: "a model")
    }
    if let problem = container.problems(besides: []).first {
      throw .corrupt(path: path, place: "its data", found: problem, expected: "the checksums it was written with")
    }
    if let graph, let provenance = graph.provenance {
      return ModelFile(path: path, provenance: provenance, graph: graph, columns: [:])
    }
    let bytes: Column<UInt8> = try container.required(SectionKey(.provenance))
    let contents: Contents
    do {
      contents = try JSONDecoder().decode(Contents.self, from: Data(bytes.array()))
    } catch {
      throw .corrupt(path: path, place: "the provenance", found: "\(error)", expected: "a description as JSON")
    }
    var columns: [String: ModelColumn] = [:]
    for (number, name) in contents.columns.enumerated() {
      let key = SectionKey(.modelColumn, subject: number)
      guard let entry = container.entries.first(where: { $0.key == key }) else {
        throw .corrupt(path: path, place: "column '\(name)'", found: "no such section", expected: "one")
      }
      columns[name] =
        switch ElementType(rawValue: entry.elementType) {
        case .float32: .floats(try container.required(key))
        case .uint32: .indices(try container.required(key))
        case .uint64: .offsets(try container.required(key))
        case .bytes: .bytes(try container.required(key))
        case .int64, .float64, nil:
          throw .corrupt(
            path: path, place: "column '\(name)'", found: "element type \(entry.elementType)",
            expected: "bytes, uint32, uint64 or float32")
        }
    }
    return ModelFile(path: path, provenance: contents.provenance, graph: nil, columns: columns)
  }

  /// The identity of the content of a model file, 16 hexadecimal digits.
  ///
  /// - Throws: `GraphError` where the file cannot be read or is no container.
  public static func fingerprint(of path: String) throws(GraphError) -> String {
    hex(try Container(path: path).header.fingerprint)
  }

  /// Writes a model, whole or not at all.
  ///
  /// - Throws: `GraphError.cannotWrite`; `CancellationError`. The old file, if any, then stays as it was.
  public static func write(
    _ columns: [(name: String, column: ModelColumn)], provenance: Provenance, to path: String,
    execution: Execution = .serial
  ) throws {
    precondition(Set(columns.map(\.name)).count == columns.count, "two columns of a model have one name")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let contents = Contents(columns: columns.map(\.name), provenance: provenance)
    let sections =
      [Section(SectionKey(.provenance), Column([UInt8](try encoder.encode(contents))))]
      + columns.enumerated().map { Section(SectionKey(.modelColumn, subject: $0), $1.column.stored) }
    try Container.write(sections, content: .model, to: path, execution: execution)
  }

  /// - Throws: `GraphError.corrupt` where the model has no such column, or one of another kind or count.
  public func floats(_ name: String, count: Int) throws(GraphError) -> Column<Float> {
    guard case .floats(let column)? = columns[name], column.count == count else {
      throw unexpected(name, "\(count) float32")
    }
    return column
  }

  /// - Throws: `GraphError.corrupt` where the model has no such column, or one of another kind or count.
  public func indices(_ name: String, count: Int? = nil) throws(GraphError) -> Column<UInt32> {
    guard case .indices(let column)? = columns[name], count == nil || column.count == count else {
      throw unexpected(name, count.map { "\($0) uint32" } ?? "uint32")
    }
    return column
  }

  /// - Throws: `GraphError.corrupt` where the model has no such column, or one of another kind or count.
  public func offsets(_ name: String, count: Int? = nil) throws(GraphError) -> Column<UInt64> {
    guard case .offsets(let column)? = columns[name], count == nil || column.count == count else {
      throw unexpected(name, count.map { "\($0) uint64" } ?? "uint64")
    }
    return column
  }

  /// - Throws: `GraphError.corrupt` where the model has no such column, or one of another kind.
  public func bytes(_ name: String) throws(GraphError) -> Column<UInt8> {
    guard case .bytes(let column)? = columns[name] else { throw unexpected(name, "bytes") }
    return column
  }

  private func unexpected(_ name: String, _ expected: String) -> GraphError {
    .corrupt(
      path: path, place: "column '\(name)'", found: columns[name].map(\.description) ?? "no such column",
      expected: expected)
  }

  private struct Contents: Codable {
    /// Names of the columns, by the subject of their sections.
    var columns: [String]
    var provenance: Provenance
  }
}

/// Numbers of a model.
public enum ModelColumn: Sendable, CustomStringConvertible {
  case floats(Column<Float>)
  case indices(Column<UInt32>)
  case offsets(Column<UInt64>)
  case bytes(Column<UInt8>)

  public var description: String {
    switch self {
    case .floats(let column): "\(column.count) float32"
    case .indices(let column): "\(column.count) uint32"
    case .offsets(let column): "\(column.count) uint64"
    case .bytes(let column): "\(column.count) bytes"
    }
  }

  var stored: any SectionColumn {
    switch self {
    case .floats(let column): column
    case .indices(let column): column
    case .offsets(let column): column
    case .bytes(let column): column
    }
  }
}
