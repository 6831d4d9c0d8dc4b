import TestSupport
import Testing

@Suite struct NeighborsCommandTests {
  private let folder = TemporaryFolder()

  init() {
    folder.write("id,x,y\na,1,0\nb,2,0.2\nc,0,3\nd,-1,0\nz,0,0\n", to: "v.csv")
  }

  @Test func `lists of one, several and all`() throws {
    let one = try akin("neighbors", "v.csv", "--query", "a", "-k", "2", in: folder)
    #expect(one.status == 0 && one.output == "rank\tscore\tid\n1\t0.9950372\tb\n2\t0.0\tc\n")
    #expect(
      one.error
        == "note: vectors that are all zeros: 1 of 5; the cosine with one counts as 0\n")
    let two = try akin(
      "neighbors", "v.csv", "--query", "a", "--query", "c", "-k", "1", "--metric", "l2", "--csv", in: folder)
    #expect(two.status == 0 && two.output == "source,rank,distance,id\na,1,1.0,z\nc,1,3.0,z\n" && two.error.isEmpty)
    let all = try akin("neighbors", "v.csv", "--all", "-k", "1", "--metric", "ip", "--quiet", in: folder)
    #expect(
      all.output == "source\titem\trank\tscore\na\tb\t1\t2.0\nb\ta\t1\t2.0\nc\tb\t1\t0.6\nd\tc\t1\t0.0\nz\ta\t1\t0.0\n")
    #expect(all.error.isEmpty)
    let file = try akin("neighbors", "v.csv", "--all", "-k", "1", "--metric", "ip", "-o", "out.csv", in: folder)
    #expect(file.status == 0 && file.output.isEmpty && file.error.contains("wrote out.csv: 5 lists"))
    #expect(
      String(decoding: bytes(of: folder.file("out.csv")), as: UTF8.self)
        == all.output.replacingTabs())
    let short = try akin("neighbors", "v.csv", "--query", "a", "--json", in: folder)
    #expect(short.output.contains("\"format\" : \"akin.neighbors/1\"") && short.output.contains("\"id\" : \"b\""))
    #expect(short.error.contains("note: 4 of 20 asked for"))
  }

  @Test func `an index is built, kept and asked again`() throws {
    let arguments = ["--query", "a", "-k", "3", "--metric", "l2"]
    let exact = try command(akinPath, ["neighbors", "v.csv"] + arguments, in: folder.path)
    let built = try command(
      akinPath,
      ["neighbors", "v.csv", "--index", "hnsw", "--m", "4", "--ef-construction", "10", "--recall", "--save", "v.index"]
        + arguments, in: folder.path)
    #expect(built.status == 0 && built.output == exact.output)
    #expect(built.error.contains("built hnsw over 5 vectors") && built.error.contains("wrote v.index"))
    #expect(built.error.contains("recall@3: 1.000 ± 0 over 5 vectors"))
    let again = try command(akinPath, ["neighbors", "v.index", "--query", "a", "-k", "3"], in: folder.path)
    #expect(again.status == 0 && again.output == exact.output && again.error.isEmpty)
    #expect(
      try command(akinPath, ["neighbors", "v.index", "--ef", "2"] + arguments, in: folder.path).output == exact.output)
    #expect(try akin("neighbors", "v.index", "--query", "a", "--metric", "ip", in: folder).status == 2)
    #expect(try akin("neighbors", "v.index", "--query", "a", "--index", "exact", in: folder).status == 2)
    #expect(try akin("neighbors", "v.index", "--query", "a", "--m", "5", in: folder).status == 2)
    var damaged = bytes(of: folder.file("v.index"))
    damaged[damaged.count / 2] ^= 1
    folder.write(damaged, to: "v.index")
    let refused = try akin("neighbors", "v.index", "--query", "a", in: folder)
    #expect(refused.status == 1 && refused.error.contains("v.index: damaged at"))
  }

  @Test func `the examples of the help run`() throws {
    folder.write(bytes(of: projectFolder + "/graphs/southern-women/vectors.csv"), to: "vectors.csv")
    let list = try akin("neighbors", "vectors.csv", "--query", "Evelyn Jefferson", "-k", "5", in: folder)
    // Evelyn went to 8 events, Theresa to 8, to 7 of them together: 7/8, up to rounding.
    #expect(list.status == 0 && list.output.hasPrefix("rank\tscore\tid\n1\t0.87"), "\(list)")
    #expect(list.output.contains("\tTheresa Anderson\n2\t"), "\(list)")
    let kept = try akin("neighbors", "vectors.csv", "--index", "hnsw", "--recall", "--save", "women.index", in: folder)
    #expect(kept.status == 0 && kept.output.isEmpty && kept.error.contains("recall@20: 1.000"), "\(kept)")
    let close = try akin("neighbors", "vectors.csv", "--query", "evelyn jeferson", in: folder)
    #expect(close.status == 1 && close.error.hasSuffix("; did you mean 'Evelyn Jefferson'?\n"), "\(close)")
  }

  @Test func `vectors without ids, and queries from a file`() throws {
    folder.write("2 2\nq 2 0\nr 0 2\n", to: "q.txt")
    folder.write([2, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 63], to: "v.fvecs")
    let rows = try akin("neighbors", "v.fvecs", "--queries", "q.txt", "-k", "1", "--quiet", in: folder)
    #expect(rows.output == "source\titem\trank\tscore\nq\t0\t1\t1.0\nr\t1\t1\t1.0\n" && rows.error.isEmpty)
    folder.write("north\neast\n", to: "ids.txt")
    let named = try akin("neighbors", "v.fvecs", "--ids", "ids.txt", "--query", "east", "-k", "1", in: folder)
    #expect(named.output == "rank\tscore\tid\n1\t0.0\tnorth\n")
    let few = try akin("neighbors", "v.fvecs", "--ids", "v.csv", "--query", "east", in: folder)
    #expect(few.status == 1 && few.error == "error: v.csv: the file: found 6 ids, expected 2, one for each vector\n")
  }

  @Test(arguments: [
    (["--query", "nobody"], 1, "no vector 'nobody', expected one of the 5 ids of v.csv"),
    ([], 2, "nothing to do"),
    (["--query", "a", "--all"], 2, "more than one of"), (["--query", "a", "-o", "x"], 2, "-o without --all"),
    (["--query", "a", "--metric", "l1"], 2, "--metric: found 'l1', expected ip, cosine, l2"),
    (["--query", "a", "--ef", "9"], 2, "without an index of kind hnsw"),
    (["--query", "a", "-k", "0"], 2, "at least 1"),
    (["--query", "a", "--index", "tree"], 2, "--index: found 'tree'"), (["--all", "-o", "v.csv"], 1, "it is an input"),
    (["--query", "a", "--ids", "v.csv"], 2, "which names its vectors"),
    (["--query", "a", "--format", "npy"], 1, "its start"),
  ])
  func `what goes wrong says so`(arguments: [String], status: Int32, message: String) throws {
    let result = try command(akinPath, ["neighbors", "v.csv"] + arguments, in: folder.path)
    #expect(result.status == status && result.error.contains(message) && result.output.isEmpty, "\(result)")
  }

  @Test func `vectors answer for a graph`() throws {
    folder.write("user,item\nu,a\nu,b\nv,c\nv,x\n", to: "g.csv")
    _ = try akin("import", "g.csv", "-o", "g.akin", in: folder)
    let related = try akin("related", "g.akin", "a", "--embeddings", "v.csv", "-k", "1", in: folder)
    #expect(
      related.status == 0 && related.output == "rank\tscore\ttype\tid\tlabel\n1\t0.9950371980667114\titem\tb\t\n",
      "\(related)")
    #expect(related.error.contains("note: v.csv has vectors of 3 of 4 nodes, and 2 of ids that are none of them"))
    let far = try akin(
      "recommend", "g.akin", "--user", "v", "--embeddings", "v.csv", "--set", "metric=l2", "--set", "index=hnsw",
      in: folder)
    #expect(far.status == 0 && far.output.contains("\titem\tb\t") && far.output.contains("\titem\ta\t"), "\(far)")
    let lonely = try akin("related", "g.akin", "x", "--embeddings", "v.csv", in: folder)
    #expect(lonely.status == 0 && lonely.error.contains("no source has a vector with a direction"))
    #expect(try akin("related", "g.akin", "a", "--embeddings", "v.csv", "--method", "pixie", in: folder).status == 2)
    #expect(try akin("related", "g.akin", "a", "--embeddings", "v.csv", "--set", "steps=3", in: folder).status == 2)
    folder.write("other,1\n", to: "w.csv")
    let strange = try akin("related", "g.akin", "a", "--embeddings", "w.csv", in: folder)
    #expect(strange.status == 1 && strange.error.contains("w.csv: method 'vectors' cannot work on this graph"))
    _ = try akin("neighbors", "v.csv", "--save", "v.index", in: folder)
    let kept = try akin("related", "g.akin", "a", "--embeddings", "v.index", "-k", "1", in: folder)
    #expect(kept.output == related.output)
    let all = try akin("related", "g.akin", "--all", "--embeddings", "v.csv", "-k", "1", "-o", "all.csv", in: folder)
    #expect(all.status == 0, "\(all)")
  }
}

extension String {
  fileprivate func replacingTabs() -> String { String(map { $0 == "\t" ? "," : $0 }) }
}
