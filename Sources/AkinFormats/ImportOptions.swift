public import AkinGraph

/// How a file of interactions becomes a graph. What is `nil` is found by name or guessed, and the report says how.
public struct ImportOptions: Sendable, Equatable {
  /// Which columns have which role.
  public var columns = ColumnRequest()
  /// No edge gets a weight, even where a column would be known for one.
  public var ignoresWeight = false
  /// No edge gets a time, even where a column would be known for one.
  public var ignoresTime = false
  /// How delimited text is read; other formats ignore it.
  public var reading = DelimitedOptions()
  /// `nil`: found by looking at the file.
  public var format: InputFormat?
  /// How the characters of the file are encoded.
  public var encoding = TextEncoding.utf8
  /// A table, or a query, of a database.
  public var table: String?
  /// An SQL query whose result is read in place of a table.
  public var query: String?
  /// Name of the node type of who acts; `nil`: after the column.
  public var sourceType: String?
  /// The name of the source type makes a relation within one type.
  public var targetType: String?
  /// Name of the relation; `nil`: found by what the weight is.
  public var relation: String?
  /// What becomes of repeated edges; `nil`: by what the weight is.
  public var duplicates: DuplicatePolicy?
  /// Unit of times that are numbers; `nil`: guessed by their size.
  public var timeUnit: TimeUnit?
  /// Where to find names of the targets; `nil` for none.
  public var labels: LabelOptions?
  /// How many bad records may be left out; by default none.
  public var skipping = SkipLimit.none
  /// Beyond it, edges go to disk as sorted runs.
  public var memory: MemoryBound?
  /// A guess fails the import instead of being reported.
  public var isStrict = false

  /// Everything is found or guessed, and no bad record is passed over.
  public init() {}
}

/// A file that names the targets.
public struct LabelOptions: Sendable, Equatable {
  /// The file, plain or compressed.
  public var path: String
  /// Column of the external id; `nil`: the one named as the target column, else the first.
  public var key: String?
  /// Column of the label; `nil`: the first with a name known for titles, else the second.
  public var label: String?
  /// How the characters of the file are encoded.
  public var encoding = TextEncoding.utf8
  /// As ``DelimitedOptions/trimsBlanks``.
  public var trimsBlanks = false

  var file: InputFile {
    var file = InputFile(path: path)
    file.encoding = encoding
    file.delimited.trimsBlanks = trimsBlanks
    return file
  }

  /// `nil` columns are found by name.
  public init(path: String, key: String? = nil, label: String? = nil) {
    self.path = path
    self.key = key
    self.label = label
  }
}

/// How many records may be left out because something is wrong with them.
public enum SkipLimit: Sendable, Equatable {
  case none
  case count(Int)
  /// Percent of the records, in 0...100.
  case percent(Double)

  /// `100` or `2.5%`; `nil` for anything else.
  public init?(_ text: String) {
    if text.hasSuffix("%") {
      guard let percent = Double(text.dropLast()), (0...100).contains(percent) else { return nil }
      self = .percent(percent)
    } else {
      guard let count = Int(text), count >= 0 else { return nil }
      self = .count(count)
    }
  }

  func allows(_ bad: Int, of total: Int) -> Bool {
    switch self {
    case .none: bad == 0
    case .count(let limit): bad <= limit
    case .percent(let limit): Double(bad) <= limit / 100 * Double(total)
    }
  }
}
