/// What separates the fields of a file, as its first lines suggest.
public struct DelimiterGuess: Sendable, Equatable {
  /// The byte that was chosen.
  public var delimiter: UInt8
  /// Fields of the first line.
  public var columnCount: Int
  /// Lines looked at, and how many of them have as many fields as the first.
  public var lineCount: Int
  /// Out of `lineCount`, the first line among them.
  public var agreeingLineCount: Int

  /// In order of preference where nothing else decides; a space only if none of the others is in the first line.
  static let candidates = [Ascii.tab, Ascii.comma, Ascii.semicolon, Ascii.pipe]
  static let linesLookedAt = 20

  /// Guesses from the beginning of a file: of the candidates in the first line, outside of quotes, the one that gives
  /// the most lines the same number of fields; then the one that gives the most fields; then tab, comma, semicolon, pipe.
  ///
  /// Blank lines do not count, nor does a last line without its end, unless it is the only one. Returns nil when the first
  /// line has no candidate: a file of one column.
  public init?(_ bytes: some Collection<UInt8>) {
    let lines = Self.counts(of: Self.candidates + [Ascii.space], in: bytes)
    guard let first = lines.first else { return nil }
    var guesses: [DelimiterGuess] = []
    for candidate in 0...Self.candidates.count where first[candidate] > 0 {
      if candidate == Self.candidates.count, !guesses.isEmpty { break }
      guesses.append(
        DelimiterGuess(
          delimiter: candidate < Self.candidates.count ? Self.candidates[candidate] : Ascii.space,
          columnCount: first[candidate] + 1, lineCount: lines.count,
          agreeingLineCount: lines.count { $0[candidate] == first[candidate] }))
    }
    // Of equals, max(by:) returns the first.
    let best = guesses.max { ($0.agreeingLineCount, $0.columnCount) < ($1.agreeingLineCount, $1.columnCount) }
    guard let best else { return nil }
    self = best
  }

  private init(delimiter: UInt8, columnCount: Int, lineCount: Int, agreeingLineCount: Int) {
    self.delimiter = delimiter
    self.columnCount = columnCount
    self.lineCount = lineCount
    self.agreeingLineCount = agreeingLineCount
  }

  /// How often each candidate is in each of the first lines, outside of quotes.
  private static func counts(of candidates: [UInt8], in bytes: some Collection<UInt8>) -> [[Int]] {
    var lines: [[Int]] = []
    var counts = [Int](repeating: 0, count: candidates.count)
    var inQuotes = false
    var isBlank = true
    for byte in bytes {
      if byte == Ascii.quote {
        inQuotes.toggle()
        isBlank = false
      } else if inQuotes {
        continue
      } else if byte == Ascii.lineFeed {
        if !isBlank { lines.append(counts) }
        if lines.count == linesLookedAt { return lines }
        counts = [Int](repeating: 0, count: candidates.count)
        isBlank = true
      } else {
        if byte != Ascii.carriageReturn { isBlank = false }
        if let candidate = candidates.firstIndex(of: byte) { counts[candidate] += 1 }
      }
    }
    if lines.isEmpty, !isBlank { lines.append(counts) }
    return lines
  }
}
