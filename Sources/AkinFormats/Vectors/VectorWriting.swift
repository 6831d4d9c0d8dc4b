import AkinGraph
import AkinLinearAlgebra
public import AkinParallel

extension VectorFile {
  /// Writes the vectors, whole or not at all; reading them gives the same, to the bit.
  ///
  /// Formats without ids leave them out.
  ///
  /// - Throws: `VectorFileError.notWritable` where the format needs ids and there are none, or cannot hold one;
  ///   `GraphError.cannotWrite`; `CancellationError`.
  public func write(to path: String, format: VectorFormat, cancellation: Cancellation = Cancellation()) throws {
    if format.hasIDs, ids == nil {
      throw VectorFileError.notWritable(path: path, found: "vectors without ids", expected: "an id for each")
    }
    let columns = vectors.columnCount
    var bytes: [UInt8] = []
    switch format {
    case .npy: bytes = Self.numPyHeader(rows: vectors.rowCount, columns: columns)
    case .fvecs: break
    case .word2vec: bytes = Array("\(vectors.rowCount) \(columns)\n".utf8)
    case .csv, .tsv:
      bytes = Array(
        (["id"] + (1...max(1, columns)).map { "v\($0)" }).joined(separator: format == .csv ? "," : "\t").utf8)
      bytes.append(Ascii.lineFeed)
    }
    for row in 0..<vectors.rowCount {
      if row % 1024 == 0 { try cancellation.check() }
      if format == .fvecs { Self.append(UInt32(columns), to: &bytes) }
      if let id = ids?[row], format.hasIDs { bytes += Array(try text(of: id, format: format, path: path).utf8) }
      vectors.withRow(row) { elements in
        for column in elements.indices {
          if format.hasIDs {
            bytes.append(format == .csv ? Ascii.comma : format == .tsv ? Ascii.tab : Ascii.space)
            bytes += Array("\(elements[column])".utf8)
          } else {
            Self.append(elements[column].bitPattern, to: &bytes)
          }
        }
      }
      if format.hasIDs { bytes.append(Ascii.lineFeed) }
    }
    try AtomicFile.write(bytes, to: path, cancellation: cancellation)
  }

  /// Writes the ids, one a line, as `readIDs` takes them.
  ///
  /// - Throws: `VectorFileError.notWritable` for an id with a line break, or where there are no ids;
  ///   `GraphError.cannotWrite`; `CancellationError`.
  public func writeIDs(to path: String, cancellation: Cancellation = Cancellation()) throws {
    guard let ids else {
      throw VectorFileError.notWritable(path: path, found: "vectors without ids", expected: "an id for each")
    }
    var bytes: [UInt8] = []
    for id in ids {
      guard !id.utf8.contains(where: { $0 == Ascii.lineFeed || $0 == Ascii.carriageReturn }) else {
        throw VectorFileError.notWritable(path: path, found: "id '\(id)'", expected: "ids without line breaks")
      }
      bytes += Array(id.utf8)
      bytes.append(Ascii.lineFeed)
    }
    try AtomicFile.write(bytes, to: path, cancellation: cancellation)
  }

  private func text(of id: String, format: VectorFormat, path: String) throws(VectorFileError) -> String {
    let breaks = id.utf8.contains { $0 == Ascii.lineFeed || $0 == Ascii.carriageReturn }
    switch format {
    case .csv:
      guard id.utf8.contains(where: { $0 == Ascii.comma || $0 == Ascii.quote }) || breaks else { return id }
      return "\"" + id.replacing("\"", with: "\"\"") + "\""
    case .tsv:
      guard !breaks, !id.utf8.contains(Ascii.tab), id.utf8.first != Ascii.quote else {
        throw .notWritable(
          path: path, found: "id '\(id)'", expected: "ids without tabs, line breaks and leading quotes")
      }
    case .word2vec:
      guard !breaks else {
        throw .notWritable(path: path, found: "id '\(id)'", expected: "ids without line breaks")
      }
    case .npy, .fvecs: break
    }
    return id
  }

  private static func numPyHeader(rows: Int, columns: Int) -> [UInt8] {
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    // Padded with spaces so that the elements start at a multiple of 64 bytes.
    let length = (10 + text.utf8.count + 1 + 63) / 64 * 64 - 10
    return NumPyReader.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
      + [UInt8](repeating: Ascii.space, count: length - text.utf8.count - 1) + [Ascii.lineFeed]
  }

  private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}
