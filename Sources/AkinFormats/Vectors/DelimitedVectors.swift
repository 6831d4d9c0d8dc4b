import AkinLinearAlgebra
import AkinParallel

/// Delimited text: an id, then the elements.
enum DelimitedVectors {
  static func read(
    _ path: String, delimiter: UInt8?, cancellation: Cancellation, progress: (Double) -> Void
  ) throws -> VectorFile {
    let reader = try DelimitedReader(path: path, options: DelimitedOptions(delimiter: delimiter, recordLimit: 1 << 28))
    let columns = reader.columns.count - 1
    guard columns >= 1 else {
      throw VectorFileError.malformed(
        path: path, place: "the first line", found: "one column", expected: "an id and the elements of a vector")
    }
    var ids = UniqueIDs(path: path)
    var elements: [Float] = []
    var block = RecordBlock()
    while try reader.nextBlock(into: &block) {
      try cancellation.check()
      progress(min(1, Double(reader.storedBytesRead) / Double(max(1, reader.storedByteCount))))
      if let problem = block.problems.first {
        throw VectorFileError.malformed(
          path: path, place: "line \(problem.line)", found: block.excerpt(of: problem), expected: "\(problem.kind)")
      }
      for record in 0..<block.count {
        let line = block.line(record)
        try ids.append(block.bytes[block.range(record, 0)], line: line)
        for column in 1...columns {
          do {
            elements.append(try Float(parsing: block.bytes.span.extracting(block.range(record, column))))
          } catch {
            throw VectorFileError.malformed(
              path: path, place: "line \(line), column \(reader.columns[column])",
              found: "'\(block.text(record, column).prefix(40))', \(error)",
              expected: "a finite number within 32-bit floats")
          }
        }
      }
    }
    return VectorFile(
      vectors: DenseMatrix(rows: ids.all.count, columns: columns, elements: elements), ids: ids.all)
  }
}
