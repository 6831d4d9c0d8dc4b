import AkinLinearAlgebra

/// NumPy's array file: `93 NUMPY`, version, length of the header, a Python dictionary as text, the elements.
///
/// Source: NumPy, "A simple file format for NumPy arrays" (NEP 1).
enum NumPyReader {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  static func read(_ input: VectorInput) throws -> DenseMatrix {
    var start = [UInt8](repeating: 0, count: 8)
    guard try input.read(into: &start, count: 8) == 8, start.starts(with: magic) else {
      throw input.malformed("its start", "other bytes", "those of NumPy's .npy, 93 4E 55 4D 50 59")
    }
    guard (1...3).contains(start[6]) else {
      throw input.malformed("its header", "version \(start[6]) of the format", "1, 2 or 3")
    }
    let lengthBytes = start[6] == 1 ? 2 : 4
    var length = [UInt8](repeating: 0, count: 4)
    guard try input.read(into: &length, count: lengthBytes) == lengthBytes else {
      throw input.malformed("its header", "the end of the file", "a header")
    }
    let headerLength = length.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard headerLength <= 1 << 20 else {
      throw input.malformed("its header", "a header of \(headerLength) bytes", "at most \(1 << 20)")
    }
    var header = [UInt8](repeating: 0, count: headerLength)
    guard try input.read(into: &header, count: headerLength) == headerLength else {
      throw input.malformed("its header", "the end of the file", "a header of \(headerLength) bytes")
    }
    let layout = try layout(String(decoding: header, as: UTF8.self), input)
    try input.check(
      rows: layout.rows, columns: layout.columns, headerBytes: 8 + lengthBytes + headerLength,
      rowBytes: layout.columns * layout.elementBytes)
    return try input.readRows(layout.rows, columns: layout.columns, elementBytes: layout.elementBytes)
  }

  private struct Layout {
    var rows: Int
    var columns: Int
    var elementBytes: Int
  }

  private static func layout(_ header: String, _ input: VectorInput) throws(VectorFileError) -> Layout {
    func value(of key: String) throws(VectorFileError) -> Substring {
      for quote in ["'", "\""] {
        if let range = header.firstRange(of: "\(quote)\(key)\(quote):") {
          return header[range.upperBound...].drop { $0 == " " }
        }
      }
      throw input.malformed("its header", "no '\(key)'", "one, as NumPy writes it")
    }
    let description = try value(of: "descr")
    let type = String(description.dropFirst().prefix { $0 != "'" && $0 != "\"" })
    guard description.first == "'" || description.first == "\"", type == "<f4" || type == "<f8" else {
      throw input.malformed(
        "its header", "elements of type \(description.prefix(20).prefix { $0 != "," })",
        "'<f4' or '<f8' (convert with: numpy.save(path, array.astype('<f4')))")
    }
    guard try value(of: "fortran_order").hasPrefix("False") else {
      throw input.malformed(
        "its header", "an array column by column",
        "row by row (convert with: numpy.save(path, numpy.ascontiguousarray(array)))")
    }
    let shape = try value(of: "shape").prefix { $0 != ")" }
    let sizes = shape.dropFirst().split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    guard shape.first == "(", sizes.count == 2, let rows = Int(sizes[0]), let columns = Int(sizes[1]), rows >= 0,
      columns >= 0
    else {
      throw input.malformed("its header", "shape \(shape))", "(vectors, elements), two dimensions")
    }
    return Layout(rows: rows, columns: columns, elementBytes: type == "<f4" ? 4 : 8)
  }
}
