import Foundation
import TestSupport
import Testing

@testable import AkinGraph

/// A kill at any moment leaves the old file or the new, and nothing in the way of the next run.
@Suite struct CrashTests {
  let folder = TemporaryFolder()
  let plan = KillPlan(rounds: 6)

  private func run(_ words: [String]) throws {
    let result = try command(akinPath, words, in: folder.path)
    #expect(result.status == 0, "\(words): \(result.error)")
  }

  private func interactions(_ users: Int, from first: Int = 0) -> String {
    (first..<first + users).reduce(into: "user,item\n") { text, user in
      for item in 0..<20 { text += "u\(user),i\((user * 7 + item * item * 3) % 400)\n" }
    }
  }

  @Test func `import`() throws {
    folder.write(interactions(3000), to: "old.csv")
    folder.write(interactions(4000), to: "new.csv")
    try run(["import", "old.csv", "-o", "old.akin", "--quiet"])
    let arguments = ["import", "new.csv", "-o", "graph.akin", "--quiet"]
    let longest = try plan.seconds(arguments, in: folder) * 1.2
    let allowed = try ["old.akin", "graph.akin"].map { try Snapshot.open(folder.file($0)).fingerprint }
    folder.write(bytes(of: folder.file("old.akin")), to: "graph.akin")
    var random = SplitMix64(seed: 1)
    for round in 0..<plan.rounds {
      let isDone = try plan.killed(arguments, in: folder, within: longest, using: &random)
      let graph = try Snapshot.open(folder.file("graph.akin"))
      #expect(isDone ? graph.fingerprint == allowed[1] : allowed.contains(graph.fingerprint), "round \(round)")
      #expect(try graph.verify() == [])
      if round % 2 == 1 { folder.write(bytes(of: folder.file("old.akin")), to: "graph.akin") }
    }
    try run(arguments)
    #expect(try Snapshot.open(folder.file("graph.akin")).fingerprint == allowed[1])
  }

  @Test func `append and compact`() throws {
    folder.write(interactions(800), to: "base.csv")
    try run(["import", "base.csv", "-o", "graph.akin", "--quiet"])
    let path = folder.file("graph.akin")
    var random = SplitMix64(seed: 2)
    var acknowledged: Set<Int> = []
    var longest = [0.15, 0.15]
    for round in 0..<plan.rounds {
      let first = 10_000 + 50 * round
      folder.write(interactions(50, from: first), to: "more.csv")
      let append = ["append", "graph.akin", "more.csv", "--quiet"]
      let compact = ["compact", "graph.akin", "--quiet"]
      if round == 0 {
        longest = [try plan.seconds(append, in: folder) * 1.2, try plan.seconds(compact, in: folder) * 1.2]
        acknowledged.insert(first)
        continue
      }
      if try plan.killed(append, in: folder, within: longest[0], using: &random) { acknowledged.insert(first) }
      let before = try Snapshot.open(path)
      _ = try plan.killed(compact, in: folder, within: longest[1], using: &random)
      let after = try Snapshot.open(path)
      #expect(after.fingerprint == before.fingerprint, "round \(round): compact changed the graph")
      #expect(try after.verify() == [])
      for user in 0...round {
        let number = 10_000 + 50 * user
        let degrees = try (number..<number + 50).map { name in
          try after.nodes[0].index(ofID: "u\(name)").map { try after.relations[0].forward.degree(of: $0) } ?? 0
        }
        #expect(degrees.allSatisfy { $0 > 0 } || degrees.allSatisfy { $0 == 0 }, "round \(round): half of an append")
        if acknowledged.contains(number) { #expect(degrees[0] > 0, "round \(round): an acknowledged append is lost") }
      }
    }
    try run(["compact", "graph.akin", "--quiet"])
    #expect(try Snapshot.openBase(path).verify() == [])
  }

  @Test func `a training goes on from its checkpoint to the same model`() throws {
    folder.write(interactions(300), to: "base.csv")
    try run(["import", "base.csv", "-o", "graph.akin", "--quiet"])
    let settings = ["size=8", "epochs=40", "check=1", "patience=100"].flatMap { ["--set", $0] }
    func arguments(_ output: String) -> [String] {
      ["train", "graph.akin", "--method", "lightgcn", "-o", output, "--quiet"] + settings
    }
    let longest = try plan.seconds(arguments("whole"), in: folder) * 1.1
    var random = SplitMix64(seed: 3)
    for round in 0..<max(2, plan.rounds / 3) {
      for _ in 0..<2 {
        _ = try plan.killed(
          arguments("cut") + (exists(folder.file("cut.checkpoint")) ? ["--resume"] : []), in: folder,
          within: longest, using: &random)
      }
      if exists(folder.file("cut.checkpoint")) {
        try run(arguments("cut") + ["--resume"])
      } else if !exists(folder.file("cut")) {
        try run(arguments("cut"))
      }
      let found = try ModelFile.fingerprint(of: folder.file("cut"))
      #expect(try found == ModelFile.fingerprint(of: folder.file("whole")), "round \(round)")
      try FileManager.default.removeItem(atPath: folder.file("cut"))
    }
  }
}
