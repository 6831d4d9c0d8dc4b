/// One record that could not be split, and why. It is not among the records of its block.
public struct RecordProblem: Sendable, Equatable {
  /// The line that the problem is on, from 1: where the record starts, except for wrong bytes, which name their own line.
  public var line: UInt64
  /// What is wrong, with its details.
  public var kind: Kind
  /// Where the record is in the bytes of its block, for ``RecordBlock/excerpt(of:)``.
  var start: UInt32
  var end: UInt32

  /// What can be wrong with one record.
  public enum Kind: Sendable, Equatable {
    /// More or fewer fields than the header has.
    case fieldCount(found: Int, expected: Int)
    /// A quoted field that does not close before the end of the file (`limit` nil) or within the limit of a record.
    /// Reading goes on at the line after the one where the record starts.
    case unclosedQuote(limit: Int?)
    /// Something other than a delimiter or the end of the line after a closing quote.
    case textAfterQuote
    /// The first byte that is not UTF-8, and its place in the line, from 1.
    case invalidUTF8(byte: UInt8, position: Int)
    /// A zero byte, and its place in the line, from 1.
    case zeroByte(position: Int)
    case recordTooLong(limit: Int)
    /// What is wrong by the rules of the format.
    case malformed(found: String, expected: String)
  }
}

extension RecordProblem.Kind: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fieldCount(let found, let expected):
      "\(found) field\(found == 1 ? "" : "s"), expected \(expected)"
    case .unclosedQuote(nil): "a quoted field that does not close before the end of the file, expected a closing quote"
    case .unclosedQuote(let limit?):
      "a quoted field that does not close within \(limit) bytes, expected a closing quote"
    case .textAfterQuote: "text after a closing quote, expected a delimiter or the end of the line"
    case .invalidUTF8(let byte, let position):
      "byte \(hexadecimal(byte)) at position \(position) of the line is not UTF-8, expected UTF-8 text (--encoding latin1 for Latin-1)"
    case .zeroByte(let position): "byte 0x00 at position \(position) of the line, expected text"
    case .recordTooLong(let limit):
      "a record longer than \(limit) bytes, expected a shorter one (a missing line break?)"
    case .malformed(let found, let expected): "found \(found), expected \(expected)"
    }
  }
}

extension RecordProblem {
  /// The kinds without their details, to count by.
  public enum Category: String, Sendable, CaseIterable, Hashable {
    case fieldCount = "wrong number of fields"
    case unclosedQuote = "unclosed quote"
    case textAfterQuote = "text after a closing quote"
    case invalidUTF8 = "invalid UTF-8"
    case zeroByte = "zero byte"
    case recordTooLong = "record too long"
    case malformed = "malformed record"
  }

  /// The kind without its details.
  public var category: Category {
    switch kind {
    case .fieldCount: .fieldCount
    case .unclosedQuote: .unclosedQuote
    case .textAfterQuote: .textAfterQuote
    case .invalidUTF8: .invalidUTF8
    case .zeroByte: .zeroByte
    case .recordTooLong: .recordTooLong
    case .malformed: .malformed
    }
  }

  /// `ratings.csv:12: 3 fields, expected 4`.
  public func message(path: String) -> String { "\(path):\(line): \(kind)" }
}
