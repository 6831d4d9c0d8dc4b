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
}
