import AkinParallel

/// Reads the file that names the targets.
struct LabelReading {
  /// Columns known for what people call a thing, in order of preference.
  private static let titles = [
    "title", "name", "label", "itemname", "booktitle", "movietitle", "productname", "displayname",
  ]

  private let reader: any RecordReader
  private let key: Int
  private let label: Int
  private(set) var report: ImportReport.LabelReport
  private(set) var guesses: [String] = []

  /// - Throws: `FormatError`.
  init(_ options: LabelOptions, targetColumn: String) throws(FormatError) {
    reader = try options.file.open()
    let columns = reader.columns
    func requested(_ name: String) throws(FormatError) -> Int {
      try ColumnRoles.choose(from: columns, request: ColumnRequest(source: name), path: options.path).source.index
    }
    func known(_ names: [String]) -> Int? {
      names.lazy.compactMap { name in columns.firstIndex { ColumnNames.normalized($0) == name } }.first
    }
    guard columns.count >= 2 else { throw .tooFewColumns(path: options.path, columns: columns) }
    if let name = options.key {
      key = try requested(name)
    } else if let found = known([ColumnNames.normalized(targetColumn)]) {
      key = found
    } else {
      key = 0
      guesses.append(
        "no column of \(options.path) is named as '\(targetColumn)', so '\(columns[0])' was taken for the key (--label-key names it)"
      )
    }
    if let name = options.label {
      label = try requested(name)
    } else if let found = known(Self.titles) {
      label = found
    } else {
      label = key == 1 ? 0 : 1
      guesses.append(
        "no column of \(options.path) is known to hold titles, so '\(columns[label])' was taken (--label names it)")
    }
    report = ImportReport.LabelReport(path: options.path, columns: "\(columns[label]) by \(columns[key])")
  }

  /// Hands every key with its label to `take`, which says whether the key is a node.
  mutating func read(execution: Execution, _ take: (_ key: String, _ label: String) throws -> Bool) throws {
    var block = RecordBlock()
    while try reader.nextBlock(into: &block) {
      try execution.cancellation.check()
      for problem in block.problems {
        let text = problem.message(path: reader.path).replacing("--encoding", with: "--label-encoding")
        report.problems.add(problem.category.rawValue, example: "\(text): '\(block.excerpt(of: problem))'")
      }
      for record in 0..<block.count where !block.range(record, label).isEmpty {
        if try take(block.text(record, key), block.text(record, label)) {
          report.labelled += 1
        } else {
          report.unmatched += 1
        }
      }
    }
    report.records = Int(reader.recordCount)
  }
}

/// Keys of a file of labels that come with another name a second time.
struct NamedTwice {
  /// By node, the hash of its name: names themselves would be held twice.
  private var names: [UInt32: Int] = [:]
  private var repeated: Set<UInt32> = []
  private(set) var first: String?
  var count: Int { repeated.count }

  mutating func add(_ name: String, of index: UInt32, key: String) {
    guard let earlier = names.updateValue(name.hashValue, forKey: index), earlier != name.hashValue else { return }
    if first == nil { first = key }
    repeated.insert(index)
  }
}
