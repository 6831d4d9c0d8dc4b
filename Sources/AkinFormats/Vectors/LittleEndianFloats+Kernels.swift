extension [UInt8] {
  /// Copies little-endian floats of 4 or 8 bytes from `offset` on, as many as `row` has.
  ///
  /// - Returns: the first that is not finite as a 32-bit float; what follows it is not copied.
  func copyFloats(
    at offset: Int, elementBytes: Int, into row: inout MutableSpan<Float>
  ) -> (column: Int, text: String)? {
    // Safe: every load below lies within this range.
    precondition(offset >= 0 && offset + row.count * elementBytes <= count)
    return unsafe withUnsafeBytes { bytes in
      for column in 0..<row.count {
        if elementBytes == 4 {
          let bits = unsafe bytes.loadUnaligned(fromByteOffset: offset + 4 * column, as: UInt32.self)
          let value = Float(bitPattern: UInt32(littleEndian: bits))
          guard value.isFinite else { return (column, "\(value)") }
          row[column] = value
        } else {
          let bits = unsafe bytes.loadUnaligned(fromByteOffset: offset + 8 * column, as: UInt64.self)
          let value = Double(bitPattern: UInt64(littleEndian: bits))
          guard Float(value).isFinite else { return (column, "\(value)") }
          row[column] = Float(value)
        }
      }
      return nil
    }
  }
}
