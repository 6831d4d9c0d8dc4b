import TestSupport
import Testing

/// `akin train` as people call it.
@Suite struct TrainCommandTests {
  private let folder = TemporaryFolder()

  @Test func `a model is trained, asked and bound to its graph`() throws {
    let table = projectFolder + "/graphs/southern-women/attendance.csv"
    #expect(try akin("import", table, "-o", "women.akin", in: folder).status == 0)
    let trained = try akin(
      "train", "women.akin", "--method", "lightgcn", "--set", "epochs=20", "--set", "size=8", "-o", "women.model",
      in: folder)
    #expect(trained.status == 0)
    #expect(trained.output.isEmpty)
    #expect(
      trained.error == """
        note: the graph is too small to hold a slice out, so all 20 epochs were trained and the last was kept
        wrote women.model

        """)
    let user = try southernWomen()[0].0
    let asked = try akin("recommend", "women.akin", "--user", user, "--model", "women.model", "-k", "3", in: folder)
    #expect(asked.status == 0, "\(asked.error)")
    let unknown = try akin(
      "train", "women.akin", "--method", "lightgcn", "--set", "sampling=2", "-o", "other.model", in: folder)
    #expect(unknown.status == 1)
    #expect(
      unknown.error
        == "error: option 'sampling': found hard negatives with the softmax, expected another sampling, since the softmax "
        + "weighs negatives by their scores\n")
    #expect(folder.names().contains("women.model") && !folder.names().contains("other.model"))
  }

  @Test func `models and graphs do not replace each other, and nothing is no training to resume`() throws {
    let table = projectFolder + "/graphs/southern-women/attendance.csv"
    #expect(try akin("import", table, "-o", "women.akin", in: folder).status == 0)
    func train(_ words: String...) throws -> CommandResult {
      try command(
        akinPath, ["train", "women.akin", "--method", "als", "--set", "size=2", "--quiet"] + words, in: folder.path)
    }
    #expect(try train("-o", "women.model").status == 0)
    folder.write(bytes(of: folder.file("women.akin")), to: "other.akin")
    let overGraph = try train("-o", "other.akin")
    #expect(overGraph.status == 1)
    #expect(overGraph.error.hasPrefix("error: other.akin: cannot be written: it is a graph, expected"), "\(overGraph)")
    #expect(bytes(of: folder.file("other.akin")) == bytes(of: folder.file("women.akin")))
    // Similarities are a graph by their form, and a model by what they are for.
    func similar(_ path: String) throws -> CommandResult {
      try akin("train", "women.akin", "--method", "cosine", "--quiet", "-o", path, in: folder)
    }
    #expect(try similar("other.akin").error.contains("other.akin: cannot be written: it is a graph, expected"))
    for _ in 0..<2 { #expect(try similar("women.cosine").status == 0) }
    let overRows = try akin("import", table, "-o", "women.cosine", in: folder)
    #expect(overRows.error.contains("women.cosine: cannot be written: it is a model, expected"), "\(overRows)")
    let before = bytes(of: folder.file("women.model"))
    let overModel = try akin("import", table, "-o", "women.model", in: folder)
    #expect(overModel.error.contains("women.model: cannot be written: it is a model, expected"), "\(overModel)")
    let resumed = try train("-o", "women.model", "--resume")
    #expect(resumed.status == 1)
    #expect(
      resumed.error.hasPrefix("error: --resume: found no women.model.checkpoint, expected one"), "\(resumed)")
    #expect(bytes(of: folder.file("women.model")) == before)
    // Nothing is there yet: whoever repeats one command need not know whether it is the first time.
    #expect(try train("-o", "new.model", "--resume").status == 0)
  }
}
