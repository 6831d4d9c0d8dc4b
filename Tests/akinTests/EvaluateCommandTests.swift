import Foundation
import TestSupport
import Testing

/// The commands that measure, run as people run them.
@Suite struct EvaluateCommandTests {
  let folder = TemporaryFolder()

  private func women() throws {
    let result = try akin(
      "import", projectFolder + "/graphs/southern-women/attendance.csv", "-o", "women.akin", "--source", "woman",
      "--target", "event", "--quiet", in: folder)
    #expect(result.status == 0)
  }

  private func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
  }

  @Test func `a table of methods, the same on any number of threads`() throws {
    try women()
    func run(_ threads: String) throws -> CommandResult {
      try akin(
        "evaluate", "women.akin", "--methods", "random,popular,pixie:steps=5000", "--split", "leave-one-out", "--seed",
        "3", "-k", "3", "--threads", threads, in: folder)
    }
    let one = try run("1")
    #expect(one.status == 0)
    let table = rows(one.output)
    #expect(table[0] == ["method", "ndcg@3", "recall@3", "coverage@3", "novelty@3", "cpu_seconds", "peak_bytes"])
    #expect(table.dropFirst().map { $0[0] } == ["random", "popular", "pixie:steps=5000"])
    #expect(one.error.contains("18 test users, 18 held-out edges"))
    #expect(one.error.contains("/leave-one-out:seed=3"))
    let many = rows(try run("4").output)
    #expect(table.map { $0.prefix(5) } == many.map { $0.prefix(5) })
    // Her own events tell more than chance.
    #expect(Double(table[3][1])! > Double(table[1][1])!)
  }

  @Test func `a token gives the same split, and only on its graph`() throws {
    try women()
    let first = try akin(
      "evaluate", "women.akin", "--methods", "popular", "--test-share", "0.3", "--seed", "5", "-k", "3", in: folder)
    let token = first.error.split(separator: "\n").first { $0.hasPrefix("split token: ") }!.dropFirst(13)
    let again = try akin(
      "evaluate", "women.akin", "--methods", "popular", "--split", String(token), "--seed", "5", "-k", "3", in: folder)
    #expect(rows(again.output).map { $0.prefix(5) } == rows(first.output).map { $0.prefix(5) })
    let other = try akin(
      "evaluate", "women.akin", "--split", "0123456789abcdef/random:share=0.3,seed=5", in: folder)
    #expect(other.status == 2)
    #expect(other.error.hasPrefix("error: --split: the split was made from graph 0123456789abcdef, this one is "))
  }

  @Test func `JSON and report and lists`() throws {
    try women()
    let result = try akin(
      "evaluate", "women.akin", "--methods", "popular,pixie:steps=2000", "--split", "leave-one-out", "-k", "5",
      "--json",
      "--report", "report.html", "--lists", "lists.csv", "--quiet", in: folder)
    #expect(result.status == 0)
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["format"] as? String == "akin.evaluation/1")
    let methods = try #require(object["methods"] as? [[String: Any]])
    #expect(methods.map { $0["title"] as? String } == ["popular", "pixie:steps=2000"])
    let values = try #require(methods[0]["metrics"] as? [[String: Any]])
    let ndcg = try #require(values[0]["value"] as? Double)

    // What the lists say when they are scored again.
    let page = String(decoding: bytes(of: folder.file("report.html")), as: UTF8.self)
    #expect(page.contains("<title>") && page.contains("Accuracy against coverage"))
    #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("<script"))
    #expect(page.components(separatedBy: "<svg").count - 1 == page.components(separatedBy: "</svg>").count - 1)
    #expect(page.components(separatedBy: "role=\"img\"").count - 1 == 8)
    #expect(page.components(separatedBy: "<figure>").count - 1 == 8)
    let lists = String(decoding: bytes(of: folder.file("lists.csv")), as: UTF8.self)
    #expect(lists.hasPrefix("method,user,rank,item,score\npopular,"))
    #expect(ndcg > 0)
  }

  @Test(.enabled(if: Python.canImport("xml.dom.minidom"), "needs Python"))
  func `the page is well-formed XML apart from its doctype`() throws {
    try women()
    _ = try akin(
      "evaluate", "women.akin", "--methods", "random,popular,pixie:steps=500", "--split", "user-folds", "--folds", "3",
      "-k", "4", "--report", "r.html", "--quiet", in: folder)
    let printed = try Python.run(
      """
      import sys, re, xml.dom.minidom
      text = open(sys.argv[1]).read().replace("<!DOCTYPE html>", "")
      text = re.sub(r"<(meta[^>]*)>", r"<\\1/>", text)
      text = re.sub(r"<style>.*?</style>", "", text, flags=re.S)
      document = xml.dom.minidom.parseString(text)
      print(len(document.getElementsByTagName("figure")))
      """, arguments: [folder.file("r.html")])
    #expect(printed == "8\n")
  }

  @Test func `given pairs are taken out of training, and strangers are reported`() throws {
    try women()
    folder.write("woman,event\nEvelyn Jefferson,E9\nEvelyn Jefferson,E99\nnobody,E1\n", to: "test.csv")
    let result = try akin(
      "evaluate", "women.akin", "--test", "test.csv", "--methods", "popular", "--metrics", "recall@5", in: folder)
    #expect(result.status == 0)
    #expect(result.error.contains("2 of 3 pairs left out: a user or item that the graph does not have"))
    #expect(result.error.contains("given test pairs that were in the training data, and were taken out of it: 1 of 1"))
    // E9 stays the second most popular event without her.
    #expect(rows(result.output)[1].prefix(2) == ["popular", "1.0"])
  }

  @Test func `vectors from a file are a method like any other`() throws {
    try women()
    // Of events, as far along the season as their number.
    folder.write(
      (1...14).map { "E\($0),\(1),\(Double($0) / 14)\n" }.joined(), to: "events.csv")
    func table(_ methods: String, _ metrics: String = "ndcg@5") throws -> [[String]] {
      let result = try akin("evaluate", "women.akin", "--methods", methods, "--metrics", metrics, "--quiet", in: folder)
      #expect(result.status == 0, "\(result.error)")
      return rows(result.output)
    }
    let exact = try table("random,vectors:embeddings=events.csv:metric=l2")
    #expect(exact.count == 3 && Double(exact[2][1])! > 0)
    let approximate = try table("vectors:embeddings=events.csv:metric=l2:index=hnsw:ef=100,random")
    #expect(approximate[1][1] == exact[2][1], "of 14 vectors every one is found")
    let tuned = try akin(
      "tune", "women.akin", "--method", "vectors", "--set", "embeddings=events.csv", "--set", "index=hnsw", "--trials",
      "2", "-o", "best.json", "--quiet", in: folder)
    #expect(tuned.status == 0, "\(tuned.error)")
    let refused = try akin("evaluate", "women.akin", "--methods", "vectors", in: folder)
    #expect(refused.status != 0 && refused.error.contains("expected a file of vectors"), "\(refused.error)")
    let missing = try akin("evaluate", "women.akin", "--methods", "vectors:embeddings=none.csv", in: folder)
    #expect(missing.status == 1 && missing.error.contains("none.csv"), "\(missing.error)")
  }

  @Test func `what is wrong is said before any work, with its status`() throws {
    try women()
    func fails(_ status: Int32, _ text: String, _ arguments: String...) throws {
      let result = try command(akinPath, ["evaluate"] + arguments, in: folder.path)
      #expect(result.status == status, "\(arguments): \(result.error)")
      #expect(result.error.contains(text), "\(arguments): \(result.error)")
      #expect(result.output == "")
    }
    try fails(
      2, "--methods: no method 'pixi'; did you mean 'pixie'?\n", "women.akin", "--methods", "pixi")
    try fails(
      1, "found no held-out edge that counts as relevant: the heaviest weighs 1.0, expected at least 99.0",
      "women.akin",
      "--relevant-from", "99")
    try fails(2, "found 'popular' twice", "women.akin", "--methods", "popular,popular")
    try fails(2, "unknown metric 'ndgc@10'; did you mean 'ndcg@10'?", "women.akin", "--metrics", "ndgc@10")
    try fails(
      2, "rmse needs methods that predict ratings: rating-bias, user-rating, biased-mf; found 'popular'", "women.akin",
      "--metrics", "rmse")
    try fails(2, "expected at most -k 5", "women.akin", "--metrics", "ndcg@10", "-k", "5")
    try fails(2, "no split 'foo'", "women.akin", "--split", "foo")
    try fails(2, "has no parameter 'gap'", "women.akin", "--gap", "1d")
    try fails(2, "--train needs --test", "--train", "x.csv")
    try fails(2, "expected a graph, or --train with --test")
    try fails(1, "split 'temporal' goes by time", "women.akin", "--split", "temporal")
    try fails(1, "no relation from 'event' to a category", "women.akin", "--methods", "popular-in-category")
    try fails(1, "needs the categories of the items", "women.akin", "--metrics", "diversity@5")
    try fails(1, "nowhere/r.html", "women.akin", "--report", "nowhere/r.html")
  }

  @Test func `tuned parameters go into every command, and a journal is gone on with`() throws {
    try women()
    func tune(_ trials: String) throws -> CommandResult {
      try akin(
        "tune", "women.akin", "--method", "pixie", "--split", "leave-one-out", "--objective", "ndcg@3", "--set",
        "steps=300",
        "--trials", trials, "-o", "best.json", in: folder)
    }
    let first = try tune("4")
    #expect(first.status == 0)
    #expect(first.output.hasSuffix("wrote best.json\n"))
    let journal = bytes(of: folder.file("best.json.journal"))
    #expect(journal.count { $0 == 10 } == 5)
    let second = try tune("6")
    #expect(second.error.hasPrefix("best.json.journal: going on after 4 trials\n5: "))
    #expect(bytes(of: folder.file("best.json.journal")).starts(with: journal))
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(bytes(of: folder.file("best.json")))) as? [String: Any])
    #expect(object["format"] as? String == "akin.parameters/1")
    let related = try akin("related", "women.akin", "E1", "--params", "best.json", "--json", in: folder)
    #expect(related.status == 0 && related.output.contains("\"steps\" : \"300\""))
    let mixed = try akin(
      "related", "women.akin", "E1", "--params", "best.json", "--set", "steps=7", "--json", in: folder)
    #expect(mixed.output.contains("\"steps\" : \"7\""))
    let evaluated = try akin(
      "evaluate", "women.akin", "--methods", "popular", "--params", "best.json", "--metrics", "ndcg@3", in: folder)
    #expect(rows(evaluated.output).map { $0[0] } == ["method", "popular", "pixie (best.json)"])
    let conflict = try akin(
      "related", "women.akin", "E1", "--params", "best.json", "--method", "popular", in: folder)
    #expect(conflict.status == 2)
    let other = try akin(
      "tune", "women.akin", "--method", "pixie", "--objective", "ndcg@5", "-o", "best.json", in: folder)
    #expect(other.status == 1 && other.error.contains("the journal of another search"))
    folder.write(
      "{\"format\":\"akin.parameters/1\",\"method\":\"pixie\",\"parameters\":{\"restart\":7}}", to: "bad.json")
    let bad = try akin("related", "women.akin", "E1", "--params", "bad.json", in: folder)
    #expect(
      bad.error == "error: bad.json: parameter 'restart' of method 'pixie': found '7', expected a number from 0 to 1\n")
  }

  @Test func `AUC, ratings and several seeds`() throws {
    let ratings = (0..<20).flatMap { user in
      (0..<10).filter { (user * 3 + $0 * 5) % 4 != 0 }.map { "u\(user),i\($0),\(1 + (user % 3 + $0 % 3))" }
    }
    folder.write("user,item,rating\n" + ratings.joined(separator: "\n") + "\n", to: "ratings.csv")
    #expect(try akin("import", "ratings.csv", "-o", "r.akin", in: folder).status == 0)
    let rated = try akin(
      "evaluate", "r.akin", "--methods", "rating-bias,user-rating", "--metrics", "rmse,mae,auc", "--quiet", in: folder)
    #expect(rated.status == 0)
    let table = rows(rated.output)
    #expect(table[0].prefix(4) == ["method", "rmse", "mae", "auc"])
    for row in table.dropFirst() {
      let (rmse, mae, auc) = (Double(row[1])!, Double(row[2])!, Double(row[3])!)
      #expect(mae <= rmse && rmse < 1 && (0...1).contains(auc), "\(row)")
    }
    let seeds = try akin(
      "evaluate", "r.akin", "--methods", "random,popular", "--metrics", "ndcg@5", "--repeats", "4", in: folder)
    #expect(seeds.error.contains("random, standard deviation over 4 seeds: ndcg@5 ±0."))
    #expect(!seeds.error.contains("popular, standard deviation"))
  }
}
