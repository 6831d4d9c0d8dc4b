public import AkinParallel

/// Names of nodes from a file, or from standard input for `-`: one a line, or a table with a column `id` or `item`, as
/// the lists that Akin prints.
///
/// The file is a table where its first line, cut at tabs or else at commas, has a field of one of these names; then it is
/// read as a delimited file. Blank lines are passed over, and what may be compressed elsewhere may be here.
public struct NameFile: Sendable {
  /// One name, and where it stands.
  public struct Entry: Sendable, Equatable {
    /// Not empty.
    public var name: String
    /// Line of the file, from 1.
    public var line: UInt64
  }

  /// The path, or `standard input`; for messages.
  public let path: String
  /// In the order of the file; a name may come more than once.
  public let entries: [Entry]

  /// - Throws: `FormatError`; `ListFileError` for a record that cannot be read or has an empty name; `CancellationError`.
  /// - Complexity: O(bytes).
  public init(_ path: String, cancellation: Cancellation = Cancellation()) throws {
    let source = try ByteSource(path: path)
    let first = try source.peek(1 << 16).prefix { $0 != Ascii.lineFeed && $0 != Ascii.carriageReturn }
    var options = DelimitedOptions()
    options.header = .absent
    // No text has this byte: a line is one field.
    options.delimiter = 0x1F
    var position = 0
    for delimiter in [Ascii.tab, Ascii.comma] {
      let fields = first.split(separator: delimiter, omittingEmptySubsequences: false)
      let names = fields.map { ColumnNames.normalized(String(decoding: $0, as: UTF8.self)) }
      guard let found = Self.columns.lazy.compactMap(names.firstIndex).first else { continue }
      options.delimiter = delimiter
      options.header = .present
      position = found
      break
    }
    let reader = try DelimitedReader(source: source, options: options)
    self.path = reader.path
    var entries: [Entry] = []
    var block = RecordBlock()
    while try reader.nextBlock(into: &block) {
      try cancellation.check()
      if let problem = block.problems.first {
        throw ListFileError.badRecord(message: problem.message(path: reader.path))
      }
      for record in 0..<block.count {
        guard !block.range(record, position).isEmpty else {
          throw ListFileError.emptyName(path: reader.path, line: block.line(record), column: reader.columns[position])
        }
        entries.append(Entry(name: block.text(record, position), line: block.line(record)))
      }
    }
    self.entries = entries
  }

  /// In order of preference.
  private static let columns = ["id", "itemid", "item"]
}
