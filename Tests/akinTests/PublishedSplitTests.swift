import Foundation
import TestSupport
import Testing

private let peers = projectFolder + "/../shared/peers"

/// Published splits, from the files to the numbers, against the Python evaluation that other libraries are measured with.
@Suite struct PublishedSplitTests {
  let folder = TemporaryFolder()

  private func evaluate(_ name: String, methods: String) throws -> [[String]] {
    let result = try akin(
      "evaluate", "--train", sharedData(name + "/train.txt.xz"), "--test", sharedData(name + "/test.txt.xz"),
      "--methods",
      methods, "--metrics", "recall@20,ndcg@20,precision@20", "--resamples", "1", "--lists", "lists.csv", "--quiet",
      in: folder)
    #expect(result.status == 0, "\(result.error)")
    return result.output.split(separator: "\n").dropFirst().map { $0.split(separator: "\t").map(String.init) }
  }

  /// Recall, NDCG and precision of `method`'s lists by `common.evaluate`, which masks what was trained on.
  private func python(_ name: String, method: String) throws -> [Double] {
    let script = """
      import sys, csv, lzma, numpy as np, scipy.sparse as sp
      sys.path.insert(0, sys.argv[1])
      import common
      def read(path):
        return {int(w[0]): [int(x) for x in w[1:]] for w in (line.split() for line in lzma.open(path, "rt")) if w}
      train, test = read(sys.argv[2]), read(sys.argv[3])
      users = max(max(train), max(test)) + 1
      items = max(max((max(r) for r in d.values() if r)) for d in (train, test)) + 1
      def rows(d):
        return np.concatenate([[0], np.cumsum([len(d.get(u, [])) for u in range(users)])]), np.array([i for u in range(users) for i in d.get(u, [])])
      ip, ix = rows(train)
      R = sp.csr_matrix((np.ones(ix.size, np.float32), ix, ip), shape=(users, items))
      scores = {}
      for row in csv.DictReader(open(sys.argv[4])):
        if row["method"] == sys.argv[5]: scores.setdefault(int(row["user"]), []).append((int(row["item"]), 1000 - int(row["rank"])))
      def score(us):
        out = np.zeros((len(us), items), np.float32)
        for j, u in enumerate(us):
          for i, s in scores.get(int(u), []): out[j, i] = s
          out[j, R.indices[R.indptr[u]:R.indptr[u + 1]]] = 5000
        return out
      print(*common.evaluate(score, R, rows(test)))
      """
    let printed = try Python.run(
      script,
      arguments: [
        peers, sharedData(name + "/train.txt.xz"), sharedData(name + "/test.txt.xz"), folder.file("lists.csv"), method,
      ], environment: ["PEERS_WORK": folder.path])
    return printed.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
  }

  @Test(
    .enabled(if: exists(sharedData("ml-100k/train.txt.xz")) && exists(peers + "/common.py"), "needs ../shared"),
    .enabled(if: Python.canImport("numpy", "scipy.sparse"), "needs python3 with numpy and scipy"))
  func `ml-100k equals the Python evaluation to six decimals`() throws {
    let table = try evaluate("ml-100k", methods: "popular,pixie:steps=500")
    for row in table {
      let expected = try python("ml-100k", method: row[0])
      try #require(expected.count == 3)
      for (found, wanted) in zip(row[1...3], expected) { #expect(abs(Double(found)! - wanted) < 5e-7, "\(row[0])") }
    }
    #expect(table.map { $0[0] } == ["popular", "pixie:steps=500"])
  }

  /// The numbers of the most popular items on this split: Recall@20 0.0416, NDCG@20 0.0317 (He et al.'s data, measured with
  /// the Python evaluation).
  @Test(.enabled(if: exists(sharedData("gowalla/train.txt.xz")), "needs ../shared"))
  func `gowalla's most popular items`() throws {
    let row = try evaluate("gowalla", methods: "popular")[0]
    #expect(abs(Double(row[1])! - 0.0416) < 0.00005)
    #expect(abs(Double(row[2])! - 0.0317) < 0.00005)
    // Python takes half a minute of a free core for this.
    guard ProcessInfo.processInfo.environment["AKIN_SLOW_TESTS"] != nil else { return }
    let expected = try python("gowalla", method: "popular")
    try #require(expected.count == 3)
    for (found, wanted) in zip(row[1...3], expected) { #expect(abs(Double(found)! - wanted) < 5e-7) }
  }
}
