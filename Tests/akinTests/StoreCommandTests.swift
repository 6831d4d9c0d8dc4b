import Foundation
@testable import TestSupport
import Testing

@testable import AkinGraph

@Suite struct StoreCommandTests {
  let folder = TemporaryFolder()
  let women = projectFolder + "/graphs/southern-women/attendance.csv"

  func importWomen() throws {
    let result = try akin(
      "import", women, "-o", "women.akin", "--source", "woman", "--target", "event", "--quiet", in: folder)
    #expect(result == CommandResult(status: 0, output: "", error: ""))
  }

  @Test func `append, remove, compact`() throws {
    try importWomen()
    folder.write("{\"woman\": \"Zoe\", \"event\": \"E1\"}\n{\"woman\": \"Zoe\", \"event\": \"E99\"}\n", to: "new.jsonl")
    #expect(
      try akin("append", "women.akin", "new.jsonl", in: folder)
        == CommandResult(
          status: 0,
          output: "women.akin: 2 edges added; new nodes: 1 woman, 1 event\n"
            + "  columns: source woman (by its name), target event (by its name)\n", error: ""))
    let related = try akin("related", "women.akin", "E99", "--quiet", in: folder)
    #expect(related.status == 0 && related.output.contains("E1\t"), "\(related)")
    let removed = try akin("append", "women.akin", "--remove-node", "event:E99", in: folder)
    #expect(removed.output.contains("stays in women.akin until 'akin compact women.akin'"))
    #expect(try akin("related", "women.akin", "E99", in: folder).status == 1)
    let verified = try akin("verify", "women.akin", in: folder)
    #expect(verified.output.contains("women.akin.log: sound: 3 changes in 2 batches"))
    #expect(
      try akin("compact", "women.akin", in: folder)
        == CommandResult(status: 0, output: "women.akin: compacted\n", error: ""))
    #expect(!folder.names().contains("women.akin.log"))
    #expect(try Snapshot.open(folder.file("women.akin")).relations[0].forward.edgeCount == 90)
    #expect(try akin("append", "women.akin", "--remove-node", "event:E99", in: folder).status == 1)
    #expect(try akin("append", "women.akin", in: folder).status == 2)
    folder.write("woman,event\nZoe,E1\nZoe,E2\nNobody,E1\n", to: "gone.csv")
    let absent = "gone.csv: 2 of 3 edges to take out are not in the graph, the first Zoe → E2"
    #expect(
      try akin("append", "women.akin", "gone.csv", "--remove", "--strict", in: folder)
        == CommandResult(status: 1, output: "", error: "error: \(absent); expected all of them, with --strict\n"))
    #expect(
      try akin("append", "women.akin", "gone.csv", "--remove", in: folder)
        == CommandResult(
          status: 0,
          output:
            "women.akin: 1 edge taken out\n  columns: source woman (by its name), target event (by its name)\nwhat was taken out stays in women.akin until 'akin compact women.akin'\n",
          error: "warning: \(absent)\n"))
  }

  @Test func `appended weights and times are read as imported ones are`() throws {
    folder.write("user,item,rating,timestamp\nann,x,4,1700000000\nbob,x,2,1700000001\n", to: "g.csv")
    #expect(try akin("import", "g.csv", "-o", "g.akin", "--quiet", in: folder).status == 0)
    folder.write("user,item,rating,timestamp\nann,y,3,1700000002000\n", to: "milliseconds.csv")
    let appended = try akin("append", "g.akin", "milliseconds.csv", "--time-unit", "milliseconds", in: folder)
    let columns =
      "  columns: source user (by its name), target item (by its name), weight rating (by its name), "
      + "time timestamp (by its name)\n"
    #expect(
      appended == CommandResult(status: 0, output: "g.akin: 1 edge added; new nodes: 1 item\n" + columns, error: ""))
    folder.write("user,item,rating,timestamp\nbob,x,5,1700000003\n", to: "again.csv")
    let again = try akin("append", "g.akin", "again.csv", in: folder)
    #expect(again.output == "g.akin: 1 edge added, 1 of a pair with an edge already\n" + columns)
    let info = try akin("info", "g.akin", in: folder)
    #expect(info.output.contains("With 2 changes of g.akin.log; 'akin compact' folds them in\n"))
    let edges = try akin("export", "g.akin", "-o", "out.csv", in: folder)
    #expect(edges.status == 0)
    #expect(
      String(decoding: bytes(of: folder.file("out.csv")), as: UTF8.self).split(separator: "\n").dropFirst().sorted()
        == [
          "ann,x,4.0,1700000000", "ann,y,3.0,1700000002", "bob,x,5.0,1700000003",
        ])

    folder.write("user,item,rating,timestamp\nann,x,-1,1700000004\nann,z,2,1700000004\n", to: "bad.csv")
    let bad = try akin("append", "g.akin", "bad.csv", in: folder)
    #expect(bad.status == 1 && bad.error.contains("bad.csv:2: column 'rating'") && bad.output == "", "\(bad)")
    let skipping = try akin("append", "g.akin", "bad.csv", "--skip-bad", "1", "--quiet", in: folder)
    #expect(skipping.status == 0 && skipping.error.contains("skipped 1"), "\(skipping)")
    folder.write("user,item,timestamp\nann,x,1700000004\n", to: "bare.csv")
    let bare = try akin("append", "g.akin", "bare.csv", in: folder)
    #expect(
      bare.error
        == "error: bare.csv: no column of weights among user, item, timestamp, expected one, which --weight names: every "
        + "edge of 'rated' has a weight\n")
    folder.write("ann ,x,2,1700000004\n", to: "padded.csv")
    let padded = try akin("append", "g.akin", "padded.csv", "--no-header", "--weight", "3", "--time", "4", in: folder)
    #expect(padded.error.contains("warning: 1 new id begins or ends with a blank, the first 'ann '"), "\(padded)")
    let trimmed = try akin(
      "append", "g.akin", "padded.csv", "--no-header", "--trim", "--weight", "3", "--time", "4", in: folder)
    #expect(trimmed.output.hasPrefix("g.akin: 1 edge added, 1 of a pair with an edge already\n"), "\(trimmed)")
    folder.write("user|item|rating|timestamp\nann|x|2|1700000004\n", to: "pipes.txt")
    let piped = try akin("append", "g.akin", "pipes.txt", "--delimiter", "|", in: folder)
    #expect(piped.output == "g.akin: 1 edge added, 1 of a pair with an edge already\n" + columns, "\(piped)")
    let refused = try akin("append", "g.akin", "pipes.txt", "--delimiter", "||", in: folder)
    #expect(refused.error.contains("--delimiter: found '||', expected one ASCII character or 'tab'"), "\(refused)")
  }

  @Test func `a graph that is written over another takes its log away`() throws {
    folder.write("user,item,timestamp\nann,x,1700000000\nbob,x,1700000001\n", to: "g.csv")
    #expect(try akin("import", "g.csv", "-o", "g.akin", "--quiet", in: folder).status == 0)
    folder.write("user,item\nann,y\n", to: "more.csv")
    let more = try akin("append", "g.akin", "more.csv", in: folder)
    #expect(more.error.contains("no column is known for a time, so the times are unknown"), "\(more)")
    let warning = "warning: g.akin.log: removed with 1 change to the graph that was there before\n"
    let again = try akin("import", "g.csv", "-o", "g.akin", "--quiet", in: folder)
    #expect(again.status == 0 && again.error == warning, "\(again)")
    #expect(try Snapshot.open(folder.file("g.akin")).nodes[1].count == 1)
    #expect(try akin("append", "g.akin", "more.csv", "--time", "none", "--quiet", in: folder).status == 0)
    let filtered = try akin("filter", "g.akin", "-o", "g2.akin", "--since", "2023", "--quiet", in: folder)
    #expect(filtered.status == 0, "\(filtered)")
    #expect(try Snapshot.open(folder.file("g2.akin")).relations[0].forward.edgeCount == 2)
    #expect(try akin("filter", "g.akin", "-o", "g2.akin", "--since", "2024", "--quiet", in: folder).status == 1)
  }

  @Test func `names where ids belong are found out`() throws {
    folder.write("user,item\nann,1\nbob,1\nbob,2\n", to: "g.csv")
    folder.write("item,title\n1,Dune\n2,Emma\n", to: "titles.csv")
    #expect(
      try akin("import", "g.csv", "-o", "g.akin", "--labels", "titles.csv", "--quiet", in: folder).status == 0)
    folder.write("user,item\nann,Emma\n", to: "new.csv")
    #expect(
      try akin("append", "g.akin", "new.csv", "--no-new-nodes", in: folder)
        == CommandResult(
          status: 1, output: "",
          error:
            "error: new.csv: found 1 new node of type 'item', the first 'Emma', expected none, with --no-new-nodes; "
            + "1 new id is the label of another node, the first 'Emma', which is the label of item '2'; expected ids; "
            + "nothing was appended\n"))
    let suspicion =
      "1 new id is the label of another node, the first 'Emma', which is the label of item '2'; expected ids"
    #expect(
      try akin("append", "g.akin", "new.csv", "--strict", in: folder)
        == CommandResult(status: 1, output: "", error: "error: \(suspicion), with --strict; nothing was appended\n"))
    #expect(try Snapshot.open(folder.file("g.akin")).nodes[1].count == 2)
    let warned = try akin("append", "g.akin", "new.csv", in: folder)
    #expect(warned.error == "warning: \(suspicion)\n" && warned.output.contains("new nodes: 1 item"))
  }

  @Test func `an append that is killed leaves all of its edges or none, and those before it`() throws {
    try importWomen()
    let path = folder.file("women.akin")
    var acknowledged: Set<String> = []
    var random = SplitMix64(seed: 7)
    for round in 0..<12 {
      folder.write("woman,event\n" + (0..<200).map { "w\(round),e\($0)\n" }.joined(), to: "b.csv")
      let process = Process()
      process.executableURL = URL(fileURLWithPath: akinPath)
      process.arguments = ["append", path, folder.file("b.csv"), "--quiet"]
      process.standardInput = FileHandle.nullDevice
      try process.run()
      usleep(UInt32.random(in: 0..<120_000, using: &random))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if process.terminationReason == .exit, process.terminationStatus == 0 { acknowledged.insert("w\(round)") }
      let live = try Snapshot.open(path)
      #expect(try live.verify() == [])
      for other in 0...round {
        let index = try live.nodes[0].index(ofID: "w\(other)")
        let degree = try index.map { try live.relations[0].forward.degree(of: $0) } ?? 0
        #expect(degree == 0 || degree == 200)
        if acknowledged.contains("w\(other)") { #expect(degree == 200, "round \(other)") }
      }
    }
    #expect(try akin("compact", path, "--quiet", in: folder).status == 0)
    let folded = try Snapshot.open(path)
    for woman in acknowledged { #expect(try folded.nodes[0].index(ofID: woman) != nil) }
  }

  @Test func `an import beyond its memory sorts on disk, and writes the same file`() throws {
    var text = "user,item,rating,timestamp\n"
    for number in 0..<420_000 {
      text += "u\(number * 7919 % 9001),i\(number * 104_729 % 5003),\(number % 9 + 1),\(1_600_000_000 + number)\n"
    }
    folder.write(text, to: "g.csv")
    #expect(try akin("import", "g.csv", "-o", "whole.akin", "--quiet", in: folder).status == 0)
    let bounded = try akin("import", "g.csv", "-o", "bounded.akin", "--memory", "80M", in: folder)
    #expect(bounded.status == 0 && bounded.output.contains("more edges than --memory holds"), "\(bounded)")
    // All but the time at which they were made, which is in the header.
    #expect(bytes(of: folder.file("bounded.akin")).dropFirst(64) == bytes(of: folder.file("whole.akin")).dropFirst(64))
    #expect(folder.names() == ["bounded.akin", "g.csv", "whole.akin"])
    let plan = try akin("import", "g.csv", "--plan", "--memory", "80M", in: folder)
    #expect(
      plan.status == 0 && plan.output.contains("within --memory 80M: edges are sorted in temporary files"), "\(plan)")
    let roomy = try akin("import", "g.csv", "--plan", "--memory", "1G", in: folder)
    #expect(roomy.output.contains("within --memory 1G: edges are sorted in memory"), "\(roomy)")
    let small = try akin("import", "g.csv", "-o", "no.akin", "--memory", "10M", in: folder)
    #expect(small.status == 2 && small.error.contains("--memory: found '10M', expected at least 80M"), "\(small)")
    #expect(try akin("import", "g.csv", "-o", "no.akin", "--memory", "many", in: folder).status == 2)
    // A failure leaves no temporary file either.
    folder.write(text + "u1,i1,none,5\n", to: "bad.csv")
    #expect(try akin("import", "bad.csv", "-o", "no.akin", "--memory", "80M", in: folder).status == 1)
    #expect(folder.names() == ["bad.csv", "bounded.akin", "g.csv", "whole.akin"])
  }

  @Test func `export and import give back the same edges`() throws {
    try importWomen()
    #expect(
      try akin("export", "women.akin", "-o", "out/", in: folder).output
        == "wrote out/nodes-0.csv\nwrote out/nodes-1.csv\nwrote out/edges-0.csv\nwrote out/schema.yaml\n")
    #expect(try akin("import", "out/schema.yaml", "-o", "again.akin", "--quiet", in: folder).status == 0)
    let (one, two) = (try Snapshot.open(folder.file("women.akin")), try Snapshot.open(folder.file("again.akin")))
    #expect(one.fingerprint == two.fingerprint)
    #expect(try akin("export", "women.akin", "-o", "women.what", in: folder).status == 2)
  }

  @Test func `filter writes a part`() throws {
    try importWomen()
    let result = try akin("filter", "women.akin", "-o", "core.akin", "--core", "4", in: folder)
    #expect(result.status == 0, "\(result)")
    let core = try Snapshot.open(folder.file("core.akin"))
    for node in 0..<UInt32(core.nodes[0].count) { #expect(try core.relations[0].forward.degree(of: node) >= 4) }
    for node in 0..<UInt32(core.nodes[1].count) { #expect(try core.relations[0].reverse.degree(of: node) >= 4) }
    #expect(try akin("filter", "women.akin", "-o", "core.akin", "--core", "50", in: folder).status == 1)
    #expect(try akin("filter", "women.akin", "-o", "core.akin", in: folder).status == 2)
  }

  @Test func `a file comes through a pipe`() throws {
    let script = "cat '\(women)' | '\(akinPath)' import - -o piped.akin --source woman --target event --quiet"
    #expect(try command("/bin/sh", ["-c", script], in: folder.path).status == 0)
    try importWomen()
    #expect(
      try Snapshot.open(folder.file("piped.akin")).fingerprint == Snapshot.open(folder.file("women.akin")).fingerprint)
  }
}
