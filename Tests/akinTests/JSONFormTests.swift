import Foundation
import TestSupport
import Testing

/// `docs/json.md` names every field that a command prints.
@Suite struct JSONFormTests {
  let folder = TemporaryFolder()
  let sections: [String: String]

  init() throws {
    let text = try String(contentsOfFile: projectFolder + "/docs/json.md", encoding: .utf8)
    let parts = text.components(separatedBy: "\n## ")
    sections = Dictionary(
      uniqueKeysWithValues: parts.map { part in
        (String(part.prefix { $0 != "\n" }), part)
      })
  }

  @Test func `every field is documented`() throws {
    let made = try akin(
      "import", projectFolder + "/graphs/southern-women/attendance.csv", "-o", "women.akin", "--source", "woman",
      "--target", "event", "--quiet", in: folder)
    #expect(made.status == 0)
    folder.write("user,item\nu,a\nu,b\nv,a\n", to: "test.csv")
    folder.write("user,item,rank\nu,a,1\nu,b,2\n", to: "before.csv")
    folder.write("user,item,rank\nu,b,1\nu,c,2\n", to: "after.csv")
    let commands = [
      ["related", "women.akin", "E1", "-k", "30", "--explain"],
      ["related", "women.akin", "E1", "--method", "pagerank"], ["recommend", "women.akin", "--user", "Flora Price"],
      ["explain", "women.akin", "--from", "E1", "--to", "E3"],
      ["explain", "women.akin", "--from", "E1", "--not", "E14", "-k", "3"],
      ["rank", "women.akin", "--from", "E1"], ["rank", "women.akin", "--from", "E1", "--to", "E3"],
      ["neighbors", projectFolder + "/graphs/southern-women/vectors.csv", "--query", "Evelyn Jefferson"],
      ["info", "women.akin"], ["neighborhoods", "women.akin", "E1", "E2", "-k", "3"],
      ["evaluate", "women.akin", "--methods", "random,popular", "--repeats", "2"],
      ["score", "--lists", "before.csv", "--test", "test.csv"], ["compare", "before.csv", "after.csv"],
      ["tune", "women.akin", "--method", "rp3beta", "--trials", "2", "-o", "best.json"],
      ["append", "women.akin", "new.csv", "--source", "woman", "--target", "event", "--quiet"],
      ["verify", "women.akin"], ["methods"],
    ]
    folder.write("woman,event\nSomebody,E1\n", to: "new.csv")
    var found: Set<String> = []
    for command in commands {
      let isReport = command[0] != "append"
      let result = try TestSupport.command(akinPath, command + (isReport ? ["--json"] : []), in: folder.path)
      #expect(result.status == 0, "\(command): \(result.error)")
      guard isReport else { continue }
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any], "\(command)")
      let format = try #require(object["format"] as? String, "\(command)")
      found.insert(format)
      // Nodes, items and explanations are described once.
      let described =
        try #require(sections[format], "\(format)") + sections["# JSON"]! + sections["akin.explanation/1"]!
      for key in keys(object).sorted() { #expect(described.contains("`\(key)`"), "\(format): \(key)") }
    }
    #expect(found == Set(sections.keys).subtracting(["# JSON", "akin.diagram/1"]))
  }

  /// Of the object and all within it, but not of dictionaries whose keys are names that people chose.
  private func keys(_ value: Any) -> Set<String> {
    if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(keys($1)) } }
    guard let object = value as? [String: Any] else { return [] }
    return object.reduce(into: Set(object.keys)) { found, entry in
      if !["parameters", "nodeCounts"].contains(entry.key) { found.formUnion(keys(entry.value)) }
    }
  }
}
