import AkinFormats
import AkinGraph
import AkinParallel
import AkinRanking
import TestSupport
import Testing

@Suite struct InteractionImportTests {
  let folder = TemporaryFolder()

  func load(_ text: String, _ change: (inout ImportOptions) -> Void = { _ in }) throws -> InteractionImport {
    var options = ImportOptions()
    change(&options)
    return try InteractionImport(path: folder.write(text, to: "in.csv"), options: options)
  }

  /// source, target, weight, time of every edge, in the order of the rows.
  func edges(_ snapshot: Snapshot) throws -> [String] {
    let relation = snapshot.schema.relations[0]
    let adjacency = snapshot.relations[0].forward
    return try (0..<UInt32(adjacency.nodeCount)).flatMap { source in
      try adjacency.edges(of: source).map { edge in
        let from = try snapshot.name(of: NodeID(type: relation.sourceType, index: source))
        let to = try snapshot.name(of: NodeID(type: relation.targetType, index: try adjacency.neighbor(at: edge)))
        let weight = adjacency.attributes.weights.map { " \($0[edge])" } ?? ""
        let time = adjacency.attributes.times.map { " " + ($0.time(at: edge).map { "\($0)" } ?? "?") } ?? ""
        return "\(from) \(to)\(weight)\(time)"
      }
    }
  }

  @Test func `sessions taken for lists are warned of, and can be read as baskets`() throws {
    let text = "1 2 3\n1 4\n2 3 5 6\n"
    let lists = try load(text)
    #expect(lists.report.guesses.contains { $0.contains("1 of the first 3 lines") && $0.contains("--format baskets") })
    let baskets = try load(text) { $0.format = .baskets }
    #expect(
      try edges(baskets.snapshot) == ["1 1", "1 2", "1 3", "2 1", "2 4", "3 2", "3 3", "3 5", "3 6"])
    #expect(!baskets.report.guesses.contains { $0.contains("lines") })
    #expect(try !load("1 2 3\n2 4\n3 3 5 6\n").report.guesses.contains { $0.contains("--format baskets") })
  }

  @Test func `a first line that may be a record is said to have been taken for names`() throws {
    func warns(_ text: String, _ change: (inout ImportOptions) -> Void = { _ in }) throws -> Bool {
      try load(text, change).report.guesses.contains { $0.contains("--no-header") }
    }
    #expect(try warns("ann,tea\nbob,tea\n"))
    #expect(try !warns("ann,tea\nbob,tea\n") { $0.reading.header = .absent })
    #expect(try !warns("user,item\nbob,tea\n"))
  }

  @Test func `ids with blanks at their ends are said, and trimmed where that is asked for`() throws {
    let text = "user, item ,rating\nann,tea , 3\nann ,tea,4\nbob,tea,2\n"
    let kept = try load(text)
    #expect(
      kept.report.guesses == [
        "ids of type 'user' that begin or end with a blank: 1, the first 'ann '; they are other ids than those without it; "
          + "--trim leaves blanks out",
        "ids of type 'item' that begin or end with a blank: 1, the first 'tea '; they are other ids than those without it; "
          + "--trim leaves blanks out",
      ])
    #expect(try edges(kept.snapshot).count == 3)
    let trimmed = try load(text) { $0.reading.trimsBlanks = true }
    #expect(try edges(trimmed.snapshot) == ["ann tea 4.0", "bob tea 2.0"])
    #expect(trimmed.report.guesses == [] && trimmed.report.columns[1].hasPrefix("target item ("))
  }

  @Test func `ratings in MovieLens form`() throws {
    let result = try load(
      "userId,movieId,rating,timestamp\r\n7,1,4.0,1260759144\r\n7,2,2.5,\r\n1,2,3,1260759179\r\n7,1,5,1260759999\r\n")
    #expect(try edges(result.snapshot) == ["7 1 5.0 1260759999", "7 2 2.5 ?", "1 2 3.0 1260759179"])
    let schema = result.snapshot.schema
    #expect(schema.nodeTypes == [NodeType(name: "user", count: 2), NodeType(name: "movie", count: 2)])
    #expect(schema.relations[0].name == "rated")
    #expect(result.report.duplicates == .last)
    #expect(result.report.merged == 1)
    #expect(result.report.records == 4)
    #expect(result.report.guesses == [])
  }

  @Test func `counts add up and bare interactions are counted`() throws {
    #expect(try edges(load("user\tartist\tplays\na\tx\t3\na\tx\t4\n").snapshot) == ["a x 7.0"])
    #expect(try edges(load("user,item\na,x\na,x\nb,x\n").snapshot) == ["a x 2.0", "b x 1.0"])
    #expect(try edges(load("user,item\na,x\nb,x\n").snapshot) == ["a x", "b x"])
    #expect(try edges(load("user,item,rating\na,x,1\na,x,5\na,x,2\n") { $0.duplicates = .max }.snapshot) == ["a x 5.0"])
    #expect(try edges(load("user,item,rating\na,x,1\na,x,5\n") { $0.ignoresWeight = true }.snapshot) == ["a x 2.0"])
  }

  @Test func `one type on both sides`() throws {
    let result = try load("package,depends\ngit,libc6\nlibc6,git\n") {
      $0.columns = ColumnRequest(source: "package", target: "depends")
      $0.sourceType = "package"
      $0.targetType = "package"
      $0.relation = "depends"
    }
    #expect(result.snapshot.schema.nodeTypes == [NodeType(name: "package", count: 2)])
    #expect(try edges(result.snapshot) == ["git libc6", "libc6 git"])
    #expect(try load("source,target\n1,2\n").snapshot.schema.nodeTypes.map(\.name) == ["node"])
  }

  @Test func `times in other units and as dates`() throws {
    let milliseconds = try load("user,item,ts\na,x,1260759144999\n")
    #expect(try edges(milliseconds.snapshot) == ["a x 1260759144"])
    #expect(
      milliseconds.report.guesses == [
        "times as large as 1260759144999 were taken for milliseconds, not seconds (--time-unit says which)"
      ])
    #expect(
      try edges(load("user,item,ts\na,x,1260759144999\n") { $0.timeUnit = .seconds }.snapshot) == ["a x 1260759144999"])
    #expect(try edges(load("user,item,date\na,x,2009-12-14T02:52:24Z\n").snapshot) == ["a x 1260759144"])
    #expect(try load("user,item,ts\na,x,5\nb,x,6\n").report.guesses.count == 1)
    #expect(try edges(load("user,item,ts\na,x,5\n") { $0.ignoresTime = true }.snapshot) == ["a x"])
    #expect(throws: ImportError.self) { try load("user,item,ts\na,x,2009-12-14\na,y,1260759144\n") }
  }

  @Test func `dirt is counted to the end, with the first five of each kind`() throws {
    var text = "user,item,rating\n"
    for line in 0..<10 { text += "u\(line),i,\(line % 2 == 0 ? "0" : "3")\n" }
    text += ",i,3\nu,i\n"
    let path = folder.file("in.csv")
    func details(_ lines: [Int]) -> String {
      lines.map { "    \(path):\($0): column 'rating': found '0', expected a number above 0\n" }.joined()
    }
    let expected =
      "  weight that is not positive: 5\n" + details([2, 4, 6, 8, 10])
      + "  empty id: 1\n    \(path):12: column 'user': found '', expected an id\n"
    // Lines that cannot be split come first: they are met when their block is read.
    let ragged = "  wrong number of fields: 1\n    \(path):13: 2 fields, expected 3: 'u,i'\n"
    #expect(throws: ImportError.badRecords(path: path, bad: 7, total: 12, details: ragged + expected)) {
      try load(text)
    }
    #expect(throws: ImportError.self) { try load(text) { $0.skipping = .count(6) } }
    #expect(throws: ImportError.self) { try load(text) { $0.skipping = .percent(58) } }
    for limit in [SkipLimit.count(7), .percent(59)] {
      let result = try load(text) { $0.skipping = limit }
      // A bad record leaves no node behind.
      #expect(try edges(result.snapshot) == ["u1 i 3.0", "u3 i 3.0", "u5 i 3.0", "u7 i 3.0", "u9 i 3.0"])
      #expect(result.report.problems.total == 7)
    }
  }

  @Test func `nothing usable is an error even when all may be skipped`() throws {
    #expect(throws: ImportError.self) { try load("user,item,rating\na,x,0\n") { $0.skipping = .percent(100) } }
  }

  @Test(arguments: [
    ("a,b\n1,2\n", 3), ("movieId,userId\n1,2\n", 0), ("userId,movieId\nitem1,user1\n", 1), ("1,2\n3,4\n", 3),
    ("user,item,user_id\na,x,b\n", 1),
  ])
  func `guesses are reported, and are errors when strict`(text: String, count: Int) throws {
    #expect(try load(text).report.guesses.count == count)
    if count > 0 {
      #expect(throws: ImportError.guessed(path: folder.file("in.csv"), guesses: try load(text).report.guesses)) {
        try load(text) { $0.isStrict = true }
      }
    } else {
      _ = try load(text) { $0.isStrict = true }
    }
  }

  @Test func `columns asked for the wrong way round look swapped`() throws {
    let result = try load("userId,movieId\n1,2\n") { $0.columns = ColumnRequest(source: "movieId", target: "userId") }
    #expect(
      result.report.guesses == ["source 'movieId' and target 'userId' look swapped: users usually are the source"])
  }

  @Test func `labels name the targets`() throws {
    let labels = folder.write(
      "title,movieId,genres\n\"Story, Toy (1995)\",1,x\nHeat,6,y\n\"A \"\"B\"\"\",2,\n,3,\n", to: "movies.csv")
    let result = try load("userId,movieId\n7,1\n7,2\n8,3\n") { $0.labels = LabelOptions(path: labels) }
    let movies = result.snapshot.nodes[1]
    #expect(try (0..<3).map { try movies.name(of: $0) } == ["Story, Toy (1995)", "A \"B\"", "3"])
    #expect(result.report.labels?.labelled == 2)
    let repeated = folder.write("movieId,title\n1,A\n1,B\n2,\n", to: "repeated.csv")
    #expect(
      try load("userId,movieId\n7,1\n7,2\n") { $0.labels = LabelOptions(path: repeated) }.report.labels?.labelled == 1)
    #expect(result.report.labels?.unmatched == 1)
    #expect(result.report.labels?.columns == "title by movieId")
    #expect(throws: FormatError.self) {
      try load("userId,movieId\n7,1\n") { $0.labels = LabelOptions(path: labels, key: "nothing") }
    }
    let swapped = folder.write("movieId,title\n7,A\n8,B\n", to: "swapped.csv")
    #expect(
      try load("userId,movieId\n7,1\n8,1\n") { $0.labels = LabelOptions(path: swapped) }.report.guesses.count == 1)
    let strange = folder.write("movieId,title\n71,A\n", to: "strange.csv")
    #expect(
      try load("userId,movieId\n7,1\n") { $0.labels = LabelOptions(path: strange) }.report.guesses == [
        "no key of \(strange) is a target, so none has a label; expected the column of their ids (--label-key names it)"
      ])
    let padded = folder.write("movieId, title\n1 , A\n", to: "padded.csv")
    let trimmed = try load("userId,movieId\n7,1\n") {
      $0.labels = LabelOptions(path: padded)
      $0.labels?.trimsBlanks = true
    }
    #expect(try trimmed.snapshot.nodes[1].name(of: 0) == "A" && trimmed.report.guesses == [])
  }

  @Test func `columns that became nothing are named`() throws {
    #expect(try load("1\t2\t5\t8812\n1\t3\t4\t8813\n").report.unused == ["3", "4"])
    #expect(try load("userId,movieId,rating\n1,2,3\n") { $0.ignoresWeight = true }.report.unused == ["rating"])
  }

  @Test func `quotes in tab-separated files are mostly just characters`() throws {
    let labels = folder.write("id\tname\n1\t\"Weird Al\" Yankovic\n2\t\"quoted\tname\"\n3\t\"\n", to: "artists.tsv")
    var options = LabelOptions(path: labels)
    options.key = "id"
    let result = try load("user\titem\na\t1\na\t2\n") {
      $0.labels = options
      $0.skipping = .count(1)
    }
    #expect(try (0..<2).map { try result.snapshot.nodes[1].name(of: $0) } == ["\"Weird Al\" Yankovic", "quoted\tname"])
    // In comma-separated files quoting is the rule, and text after a quote a mistake.
    #expect(throws: ImportError.self) { try load("user,item\na,\"b\" c\n") }
  }

  @Test func `JSON is named as such`() throws {
    for text in [" [1, 2]\n", "[{\"user\": 1}]"] {
      #expect(
        throws: FormatError.unsupportedText(
          path: folder.file("in.csv"), found: "what looks like a JSON array",
          expected: "one object a line (JSON Lines), which jq -c '.[]' makes of an array")
      ) { try load(text) }
    }
  }

  @Test func `counts add up without loss, and too much is an error`() throws {
    let many = "user,item,count\n" + String(repeating: "a,x,16777216\na,x,1\n", count: 4)
    #expect(try edges(load(many).snapshot) == ["a x \(Float(4 * 16_777_217))"])
    #expect(throws: GraphError.sumTooLarge(relation: "interacted", source: "a", target: "x")) {
      try load("user,item,count\na,x,3e38\na,x,3e38\n")
    }
  }

  @Test func `reading stops when asked to`() throws {
    let execution = Execution()
    execution.cancellation.cancel()
    let path = folder.write("user,item\na,b\n", to: "in.csv")
    #expect(throws: CancellationError.self) { try InteractionImport(path: path, execution: execution) }
  }

  /// Every edge of a random table must be in the graph, whatever the size of blocks.
  @Test(arguments: UInt64(0)..<20)
  func `agrees with a plain map`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var text = "user,item,count\n"
    var sums: [String: Float] = [:]
    for _ in 0..<Int.random(in: 1...200, using: &random) {
      let pair = "u\(Int.random(in: 0..<12, using: &random)) i\(Int.random(in: 0..<12, using: &random))"
      let count = Int.random(in: 1...9, using: &random)
      sums[pair, default: 0] += Float(count)
      text += pair.replacing(" ", with: ",") + ",\(count)\n"
    }
    let result = try load(text) { $0.reading.blockSize = 1 + Int(seed) * 7 }
    #expect(try edges(result.snapshot).sorted() == sums.map { "\($0.key) \($0.value)" }.sorted())
    #expect(try result.snapshot.verify() == [])
  }
}
