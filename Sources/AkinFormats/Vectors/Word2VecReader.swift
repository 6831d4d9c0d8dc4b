import AkinLinearAlgebra

/// The text form of word2vec: "vectors elements", then "id element element …" a line, separated by single spaces.
///
/// An id may contain spaces: the last elements of a line are the vector.
enum Word2VecReader {
  /// The two counts of the first line; `nil` where it is not one.
  static func counts(_ line: ArraySlice<UInt8>) -> (rows: Int, columns: Int)? {
    let fields = line.split { $0 == Ascii.space || $0 == Ascii.carriageReturn }.map {
      String(decoding: $0, as: UTF8.self)
    }
    guard fields.count == 2, let rows = Int(fields[0]), let columns = Int(fields[1]), rows >= 0, columns >= 1 else {
      return nil
    }
    return (rows, columns)
  }

  static func read(_ input: VectorInput) throws -> VectorFile {
    guard let first = try input.line(), let counts = counts(first) else {
      throw input.malformed("line 1", "other text", "the number of vectors and of elements, as in '5000 64'")
    }
    // An element takes two bytes at least, as stored or, compressed, a small part of that.
    let stored = max(1, Int(input.source.storedByteCount))
    let (elements, overflows) = counts.rows.multipliedReportingOverflow(by: counts.columns)
    guard !overflows, elements / 10_000 <= stored, counts.columns <= 1 << 24, counts.rows < Int(UInt32.max) else {
      throw input.malformed(
        "line 1", "\(counts.rows) vectors of \(counts.columns) elements", "as many as \(stored) bytes can hold")
    }
    var ids = UniqueIDs(path: input.path)
    var vectors = DenseMatrix(rows: counts.rows, columns: counts.columns)
    var fields: [ArraySlice<UInt8>] = []
    while let line = try input.line() {
      let place = "line \(input.lineNumber)"
      if line.isEmpty, try input.isAtEnd() { break }
      guard ids.all.count < counts.rows else {
        throw input.malformed(place, "one more vector", "\(counts.rows) as line 1 says")
      }
      fields = line.split(separator: Ascii.space, omittingEmptySubsequences: false)
      // The original program ends each line with a space.
      if fields.last?.isEmpty == true { fields.removeLast() }
      guard fields.count > counts.columns else {
        throw input.malformed(
          place, "\(fields.count) fields", "\(counts.columns + 1): an id and \(counts.columns) elements")
      }
      let numbers = fields.suffix(counts.columns)
      try vectors.withMutableRow(ids.all.count) { row in
        for (column, field) in numbers.enumerated() {
          row[column] = try input.number(field, place: "\(place), element \(column + 1)")
        }
      }
      let id = line[line.startIndex..<max(line.startIndex, numbers.first!.startIndex - 1)]
      try ids.append(id, line: input.lineNumber)
    }
    guard ids.all.count == counts.rows else {
      throw input.malformed("its end", "\(ids.all.count) vectors", "\(counts.rows) as line 1 says")
    }
    return VectorFile(vectors: vectors, ids: ids.all)
  }
}

extension VectorInput {
  func number(_ field: ArraySlice<UInt8>, place: String) throws(VectorFileError) -> Float {
    do {
      return try Float(parsing: field.span)
    } catch {
      let text = String(decoding: field.prefix(40), as: UTF8.self)
      throw malformed(place, "'\(text)', \(error)", "a finite number within 32-bit floats")
    }
  }
}
