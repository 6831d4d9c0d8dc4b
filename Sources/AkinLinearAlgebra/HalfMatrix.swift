import CAkinKernels

/// A matrix of bfloat16: the upper halves of 32-bit floats, which keep 8 significant bits. Half the memory and half the
/// traffic of a `DenseMatrix` where a relative error of 2⁻⁹ an element does not matter.
public struct HalfMatrix: Sendable {
  /// How many rows there are.
  public let rowCount: Int
  /// How many columns there are.
  public let columnCount: Int
  let stride: Int
  let storage: HugeBuffer<UInt16>

  /// Rounds to the nearest, ties to even.
  public init(_ matrix: DenseMatrix) {
    rowCount = matrix.rowCount
    columnCount = matrix.columnCount
    stride = matrix.stride
    storage = HugeBuffer(count: matrix.storage.count)
    // Safe: both have `count` elements, a multiple of 16.
    unsafe akin_dense().pointee.to_bf16(matrix.storage.start, Int64(storage.count), storage.start)
  }

  /// One element, widened to 32 bits without loss.
  public subscript(row: Int, column: Int) -> Float {
    precondition(row >= 0 && row < rowCount && column >= 0 && column < columnCount, "element (\(row), \(column))")
    return unsafe Float(bitPattern: UInt32(storage.start[row * stride + column]) << 16)
  }
}
