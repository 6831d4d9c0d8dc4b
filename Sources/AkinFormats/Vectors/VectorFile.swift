public import AkinLinearAlgebra
public import AkinParallel
import Glibc

/// How vectors are written in a file.
public enum VectorFormat: String, Sendable, Equatable, CaseIterable {
  /// NumPy's array file: two dimensions, float32 or float64, little-endian, row by row. Without ids.
  case npy
  /// Of each vector its number of elements as int32, then the elements as float32, little-endian. Without ids.
  case fvecs
  /// The text form of word2vec: a line "vectors elements", then a line "id element element …" for each vector.
  case word2vec
  /// Delimited text: the id in the first column, an element in each other; with a header or without.
  case csv
  case tsv

  /// Whether a file of this format has room for ids.
  public var hasIDs: Bool { self != .npy && self != .fvecs }

  /// The format that the name of a file to be written says; `nil` where it says none.
  public static func suggested(by path: String) -> VectorFormat? {
    switch path.split(separator: ".").last?.lowercased() {
    case "npy": .npy
    case "fvecs": .fvecs
    case "csv": .csv
    case "tsv": .tsv
    case "vec", "w2v", "txt": .word2vec
    default: nil
    }
  }
}

/// Vectors of a file, and their ids where the file has them.
public struct VectorFile: Sendable, Equatable {
  /// A row a vector; all elements are finite.
  public var vectors: DenseMatrix
  /// One for each vector, each once.
  public var ids: [String]?

  /// `ids`, where given, has one for each row, each once.
  public init(vectors: DenseMatrix, ids: [String]? = nil) {
    precondition(ids == nil || ids!.count == vectors.rowCount, "\(ids!.count) ids for \(vectors.rowCount) vectors")
    self.vectors = vectors
    self.ids = ids
  }

  /// Where the ids of a file without room for them are: one a line, in the order of its vectors.
  public static func idsPath(beside path: String) -> String { path + ".ids.txt" }

  /// Reads a file, plain or compressed. All elements are finite 32-bit floats afterwards; 64-bit ones are rounded.
  ///
  /// - Parameters:
  ///   - format: recognised unless given: `npy` and `word2vec` by how the file begins, `fvecs` by its name, all else is
  ///     delimited text.
  ///   - usesIDsBeside: whether ids that the file does not have are read from `idsPath(beside:)`, if that is there.
  ///   - progress: told from time to time what share of the file was read.
  /// - Throws: `FormatError` where the file cannot be read; `VectorFileError`, naming row or line; `CancellationError`.
  /// - Complexity: O(bytes).
  public static func read(
    _ path: String, format: VectorFormat? = nil, usesIDsBeside: Bool = true,
    cancellation: Cancellation = Cancellation(), progress: @escaping (Double) -> Void = { _ in }
  ) throws -> VectorFile {
    let file = try content(of: path, format: format, cancellation: cancellation, progress: progress)
    let beside = idsPath(beside: path)
    guard usesIDsBeside, file.ids == nil, unsafe access(beside, F_OK) == 0 else { return file }
    return try file.named(readIDs(beside, cancellation: cancellation), path: beside)
  }

  private static func content(
    of path: String, format: VectorFormat?, cancellation: Cancellation, progress: @escaping (Double) -> Void
  ) throws -> VectorFile {
    let input = try VectorInput(path: path, cancellation: cancellation, progress: progress)
    switch try format ?? recognised(path) {
    case .npy: return VectorFile(vectors: try NumPyReader.read(input))
    case .fvecs: return VectorFile(vectors: try FvecsReader.read(input))
    case .word2vec: return try Word2VecReader.read(input)
    case .csv, .tsv:
      let delimiter: UInt8? = format == .csv ? Ascii.comma : format == .tsv ? Ascii.tab : nil
      return try DelimitedVectors.read(
        path, delimiter: delimiter, cancellation: cancellation, progress: progress)
    }
  }

  /// Reads ids that a file of vectors lacks: one a line.
  ///
  /// - Throws: `FormatError`; `VectorFileError` where an id is empty, comes twice or is no text; `CancellationError`.
  public static func readIDs(_ path: String, cancellation: Cancellation = Cancellation()) throws -> [String] {
    let input = try VectorInput(path: path, cancellation: cancellation) { _ in }
    var ids = UniqueIDs(path: path)
    while let line = try input.line() {
      if line.isEmpty, try input.isAtEnd() { break }
      try ids.append(line, line: input.lineNumber)
    }
    return ids.all
  }

  /// The same vectors with these ids in place of those of the file.
  ///
  /// - Throws: `VectorFileError` where there are not as many.
  public func named(_ ids: [String], path: String) throws(VectorFileError) -> VectorFile {
    guard ids.count == vectors.rowCount else {
      throw .malformed(
        path: path, place: "the file", found: "\(ids.count) ids", expected: "\(vectors.rowCount), one for each vector")
    }
    return VectorFile(vectors: vectors, ids: ids)
  }

  private static func recognised(_ path: String) throws -> VectorFormat {
    let source = try ByteSource(path: path)
    var start = [UInt8](repeating: 0, count: 64)
    start.removeLast(start.count - (try source.read(into: &start, range: 0..<64)))
    if start.starts(with: NumPyReader.magic) { return .npy }
    let name = path.lowercased()
    if [".fvecs", ".fvecs.gz", ".fvecs.xz"].contains(where: { name.hasSuffix($0) }) { return .fvecs }
    if let end = start.firstIndex(of: Ascii.lineFeed), Word2VecReader.counts(start[..<end]) != nil { return .word2vec }
    return .csv
  }
}

/// What is wrong with a file of vectors.
public enum VectorFileError: Error, Equatable, CustomStringConvertible {
  /// - Parameter place: "line 12", "vector 3, element 2".
  case malformed(path: String, place: String, found: String, expected: String)
  /// Vectors that a format cannot hold.
  case notWritable(path: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .malformed(let path, let place, let found, let expected):
      "\(path): \(place): found \(found), expected \(expected)"
    case .notWritable(let path, let found, let expected):
      "\(path): cannot be written: found \(found), expected \(expected)"
    }
  }
}

/// Ids, each of which may come once.
struct UniqueIDs {
  let path: String
  private(set) var all: [String] = []
  private var lines: [String: UInt64] = [:]

  init(path: String) { self.path = path }

  mutating func append(_ bytes: ArraySlice<UInt8>, line: UInt64) throws(VectorFileError) {
    guard let id = String(validating: bytes, as: UTF8.self), !id.utf8.contains(0) else {
      throw .malformed(path: path, place: "line \(line)", found: "an id that is not UTF-8 text", expected: "text")
    }
    guard !id.isEmpty else {
      throw .malformed(path: path, place: "line \(line)", found: "an empty id", expected: "one for each vector")
    }
    guard let first = lines.updateValue(line, forKey: id) else {
      all.append(id)
      return
    }
    throw .malformed(
      path: path, place: "line \(line)", found: "id '\(id)' again, after line \(first)", expected: "each id once")
  }
}
