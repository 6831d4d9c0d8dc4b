import AkinFormats
import AkinLinearAlgebra
import TestSupport
import Testing

/// What a trained model learned, as files that others read.
@Suite struct ModelExportTests {
  let folder = TemporaryFolder()

  init() throws {
    var ratings = "user,item,rating\n"
    for user in 0..<30 {
      for item in 0..<20 where (user * 7 + item * 3) % 5 < 2 {
        ratings += "u\(user),i\(item),\(1 + (user % 3 + item % 3))\n"
      }
    }
    folder.write(ratings, to: "g.csv")
    let result = try akin("import", "g.csv", "-o", "g.akin", "--quiet", in: folder)
    try #require(result.status == 0, "\(result.error)")
  }

  private func train(_ method: String, _ settings: String...) throws {
    let result = try command(
      akinPath,
      ["train", "g.akin", "--method", method, "-o", "\(method).model", "--quiet"] + settings.flatMap { ["--set", $0] },
      in: folder.path)
    try #require(result.status == 0, "\(result.error)")
  }

  private func exported(_ method: String, _ name: String, _ more: String...) throws -> VectorFile {
    let result = try command(
      akinPath, ["export", "g.akin", "--model", "\(method).model", "-o", name, "--quiet"] + more, in: folder.path)
    try #require(result.status == 0, "\(result.error)")
    return try VectorFile.read(folder.file(name))
  }

  @Test(arguments: ["als", "bpr-mf", "biased-mf", "lightgcn"])
  func `dot products of exported vectors are the scores`(method: String) throws {
    try train(method, "size=4", method == "als" ? "sweeps=3" : "epochs=3")
    let items = try exported(method, "items.npy")
    let users = try exported(method, "users.csv", "--type", "user")
    #expect(items.vectors.rowCount == 20 && users.vectors.rowCount == 30)
    #expect(items.vectors.columnCount == users.vectors.columnCount)
    let user = try #require(users.ids?.firstIndex(of: "u7"))
    let list = try akin(
      "recommend", "g.akin", "--user", "u7", "-k", "5", "--model", "\(method).model", "--csv", "--quiet", in: folder)
    #expect(list.status == 0, "\(list.error)")
    let rows = list.output.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    #expect(rows.count == 5)
    for row in rows {
      let item = try #require(items.ids?.firstIndex(of: String(row[3])))
      let product = (0..<items.vectors.columnCount).reduce(0.0) {
        $0 + Double(items.vectors[item, $1]) * Double(users.vectors[user, $1])
      }
      // Ratings are kept within those that there are.
      let score = method == "biased-mf" ? min(max(product, 1), 5) : product
      #expect(abs(score - Double(row[1])!) < 1e-4 * max(1, abs(score)), "\(row)")
    }
  }

  @Test func `exported vectors are a method of their own`() throws {
    try train("als", "size=4")
    _ = try exported("als", "items.npy")
    let related = try akin(
      "related", "g.akin", "i3", "--embeddings", "items.npy", "--ids", "items.npy.ids.txt", "--csv", "--quiet",
      in: folder)
    let beside = try akin("related", "g.akin", "i3", "--embeddings", "items.npy", "--csv", "--quiet", in: folder)
    #expect(beside == related, "ids are looked for beside the file")
    #expect(related.status == 0 && related.output.split(separator: "\n").count == 20, "\(related.error)")
  }

  @Test func `what has no vectors is refused, and nothing is written`() throws {
    func refusal(_ status: Int32, _ arguments: String...) throws -> String {
      let before = folder.names()
      let result = try command(akinPath, ["export", "g.akin"] + arguments, in: folder.path)
      #expect(result.status == status, "\(arguments): \(result.error)")
      #expect(folder.names() == before)
      return String(result.error.prefix { $0 != "\n" })
    }
    try train("ease")
    #expect(
      try refusal(1, "--model", "ease.model", "-o", "v.npy")
        == "error: method 'ease' has no embeddings, expected a model whose scores are products of vectors, such as als")
    try train("als", "size=4")
    #expect(try refusal(2, "--model", "als.model", "-o", "v.bin").hasPrefix("error: --output: found 'v.bin', expected"))
    #expect(
      try refusal(2, "--type", "user", "-o", "v.npy") == "error: found --type without --model, expected both or neither"
    )
    #expect(
      try refusal(2, "--model", "als.model", "--type", "shop", "-o", "v.npy")
        == "error: --type: found 'shop', expected one of user, item")
    #expect(
      try refusal(2, "--model", "als.model", "--relation", "rated", "-o", "v.npy").contains("expected the model alone"))
    #expect(try refusal(1, "--model", "g.akin", "-o", "v.npy").contains("g.akin"))
    #expect(try refusal(1, "--model", "als.model", "-o", "g.akin.npy/v.npy").contains("v.npy"))
  }
}
