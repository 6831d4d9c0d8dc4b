import AkinGraph
public import AkinParallel

/// Compressed sparse rows in a file that `scipy.sparse.load_npz` reads: `indptr`, `indices`, `data`, `shape`, `format`.
public enum SparseRowsExport {
  /// Replaces the file at once when all is written.
  ///
  /// - Parameters:
  ///   - offset: of row r, for r in 0...rows; ascending from 0 to `entries`.
  ///   - index: column of an entry.
  ///   - value: of an entry.
  /// - Throws: `GraphError.cannotWrite`; `CancellationError`.
  public static func write(
    to path: String, rows: Int, columns: Int, entries: Int, offset: (Int) -> UInt64, index: (Int) -> UInt32,
    value: (Int) -> Float, cancellation: Cancellation = Cancellation()
  ) throws {
    var archive = NPZArchive(try TextOutput(path, cancellation))
    // scipy takes 32-bit indices where they suffice, for both arrays alike.
    let isWide = entries > Int(Int32.max) || columns > Int(Int32.max)
    let size = isWide ? 8 : 4
    let type = isWide ? "<i8" : "<i4"
    try archive.add("indices", type: type, shape: [entries], byteCount: entries * size) {
      try forEachPiece(entries, size, { UInt64(index($0)) }, $0)
    }
    try archive.add("indptr", type: type, shape: [rows + 1], byteCount: (rows + 1) * size) {
      try forEachPiece(rows + 1, size, offset, $0)
    }
    try archive.add("format", type: "|S3", shape: [], byteCount: 3) { try $0(Array("csr".utf8)[...]) }
    try archive.add("shape", type: "<i8", shape: [2], byteCount: 16) {
      try forEachPiece(2, 8, { UInt64($0 == 0 ? rows : columns) }, $0)
    }
    try archive.add("data", type: "<f4", shape: [entries], byteCount: entries * 4) {
      try forEachPiece(entries, 4, { UInt64(value($0).bitPattern) }, $0)
    }
    try archive.commit()
  }

  /// Numbers in `size` bytes each, some at a time.
  private static func forEachPiece(
    _ count: Int, _ size: Int, _ value: (Int) -> UInt64, _ take: (ArraySlice<UInt8>) throws -> Void
  ) throws {
    var piece: [UInt8] = []
    for position in 0..<count {
      let number = value(position)
      for byte in 0..<size { piece.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * byte))) }
      if piece.count >= 1 << 18 {
        try take(piece[...])
        piece.removeAll(keepingCapacity: true)
      }
    }
    try take(piece[...])
  }
}
