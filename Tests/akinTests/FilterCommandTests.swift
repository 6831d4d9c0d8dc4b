import AkinGraph
import Foundation
import TestSupport
import Testing

/// Views of a graph: by time, by topic, by degree, and what cannot be.
@Suite struct FilterCommandTests {
  let folder = TemporaryFolder()

  /// Twelve users on ten songs, one edge each day of 2024's first months; song 0 is everybody's.
  init() throws {
    var plays = "user,song,day\n"
    for user in 0..<12 {
      plays += "u\(user),s0,2024-01-\(user + 10)\n"
      for step in 0..<3 { plays += "u\(user),s\(1 + (user + step) % 9),2024-0\(step + 2)-01\n" }
    }
    folder.write(plays, to: "plays.csv")
    folder.write("song,mood\n" + (0..<10).map { "s\($0),\($0 % 2 == 0 ? "calm" : "loud")\n" }.joined(), to: "songs.csv")
    folder.write(
      """
      nodes:
        song:
          file: songs.csv
          id: song
          attributes:
            mood: {kind: category}
      relations:
        plays:
          file: plays.csv
          source: {type: user, column: user}
          target: {type: song, column: song}
          time: day
      primary: plays

      """, to: "schema.yaml")
    let result = try akin("import", "schema.yaml", "-o", "g.akin", "--quiet", in: folder)
    try #require(result.status == 0, "\(result.error)")
  }

  private func filtered(_ arguments: String...) throws -> Snapshot {
    let result = try command(akinPath, ["filter", "g.akin", "-o", "f.akin"] + arguments, in: folder.path)
    #expect(result.status == 0, "\(arguments): \(result.error)")
    return try Snapshot.open(folder.file("f.akin"))
  }

  @Test func `a window of time keeps what lies in it, its start included`() throws {
    let late = try filtered("--since", "2024-02-01")
    #expect(late.schema.relations[0].edgeCount == 36)
    #expect(try late.nodes[0].index(ofID: "s0") == nil, "a node without edges goes")
    #expect(try filtered("--until", "2024-02-01").schema.relations[0].edgeCount == 12)
    #expect(try filtered("--since", "2024-02-01", "--until", "2024-04-01").schema.relations[0].edgeCount == 24)
    let isolated = try filtered("--since", "2024-02-01", "--keep-isolated", "--relation", "plays")
    #expect(try isolated.nodes[0].index(ofID: "s0") != nil)
  }

  @Test func `pruning by topic takes edges of hubs alone`() throws {
    let pruned = try filtered("--topics", "mood", "--prune", "0.8")
    let whole = try Snapshot.open(folder.file("g.akin"))
    let (before, after) = (whole.relations[0].reverse, pruned.relations[0].reverse)
    for song in 0..<UInt32(10) {
      let id = "s\(song)"
      let (old, new) = (
        try #require(try whole.nodes[0].index(ofID: id)), try #require(try pruned.nodes[0].index(ofID: id))
      )
      let (was, now) = (try before.degree(of: old), try after.degree(of: new))
      #expect(now > 0 && now <= Int(pow(Double(was), 0.8).rounded(.up)), "song \(song): \(now) of \(was)")
    }
    #expect(pruned.schema.relations[0].edgeCount < whole.schema.relations[0].edgeCount)
    let calmer = try filtered("--topics", "mood", "--drop-diverse", "50")
    #expect(calmer.schema.relations[0].edgeCount < 48)
  }

  @Test func `what cannot be is said, and nothing is written`() throws {
    func refusal(_ status: Int32, _ arguments: String...) throws -> String {
      let result = try command(akinPath, ["filter", "g.akin", "-o", "f.akin"] + arguments, in: folder.path)
      #expect(result.status == status, "\(arguments): \(result.error)")
      #expect(!folder.names().contains("f.akin"))
      return String(result.error.prefix { $0 != "\n" })
    }
    #expect(
      try refusal(2, "--drop-diverse", "100", "--topics", "mood")
        == "error: --drop-diverse: found 100.0, expected 0 to below 100")
    #expect(try refusal(2, "--prune", "0.5").hasPrefix("error: --prune and --drop-diverse go with --topics"))
    #expect(
      try refusal(2, "--core", "2", "--relation", "likes") == "error: --relation: found 'likes', expected one of plays")
    #expect(try refusal(2, "--since", "soon").hasPrefix("error: --since: found 'soon', expected a date such as"))
    #expect(
      try refusal(1, "--topics", "key", "--prune", "0.5")
        == "error: --topics: found 'key', expected a category of the targets: mood")
    #expect(try refusal(1, "--core", "50").hasPrefix("error: no edge of 'plays' stays"))
    folder.write("user,item\na,x\n", to: "plain.csv")
    #expect(try akin("import", "plain.csv", "-o", "plain.akin", "--quiet", in: folder).status == 0)
    let timeless = try akin("filter", "plain.akin", "-o", "f.akin", "--since", "2024-01-01", in: folder)
    #expect(timeless.status == 1 && timeless.error.contains("has no times, expected one that has"))
  }
}
