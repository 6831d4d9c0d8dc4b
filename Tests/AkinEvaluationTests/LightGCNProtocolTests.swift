import AkinEvaluation
import Foundation
import Testing
import TestSupport

/// The evaluation in Python that other libraries are measured with here, which agrees with the public code of LightGCN.
private let peers =
  ProcessInfo.processInfo.environment["AKIN_PEERS"].map { URL(fileURLWithPath: $0) }
  ?? URL(fileURLWithPath: #filePath).appending(path: "../../../../shared/peers").standardizedFileURL
private let hasPeers = FileManager.default.fileExists(atPath: peers.appending(path: "common.py").path)

@Suite struct LightGCNProtocolTests {
  @Test(
    .enabled(if: hasPeers, "needs ../shared/peers/common.py, or its folder in AKIN_PEERS"),
    .enabled(if: Python.canImport("numpy", "scipy.sparse"), "needs python3 with numpy and scipy"),
    arguments: [(UInt64(1), 20), (2, 5), (3, 1)])
  func `equals the Python evaluation to six decimals`(seed: UInt64, k: Int) throws {
    let data = RandomRankings(users: 400, items: 300, length: 20, seed: seed)
    // Every seventh user has nothing held out and must not count.
    let relevant = data.relevant.enumerated().map { $0.offset % 7 == 3 ? [] : $0.element }
    let script = """
      import sys, json, numpy as np, scipy.sparse as sp
      sys.path.insert(0, sys.argv[1])
      import common
      data = json.load(open(sys.argv[2]))
      users, items = len(data["lists"]), data["items"]
      def rows(name): return np.concatenate([[0], np.cumsum([len(row) for row in data[name]])]), np.array(sum(data[name], []))
      seen, held = rows("history"), rows("relevant")
      train = sp.csr_matrix((np.ones(seen[1].size, np.float32), seen[1], seen[0]), shape=(users, items))
      scores = np.full((users, items), -1.0)
      for user, row in enumerate(data["lists"]): scores[user, row] = np.arange(len(row), 0, -1)
      # Items of the training data get the highest scores: the evaluation has to mask them.
      scores[train.nonzero()] = 1000.0
      print(*common.evaluate(lambda user: scores[user], train, held, k=int(sys.argv[3])))
      """
    let folder = FileManager.default.temporaryDirectory.appending(path: "akin-evaluation-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "data.json")
    let json =
      ["lists": data.lists, "relevant": relevant, "history": data.history, "items": data.itemCount] as [String: Any]
    try JSONSerialization.data(withJSONObject: json).write(to: file)
    let printed = try Python.run(
      script, arguments: [peers.path, file.path, "\(k)"], environment: ["PEERS_WORK": folder.path])
    let expected = printed.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    try #require(expected.count == 3, "printed '\(printed)'")

    let input = EvaluationInput(
      lists: try ItemLists(data.lists, itemCount: data.itemCount),
      truth: try GroundTruth(relevant, itemCount: data.itemCount))
    let metrics = [Metric(.recall, at: k), Metric(.ndcg, at: k), Metric(.precision, at: k)]
    let found = try input.evaluate(metrics).values.map { try #require($0.value) }
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 5e-7) }
    #expect(found.allSatisfy { $0 > 0.01 })
  }
}
