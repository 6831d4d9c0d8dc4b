import TestSupport
import Testing

@Suite struct RankCommandTests {
  let folder = TemporaryFolder()

  init() throws {
    let made = try akin(
      "import", projectFolder + "/graphs/southern-women/attendance.csv", "-o", "women.akin", "--source", "woman",
      "--target", "event", in: folder)
    try #require(made.status == 0)
  }

  /// The rows of a table without its heading.
  private func rows(_ arguments: String...) throws -> [[String]] {
    let result = try command(akinPath, ["rank", "women.akin"] + arguments, in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    return result.output.split(separator: "\n").dropFirst().map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func `one score alone is that of the whole ranking`() throws {
    let all = try rows("--from", "Evelyn Jefferson", "--tolerance", "1e-12", "-k", "100")
    #expect(all.count == 18 + 14)
    #expect(abs(all.reduce(0) { $0 + Double($1[1])! } - 1) < 1e-9)
    for row in all.prefix(5) + all.suffix(5) {
      let pair = try rows("--from", "Evelyn Jefferson", "--to", row[3])
      #expect(pair.count == 1 && pair[0][3...] == ["\(row[2])", row[3], ""])
      let score = Double(row[1])!
      #expect(Double(pair[0][1])! <= score + 1e-12 && score <= Double(pair[0][2])! + 1e-12)
      #expect(abs(Double(pair[0][0])! - score) < 0.05 * score)
    }
  }

  @Test func `ways say where the surfer goes`() throws {
    let directed = try rows("--directed", "--type", "event", "-k", "3")
    #expect(try rows("--ways", "directed", "--type", "event", "-k", "3") == directed)
    #expect(
      try rows(
        "--ways", "interacted|interacted", "--relation-weight", "interacted=2", "--type", "event", "-k", "3", "--from",
        "E1"
      )
      .isEmpty == false)
    #expect(try rows("--ways", "all", "-k", "3") == rows("-k", "3"))
    #expect(try rows("-k", "3") != rows("--directed", "-k", "3"))
    // From events to those who came, and on to what they attended: there and back, in other words.
    let path = try rows("--ways", "^interacted/interacted", "--from", "E1", "-k", "14")
    let pairs = try rows("--ways", "there-and-back", "--from", "E1", "-k", "14")
    #expect(path.map { $0[3] } == pairs.map { $0[3] })
  }

  @Test(arguments: [
    (["--to", "E1"], "found --to without --from, expected both"),
    (["--directed", "--ways", "all"], "found both --ways and --directed, expected one"),
    (["--ways", "saved//x"], "--ways: found 'saved//x', expected 'there-and-back', 'all', 'directed'"),
    (["--ways", "^saved/saved"], "no relation 'saved', expected 'interacted'"),
    (["--ways", "^interacted/interacted", "--relation-weight", "interacted=2"], "relation 'interacted' has a weight"),
    (["--ways", "interacted/interacted"], "hop 2 of the metapath leaves from 'woman', expected 'event'"),
    (
      ["--from", "E1", "--to", "E2", "--relative-error", "0"], "--relative-error: found 0.0, expected a number above 0"
    ),
    (["--relation-weight", "saved=2"], "--relation-weight: found 'saved', expected 'interacted'"),
  ])
  func `wrong usage is named`(arguments: [String], message: String) throws {
    let result = try command(akinPath, ["rank", "women.akin"] + arguments, in: folder.path)
    #expect(result.status == 2)
    #expect(result.error.contains(message), "\(result.error)")
  }

  @Test func `lists follow the ways that a setting names`() throws {
    func list(_ settings: String...) throws -> CommandResult {
      try command(
        akinPath,
        ["related", "women.akin", "E1", "--method", "pagerank", "-k", "5", "--json", "--quiet"]
          + settings.flatMap { ["--set", $0] }, in: folder.path)
    }
    let plain = try list()
    #expect(plain.status == 0)
    #expect(plain.output.contains("\"ways\" : \"there-and-back\""))
    let path = try list("ways=^interacted/interacted")
    #expect(path.output.contains("\"ways\" : \"^interacted/interacted\""))
    let weighted = try list("ways=all", "weight.interacted=2")
    #expect(weighted.output.contains("\"weight.interacted\" : \"2.0\""))
    for (settings, message) in [
      (["ways=saved//x"], "parameter 'ways' of method 'pagerank': found 'saved//x', expected 'there-and-back'"),
      (["ways=saved"], "parameter 'ways' of method 'pagerank': found 'saved': no relation 'saved'"),
      (["ways=all", "weight.saved=2"], "no relation 'saved', expected 'interacted'"),
      (["weight.interacted=-1"], "parameter 'weight.interacted' of method 'pagerank': found '-1'"),
      (["weight.=1"], "no parameter 'weight.' (did you mean 'weight.RELATION'?), expected damping"),
    ] {
      let result = try command(
        akinPath, ["related", "women.akin", "E1", "--method", "pagerank"] + settings.flatMap { ["--set", $0] },
        in: folder.path)
      #expect(result.status == 2 && result.error.contains(message), "\(result.error)")
    }
  }
}
