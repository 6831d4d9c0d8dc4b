public import AkinGraph

/// What an import read, took for granted, merged and left out.
public struct ImportReport: Sendable, Equatable {
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
  public var records = 0
  public var blankLines = 0
  public var problems = ProblemTally()
  public var sourceType = ""
  public var targetType = ""
  public var relation = ""
  public var sources = 0
  public var targets = 0
  public var edges = 0
  /// Records that the duplicates policy merged into another.
  public var merged = 0
  public var duplicates = DuplicatePolicy.last
  public var labels: LabelReport?

  public struct LabelReport: Sendable, Equatable {
    public var path: String
    public var columns: String
    /// Nodes that got a label.
    public var labelled = 0
    /// Keys that are no node of the graph.
    public var unmatched = 0
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

  public struct Kind: Sendable, Equatable {
    public var name: String
    public var count: Int
    /// "ratings.csv:12: …", the first five.
    public var examples: [String]
  }

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
