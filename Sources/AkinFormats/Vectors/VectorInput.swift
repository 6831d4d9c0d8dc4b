import AkinLinearAlgebra
import AkinParallel

/// The bytes of a file of vectors, by number or by line.
final class VectorInput {
  let path: String
  let source: ByteSource
  private let cancellation: Cancellation
  private let progress: (Double) -> Void
  private var buffer = [UInt8](repeating: 0, count: 1 << 18)
  private var unread = 0..<0
  private(set) var lineNumber: UInt64 = 0
  private var isFinished = false

  /// - Throws: `FormatError`.
  init(path: String, cancellation: Cancellation, progress: @escaping (Double) -> Void) throws(FormatError) {
    source = try ByteSource(path: path)
    self.path = path
    self.cancellation = cancellation
    self.progress = progress
  }

  /// Fills `bytes`, and returns how many there were: fewer only at the end.
  func read(into bytes: inout [UInt8], count: Int) throws -> Int {
    try cancellation.check()
    let found = try source.read(into: &bytes, range: 0..<count)
    report()
    return found
  }

  /// The next line without its end; `nil` after the last.
  ///
  /// - Throws: `VectorFileError` for a line beyond any reason.
  func line() throws -> ArraySlice<UInt8>? {
    var scanned = 0
    while true {
      if let end = buffer[(unread.lowerBound + scanned)..<unread.upperBound].firstIndex(of: Ascii.lineFeed) {
        return take(to: end, next: end + 1)
      }
      scanned = unread.count
      guard !isFinished else { return unread.isEmpty ? nil : take(to: unread.upperBound, next: unread.upperBound) }
      guard unread.count < 1 << 28 else {
        throw VectorFileError.malformed(
          path: path, place: "line \(lineNumber + 1)", found: "a line of more than \(1 << 28) bytes",
          expected: "a line for each vector")
      }
      try fill()
    }
  }

  func isAtEnd() throws -> Bool {
    if unread.isEmpty, !isFinished { try fill() }
    return unread.isEmpty && isFinished
  }

  private func take(to end: Int, next: Int) -> ArraySlice<UInt8> {
    var line = buffer[unread.lowerBound..<end]
    if line.last == Ascii.carriageReturn { line.removeLast() }
    unread = next..<unread.upperBound
    lineNumber += 1
    return line
  }

  private func fill() throws {
    try cancellation.check()
    if unread.lowerBound > 0 {
      buffer.replaceSubrange(0..<unread.count, with: buffer[unread])
      unread = 0..<unread.count
    }
    if unread.count * 2 > buffer.count { buffer += [UInt8](repeating: 0, count: buffer.count) }
    let found = try source.read(into: &buffer, range: unread.count..<buffer.count)
    isFinished = found < buffer.count - unread.count
    unread = 0..<unread.count + found
    report()
  }

  private func report() {
    guard source.storedByteCount > 0 else { return }
    progress(min(1, Double(source.storedBytesRead) / Double(source.storedByteCount)))
  }
}

extension VectorInput {
  func malformed(_ place: String, _ found: String, _ expected: String) -> VectorFileError {
    .malformed(path: path, place: place, found: found, expected: expected)
  }

  /// Checks counts that a header claims against what the file can hold, before anything is allocated for them.
  ///
  /// - Parameters:
  ///   - headerBytes: already read.
  ///   - rowBytes: of one vector.
  func check(rows: Int, columns: Int, headerBytes: Int, rowBytes: Int) throws(VectorFileError) {
    guard columns >= 1, columns <= 1 << 24 else {
      throw malformed("its header", "vectors of \(columns) elements", "1 to \(1 << 24)")
    }
    guard rows < Int(UInt32.max) else {
      throw malformed("its header", "\(rows) vectors", "fewer than \(UInt32.max)")
    }
    let (bytes, overflows) = rows.multipliedReportingOverflow(by: rowBytes)
    let stored = Int(source.storedByteCount)
    if source.compression == .none, stored > 0 {
      guard !overflows, bytes == stored - headerBytes else {
        throw malformed(
          "the data behind its header", "\(stored - headerBytes) bytes",
          overflows ? "more than any file has" : "\(bytes): \(rows) vectors of \(rowBytes) bytes")
      }
    } else if overflows || bytes / 10_000 > stored {
      // No compression that is read here goes further.
      throw malformed("its header", "\(rows) vectors of \(rowBytes) bytes", "as many as \(stored) bytes can hold")
    }
  }

  /// Reads `rows` vectors, each behind a prefix of `prefix` bytes that `check` looks at.
  func readRows(
    _ rows: Int, columns: Int, elementBytes: Int, prefix: Int = 0,
    check: (_ bytes: [UInt8], _ offset: Int, _ row: Int) throws -> Void = { _, _, _ in }
  ) throws -> DenseMatrix {
    var vectors = DenseMatrix(rows: rows, columns: columns)
    let rowBytes = prefix + columns * elementBytes
    let step = max(1, (1 << 20) / rowBytes)
    var bytes = [UInt8](repeating: 0, count: step * rowBytes)
    for start in stride(from: 0, to: rows, by: step) {
      let count = min(step, rows - start)
      let found = try read(into: &bytes, count: count * rowBytes)
      guard found == count * rowBytes else {
        throw malformed("its end", "\(start + found / rowBytes) whole vectors", "\(rows)")
      }
      for row in 0..<count {
        try check(bytes, row * rowBytes, start + row)
        let wrong = vectors.withMutableRow(start + row) {
          bytes.copyFloats(at: row * rowBytes + prefix, elementBytes: elementBytes, into: &$0)
        }
        if let wrong {
          throw malformed(
            "vector \(start + row + 1), element \(wrong.column + 1)", wrong.text, "a finite number within 32-bit floats"
          )
        }
      }
    }
    var one = [UInt8](repeating: 0, count: 1)
    guard try read(into: &one, count: 1) == 0 else {
      throw malformed("its end", "more bytes", "none behind \(rows) vectors")
    }
    return vectors
  }
}
