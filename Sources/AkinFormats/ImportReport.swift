public import AkinGraph

/// What an import read, took for granted, merged and left out.
public struct ImportReport: Sendable, Equatable {
  /// The file, for messages.
  public var path: String
  /// "comma-separated text with a header, compressed by gzip".
  public var form = ""
  /// Edges were more than memory was to hold, and were sorted on disk.
  public var isSpilled = false
  /// Which column became what, and how that was found.
  public var columns: [String] = []
  /// Columns that became nothing.
  public var unused: [String] = []
  /// What was decided without being told and may be wrong.
  public var guesses: [String] = []
  /// Records that could be split into fields, those left out for another reason among them.
  public var records = 0
  /// Lines without a character, which are no records.
  public var blankLines = 0
  /// Bad records, by what is wrong with them.
  public var problems = ProblemTally()
  /// Name of the node type of who acts.
  public var sourceType = ""
  /// Name of the node type of what they act on.
  public var targetType = ""
  /// Name of the relation that was made.
  public var relation = ""
  /// Nodes of the source type.
  public var sources = 0
  /// Nodes of the target type; the same as `sources` where the types are one.
  public var targets = 0
  /// Edges of the relation, after merging.
  public var edges = 0
  /// Records that the duplicates policy merged into another.
  public var merged = 0
  /// The column of weights whose name says neither that they are ratings nor that they count.
  public var weightOfUnknownKind: String?
  /// The policy that repeated edges were merged by.
  public var duplicates = DuplicatePolicy.last
  /// What the file of labels gave; `nil` where there was none.
  public var labels: LabelReport?

  /// What a file of labels gave.
  public struct LabelReport: Sendable, Equatable {
    /// The file, for messages.
    public var path: String
    /// Which column is the key and which the label, and how they were found.
    public var columns: String
    /// Nodes that got a label.
    public var labelled = 0
    /// Keys that are no node of the graph.
    public var unmatched = 0
    /// Bad records of the file of labels.
    public var problems = ProblemTally()
    var records = 0
  }

  init(path: String) { self.path = path }
}

/// Bad records by kind, each kind with its first examples.
public struct ProblemTally: Sendable, Equatable {
  static let exampleCount = 5

  /// In the order in which the kinds were first met.
  public private(set) var kinds: [Kind] = []

  /// What can be wrong with a record, and how often it was.
  public struct Kind: Sendable, Equatable {
    /// In words: "wrong number of fields".
    public var name: String
    /// Records with this problem, also those that are no examples.
    public var count: Int
    /// "ratings.csv:12: …", the first five.
    public var examples: [String]
  }

  /// Bad records of all kinds.
  public var total: Int { kinds.reduce(0) { $0 + $1.count } }

  mutating func add(_ name: String, example: @autoclosure () -> String) {
    if let position = kinds.firstIndex(where: { $0.name == name }) {
      kinds[position].count += 1
      if kinds[position].examples.count < Self.exampleCount { kinds[position].examples.append(example()) }
    } else {
      kinds.append(Kind(name: name, count: 1, examples: [example()]))
    }
  }

  /// Those of a later part of the file.
  mutating func add(_ other: ProblemTally) {
    for kind in other.kinds {
      if let position = kinds.firstIndex(where: { $0.name == kind.name }) {
        kinds[position].count += kind.count
        kinds[position].examples += kind.examples.prefix(Self.exampleCount - kinds[position].examples.count)
      } else {
        kinds.append(kind)
      }
    }
  }

  mutating func add(_ problem: RecordProblem, of block: RecordBlock, path: String) {
    add(problem.category.rawValue, example: problem.message(path: path) + ": '\(block.excerpt(of: problem))'")
  }

  /// One line a kind and one an example.
  public var text: String {
    kinds.map { kind in
      "  \(kind.name): \(kind.count)\n" + kind.examples.map { "    \($0)\n" }.joined()
        + (kind.count > kind.examples.count ? "    …\n" : "")
    }.joined()
  }
}

/// Why an import ended without a graph, besides what is wrong with a file as a whole.
public enum ImportError: Error, Equatable, CustomStringConvertible {
  /// More bad records than may be skipped; all were counted first.
  case badRecords(path: String, bad: Int, total: Int, details: String)
  case noUsableRecord(path: String, total: Int, details: String)
  /// Under `isStrict`, what would otherwise have been guessed.
  case guessed(path: String, guesses: [String])

  public var description: String {
    switch self {
    case .badRecords(let path, let bad, let total, let details):
      "\(path): found \(bad) bad record\(bad == 1 ? "" : "s") of \(total), expected none "
        + "(--skip-bad N or P% leaves them out):\n\(details)".trimmingLastNewline
    case .noUsableRecord(let path, let total, let details):
      "\(path): found no usable record among \(total), expected at least one:\n\(details)".trimmingLastNewline
    case .guessed(let path, let guesses):
      "\(path): had to guess, which --strict forbids:\n" + guesses.map { "  \($0)" }.joined(separator: "\n")
    }
  }
}

extension String {
  fileprivate var trimmingLastNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
