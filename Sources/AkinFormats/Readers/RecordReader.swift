/// Reads a file of records, whatever its format, as blocks of fields.
///
/// What is wrong with the file as a whole is thrown; what is wrong with one record is among the problems of its block,
/// and reading goes on at the next record.
public protocol RecordReader: AnyObject {
  /// The path, or `standard input`; for messages.
  var path: String { get }
  /// What the file was taken for: "comma-separated text with a header".
  var form: String { get }
  /// How the file is compressed.
  var compression: Compression { get }
  /// Names of the columns; numbers from 1 where nothing names them.
  var columns: [String] { get }
  /// What was decided without being told, and may be wrong.
  var guesses: [String] { get }
  /// What was read so far.
  var recordCount: UInt64 { get }
  /// Malformed records so far, which are not among the records.
  var problemCount: UInt64 { get }
  /// Lines without a character so far, which were skipped.
  var blankLineCount: UInt64 { get }
  /// Bytes of the file, as stored, that were read so far, and in all; 0 where that is not known.
  var storedBytesRead: UInt64 { get }
  /// Bytes of the file, as stored, in all; 0 where that is not known.
  var storedByteCount: UInt64 { get }
  /// Replaces `block` by the next records of the file; false at its end. A block may hold problems alone.
  func nextBlock(into block: inout RecordBlock) throws(FormatError) -> Bool
  /// As `nextBlock`, but may leave work that needs the block alone to `RecordBlock.split`; the block then goes to `count`.
  func nextUnsplit(into block: inout RecordBlock) throws(FormatError) -> Bool
  /// Takes into the counts what was found in a block after it was read.
  func count(_ block: RecordBlock)
}

extension RecordReader {
  /// Leaves nothing to do: what a reader does that cannot leave anything.
  public func nextUnsplit(into block: inout RecordBlock) throws(FormatError) -> Bool { try nextBlock(into: &block) }
  /// Does nothing, as nothing was left.
  public func count(_ block: RecordBlock) {}
}

extension DelimitedReader: RecordReader {
  /// Such as "comma-separated text with a header, compressed by gzip".
  public var form: String {
    let name =
      switch delimiter {
      case UInt8(ascii: ","): "comma"
      case UInt8(ascii: "\t"): "tab"
      case UInt8(ascii: ";"): "semicolon"
      case UInt8(ascii: "|"): "pipe"
      case UInt8(ascii: " "): "space"
      case let other: "'\(Unicode.Scalar(other))'"
      }
    return "\(name)-separated text \(hasHeader ? "with" : "without") a header"
  }

  /// Whether the first line is a header, where that was not told.
  public var guesses: [String] {
    hasHeader || options.columns != nil || options.header == .absent
      ? [] : ["the first line holds a number, so the file was taken to have no header"]
  }
}
