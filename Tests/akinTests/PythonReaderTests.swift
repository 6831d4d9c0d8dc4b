import AkinGraph
@testable import TestSupport
import Testing

/// The reader that a stranger would write from docs/snapshot-format.md.
@Suite(.enabled(if: Python.canImport("mmap"), "needs python3")) struct PythonReaderTests {
  let folder = TemporaryFolder()

  @Test(arguments: UInt64(0)..<4)
  func `a reader of another language sees the same graph`(seed: UInt64) throws {
    let snapshot = try RandomGraph(seed: seed).snapshot
    try snapshot.write(to: folder.file("g.akin"))
    var expected: [String] = []
    for (type, table) in snapshot.nodes.enumerated() {
      for index in 0..<UInt32(table.count) {
        var line = "\(type) \(index) \(try table.ids.string(at: Int(index))) \(try table.label(of: index) ?? "")"
        for column in table.attributes {
          switch try column.value(of: index) {
          case nil: line += " None"
          case .number(let number): line += " \(number)"
          case .time(let time): line += " \(time)"
          case .text(let text), .url(let text), .category(let text): line += " " + text
          case .categories(let names): line += " " + names.joined(separator: ",")
          }
        }
        expected.append(line.replacing("\n", with: "\\n"))
      }
    }
    for (number, edges) in snapshot.relations.enumerated() {
      for (direction, adjacency) in [edges.forward, edges.reverse].enumerated() {
        for node in 0..<UInt32(adjacency.nodeCount) {
          for edge in try adjacency.edges(of: node) {
            let time = adjacency.attributes.times?.time(at: edge)
            expected.append(
              "\(number) \(direction) \(node) \(adjacency.neighbors[edge]) \(adjacency.attributes.weight(at: edge)) "
                + (time.map(String.init) ?? "None"))
          }
        }
      }
    }
    let printed = try Python.run(
      """
      import sys
      sys.path.insert(0, sys.argv[1])
      sys.dont_write_bytecode = True
      from akin_reader import Graph
      g = Graph(sys.argv[2])
      for t, kind in enumerate(g.schema["nodeTypes"]):
          for i in range(kind["count"]):
              line = f"{t} {i} {g.id(t, i)} {g.label(t, i)}"
              for a in range(len(kind.get("attributes", []))):
                  value = g.attribute(t, a, i)
                  line += " " + (",".join(value) if isinstance(value, list) else str(value))
              print(line.replace("\\n", "\\\\n"))
      for r, relation in enumerate(g.schema["relations"]):
          for d, here in enumerate(["source", "target"]):
              for i in range(g.schema["nodeTypes"][relation[here]]["count"]):
                  for other, weight, time in g.edges(r, d, i):
                      print(r, d, i, other, weight, time)
      """, arguments: [projectFolder + "/examples/python-reader", folder.file("g.akin")],
      environment: ["PYTHONIOENCODING": "utf-8"])
    #expect(printed.split(separator: "\n").map(String.init) == expected)
  }

  @Test func `the program prints the edges of a node`() throws {
    let snapshot = try bipartiteSnapshot([("u", "a"), ("u", "b"), ("v", "b")])
    try snapshot.write(to: folder.file("g.akin"))
    let result = try command(
      "/usr/bin/env",
      ["python3", projectFolder + "/examples/python-reader/akin_reader.py", folder.file("g.akin"), "item:b"],
      in: folder.path)
    #expect(
      result
        == CommandResult(status: 0, output: "saved\treverse\tu\t1.0\tNone\nsaved\treverse\tv\t1.0\tNone\n", error: ""))
  }
}
