import AkinParallel

/// The state of reading one file of lists.
struct ListReading {
  let path: String
  var methods = NameIndex()
  var entries: [ListFile.Entry] = []
  var order: [UInt32] = []
  var hasRanks = false
  var hasScores = false
  private var known: [Bool] = []

  init(path: String) { self.path = path }

  /// Whether the first line that is not blank holds whole numbers and spaces only, two of them at least.
  static func isOneUserALine(_ path: String) throws(FormatError) -> Bool {
    let source = try ByteSource(path: path)
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = try source.read(into: &bytes, range: 0..<bytes.count)
    guard count > 0 else { throw .empty(path: path) }
    let lines = bytes[..<count].split(separator: Ascii.lineFeed)
    guard let line = lines.first(where: { !$0.allSatisfy { $0 <= Ascii.space } }) else { return false }
    let isNumeric = line.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == Ascii.space || $0 == Ascii.carriageReturn
    }
    return isNumeric && (line.contains(Ascii.space) || lines.count > 1)
  }

  private mutating func meet(_ user: UInt32) {
    while known.count <= Int(user) { known.append(false) }
    if !known[Int(user)] {
      known[Int(user)] = true
      order.append(user)
    }
  }

  mutating func readLines(
    users: inout NameIndex, items: inout NameIndex, cancellation: Cancellation
  ) throws {
    let source = try ByteSource(path: path)
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    var pending: [UInt8] = []
    var line: UInt64 = 0
    _ = methods.number(of: "")
    func take(_ text: ArraySlice<UInt8>, _ reading: inout ListReading) {
      line += 1
      let words = text.split(whereSeparator: { $0 == Ascii.space || $0 == Ascii.tab || $0 == Ascii.carriageReturn })
      guard let first = words.first else { return }
      let user = users.number(of: String(decoding: first, as: UTF8.self))
      reading.meet(user)
      for (rank, word) in words.dropFirst().enumerated() {
        let item = items.number(of: String(decoding: word, as: UTF8.self))
        reading.entries.append(
          ListFile.Entry(method: 0, user: user, item: item, rank: Double(rank + 1), score: 0, line: line))
      }
    }
    while true {
      try cancellation.check()
      let count = try source.read(into: &buffer, range: 0..<buffer.count)
      var start = 0
      while let end = buffer[start..<count].firstIndex(of: Ascii.lineFeed) {
        if pending.isEmpty {
          take(buffer[start..<end], &self)
        } else {
          pending += buffer[start..<end]
          take(pending[...], &self)
          pending.removeAll(keepingCapacity: true)
        }
        start = end + 1
      }
      pending += buffer[start..<count]
      if count < buffer.count { break }
    }
    if !pending.isEmpty { take(pending[...], &self) }
  }

  mutating func readTable(
    users: inout NameIndex, items: inout NameIndex, cancellation: Cancellation
  ) throws {
    let reader = try DelimitedReader(path: path)
    func column(_ names: [String]) -> Int? {
      reader.columns.firstIndex { names.contains(ColumnNames.normalized($0)) }
    }
    let method = column(["method", "model", "algorithm"])
    let rank = column(["rank", "position"])
    // What has a meaning of its own here must not be taken for a user or an item.
    let free = reader.columns.indices.filter { $0 != method && $0 != rank }
    let roles = try ColumnRoles.choose(from: free.map { reader.columns[$0] }, path: path)
    let user = free[roles.source.index]
    let item = free[roles.target.index]
    let score = roles.weight.map { free[$0.index] }
    hasRanks = rank != nil
    hasScores = score != nil
    if method == nil { _ = methods.number(of: "") }
    var block = RecordBlock()
    while try reader.nextBlock(into: &block) {
      try cancellation.check()
      if let problem = block.problems.first {
        throw ListFileError.badRecord(message: problem.message(path: path))
      }
      for record in 0..<block.count {
        let line = block.line(record)
        func name(_ column: Int) throws(ListFileError) -> String {
          guard !block.range(record, column).isEmpty else {
            throw .emptyName(path: path, line: line, column: reader.columns[column])
          }
          return block.text(record, column)
        }
        func number(_ column: Int) throws(ListFileError) -> Double {
          guard let value = Double(block.text(record, column)), value.isFinite else {
            throw .badNumber(
              path: path, line: line, column: reader.columns[column], found: block.text(record, column))
          }
          return value
        }
        let who = users.number(of: try name(user))
        meet(who)
        entries.append(
          ListFile.Entry(
            method: try method.map { methods.number(of: try name($0)) } ?? 0, user: who,
            item: items.number(of: try name(item)), rank: try rank.map { try number($0) } ?? 0,
            score: try score.map { try number($0) } ?? 0, line: line))
      }
    }
  }
}
