/// What can be wrong with vectors or with an index of them.
public enum VectorError: Error, Equatable {
  /// Rows are counted from 1 here, as lines of a file are.
  case notFinite(row: Int, column: Int, found: String)
  /// A vector so long that products of two would leave the range of 32-bit floats.
  case tooLong(row: Int, length: Double, limit: Double)
  case dimensionMismatch(found: Int, expected: Int)
  case noDimension
  case tooMany(limit: Int)
  /// hnswlib or the system refused.
  case indexFailed(reason: String)
  /// An index file that contradicts itself, though its checksums hold.
  case badIndexFile(path: String, place: String, found: String, expected: String)
}

extension VectorError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFinite(let row, let column, let found):
      "vector \(row), element \(column): found \(found), expected a finite number"
    case .tooLong(let row, let length, let limit):
      "vector \(row): found length \(length), expected at most \(limit)"
    case .dimensionMismatch(let found, let expected):
      "found vectors of \(found) elements, expected \(expected)"
    case .noDimension: "found vectors of 0 elements, expected at least 1"
    case .tooMany(let limit): "found more than \(limit) vectors, expected at most that many in one index"
    case .indexFailed(let reason): "the index cannot be made: \(reason)"
    case .badIndexFile(let path, let place, let found, let expected):
      "\(path): damaged at \(place): found \(found), expected \(expected)"
    }
  }
}
