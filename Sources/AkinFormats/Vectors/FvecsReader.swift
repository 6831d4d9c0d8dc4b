import AkinLinearAlgebra

/// Of each vector its number of elements as int32, then the elements as float32.
enum FvecsReader {
  static func read(_ input: VectorInput) throws -> DenseMatrix {
    // The number of elements of the first vector, and with the size of the file the number of vectors.
    let probe = try ByteSource(path: input.path)
    var start = [UInt8](repeating: 0, count: 4)
    guard try probe.read(into: &start, range: 0..<4) == 4 else {
      throw input.malformed("its start", "fewer than 4 bytes", "the number of elements of a vector")
    }
    let columns = Int(size(start, at: 0))
    guard columns >= 1, columns <= 1 << 24 else {
      throw input.malformed("vector 1", "\(columns) elements", "1 to \(1 << 24)")
    }
    let rowBytes = 4 + 4 * columns
    var total = Int(probe.storedByteCount)
    if probe.compression != .none || total == 0 {
      // Compressed: it takes a pass to know how much there is.
      var bytes = [UInt8](repeating: 0, count: 1 << 18)
      total = 4
      while true {
        let found = try probe.read(into: &bytes, range: 0..<bytes.count)
        total += found
        if found < bytes.count { break }
      }
    }
    guard total % rowBytes == 0 else {
      throw input.malformed(
        "its end", "\(total) bytes", "a multiple of \(rowBytes), which each vector of \(columns) elements takes")
    }
    return try input.readRows(total / rowBytes, columns: columns, elementBytes: 4, prefix: 4) { bytes, offset, row in
      let found = size(bytes, at: offset)
      guard found == columns else {
        throw input.malformed("vector \(row + 1)", "\(found) elements", "\(columns) as in the first")
      }
    }
  }

  private static func size(_ bytes: [UInt8], at offset: Int) -> Int32 {
    Int32(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) })
  }
}
