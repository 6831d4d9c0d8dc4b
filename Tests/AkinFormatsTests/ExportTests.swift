import AkinGraph
import AkinRanking
import TestSupport
import Testing

@testable import AkinFormats

@Suite struct ExportTests {
  let folder = TemporaryFolder()

  /// Users and films with weights and times, ids and labels that formats must quote.
  func graph() throws -> Snapshot {
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let film = builder.addNodeType("film")
    let saw = builder.addRelation("saw", from: user, to: film, duplicates: .last, weightName: "rating")
    let edges: [(String, String, Float, Int64)] = [
      ("ann, \"a\"", "x&<y>", 2.5, 100), ("ann, \"a\"", "z", 1, 200), ("bob\nb", "z", 0.1, 300),
    ]
    for (from, to, weight, time) in edges {
      let source = try builder.intern(from, type: user)
      let target = try builder.intern(to, type: film)
      builder.addEdge(saw, from: source, to: target, weight: weight, time: time)
    }
    builder.setLabel("Zoë's \\ film", of: 1, type: film)
    let year = builder.addAttribute("year", kind: .number, to: film)
    builder.setAttribute(year, to: .number(1999), of: 0, type: film)
    let tags = builder.addAttribute("tags", kind: .categories, to: film)
    builder.setAttribute(tags, to: .categories(["a", "b"]), of: 0, type: film)
    return try builder.build().snapshot
  }

  func text(_ path: String) -> String { String(decoding: bytes(of: path), as: UTF8.self) }

  @Test func `delimited text and JSON Lines`() throws {
    let export = GraphExport(try graph())
    #expect(try export.write(.csv, to: folder.file("g.csv")) == [folder.file("g.csv")])
    #expect(
      text(folder.file("g.csv"))
        == "user,film,rating,time\n\"ann, \"\"a\"\"\",x&<y>,2.5,100\n\"ann, \"\"a\"\"\",z,1.0,200\n\"bob\nb\",z,0.1,300\n"
    )
    _ = try export.write(.jsonLines, to: folder.file("g.jsonl"))
    #expect(
      text(folder.file("g.jsonl")).split(separator: "\n").last
        == "{\"user\": \"bob\\nb\", \"film\": \"z\", \"rating\": 0.1, \"time\": 300}")
  }

  @Test func `DOT, with what its language would take for its own`() throws {
    _ = try GraphExport(try graph()).write(.dot, to: folder.file("g.dot"))
    #expect(
      text(folder.file("g.dot")) == #"""
        digraph akin {
          "user:ann, \"a\"" [label="ann, \"a\"", type="user"];
          "user:bob\nb" [label="bob\nb", type="user"];
          "film:x&<y>" [label="x&<y>", type="film"];
          "film:z" [label="Zoë's \\ film", type="film"];
          "user:ann, \"a\"" -> "film:x&<y>" [relation="saw", weight=2.5, time=100];
          "user:ann, \"a\"" -> "film:z" [relation="saw", weight=1.0, time=200];
          "user:bob\nb" -> "film:z" [relation="saw", weight=0.1, time=300];
        }

        """#)
  }

  @Test func `lists and Matrix Market, with the ids beside them`() throws {
    let export = GraphExport(try graph())
    let paths = try export.write(.lists, to: folder.file("g.txt"))
    #expect(paths.map { $0.split(separator: "/").last! } == ["g.txt", "g.txt.sources.tsv", "g.txt.targets.tsv"])
    #expect(text(paths[0]) == "0 0 1\n1 1\n")
    #expect(text(paths[2]) == "id\tindex\nx&<y>\t0\nz\t1\n")
    let matrix = try export.write(.matrixMarket, to: folder.file("g.mtx"))
    #expect(text(matrix[0]) == "%%MatrixMarket matrix coordinate real general\n2 2 3\n1 1 2.5\n1 2 1.0\n2 2 0.1\n")
  }

  /// All that a graph holds, but for what a folder of CSV files cannot say.
  func content(_ snapshot: Snapshot) throws -> [String] {
    var lines = snapshot.schema.nodeTypes.map { "\($0)" } + ["\(snapshot.schema.roles)"]
    for (type, table) in zip(snapshot.schema.nodeTypes, snapshot.nodes) {
      for index in 0..<UInt32(table.count) {
        var line = "\(type.name) \(try table.ids.string(at: Int(index))) \(try table.label(of: index) ?? "-")"
        for column in table.attributes { line += " \(try column.value(of: index).map { "\($0)" } ?? "-")" }
        lines.append(line)
      }
    }
    for (relation, edges) in zip(snapshot.schema.relations, snapshot.relations) {
      lines.append("\(relation.name) \(relation.source) \(relation.target)")
      for adjacency in [edges.forward, edges.reverse] {
        for node in 0..<UInt32(adjacency.nodeCount) {
          for edge in try adjacency.edges(of: node) {
            let attributes = adjacency.attributes
            lines.append(
              "\(node) \(adjacency.neighbors[edge]) \(attributes.weights?[edge] ?? -1) \(attributes.values?[edge] ?? -1) "
                + "\(attributes.times?.time(at: edge) ?? -1)")
          }
        }
      }
    }
    return lines
  }

  /// The graph without nodes of an empty id, which no file can hold.
  func named(_ snapshot: Snapshot) throws -> Snapshot {
    try snapshot.induced(
      byNodes: snapshot.nodes.map { table in try (0..<table.count).map { try !table.ids.string(at: $0).isEmpty } })
  }

  @Test(arguments: UInt64(0)..<40, [DuplicatePolicy.last, .sum, .keep])
  func `a graph survives file, export and import`(seed: UInt64, duplicates: DuplicatePolicy) throws {
    let built = try named(RandomGraph(seed: seed, duplicates: duplicates).snapshot)
    guard built.schema.relations.contains(where: { $0.edgeCount > 0 }) else { return }
    try built.write(to: folder.file("g.akin"))
    let opened = try Snapshot.open(folder.file("g.akin"))
    _ = try GraphExport(opened).write(.schema, to: folder.file("out/"))
    let back = try SchemaImport(ImportSchema(path: folder.file("out/schema.yaml"))).snapshot
    #expect(try content(back) == content(built))
    #expect(try back.verify() == [])
  }

  @Test(arguments: UInt64(0)..<40, [DuplicatePolicy.last, .sum, .count, .keep])
  func `a graph survives GraphML and SQLite whole`(seed: UInt64, duplicates: DuplicatePolicy) throws {
    let built = try RandomGraph(seed: seed, duplicates: duplicates).snapshot
    try built.write(to: folder.file("g.akin"))
    let opened = try Snapshot.open(folder.file("g.akin"))
    for format in [ExportFormat.graphML, .sqlite] {
      let path = folder.file("g.\(format.rawValue)")
      let export = GraphExport(opened)
      #expect(try export.write(format, to: path) == [path])
      #expect(try export.losses(format) == [])
      let exported = try #require(try ExportedGraph(path: path), "\(format)")
      let (back, remarks) = try exported.read()
      #expect(remarks == [])
      // Names, policies and roles are those of the graph, too.
      #expect(back.schema == opened.schema)
      #expect(try content(back) == content(built))
      #expect(try back.verify() == [])
    }
  }

  @Test(arguments: [ExportFormat.graphML, .sqlite])
  func `one relation of several, and numbers and names to their last character`(format: ExportFormat) throws {
    var builder = GraphBuilder()
    let upper = builder.addNodeType("Film")
    let lower = builder.addNodeType("film")
    let first = builder.addRelation("like", from: upper, to: lower, duplicates: .sum, weightName: "plays")
    let second = builder.addRelation("Like", from: lower, to: lower, duplicates: .max)
    for name in ["", " a ", "a:b", "film:c"] {
      let from = try builder.intern(name, type: upper)
      let to = try builder.intern(name + "x", type: lower)
      builder.addEdge(first, from: from, to: to, weight: 0.1 + Float(from) / 3)
      builder.addEdge(second, from: to, to: to, value: -1 / 3)
    }
    for (name, kind) in [("Label", AttributeKind.number), ("label", .number), ("ID", .categories), ("type", .text)] {
      let attribute = builder.addAttribute(name, kind: kind, to: lower)
      for node in UInt32(0)..<4 {
        let value: AttributeValue =
          switch kind {
          case .number: .number(0.1 + Double(node) * 0.2)
          case .text: .text(" <\(node)> & 'so on' ")
          default: .categories([" a |", "b;\(node)"])
          }
        builder.setAttribute(attribute, to: value, of: node, type: lower)
      }
    }
    let snapshot = try builder.build(roles: Roles(primaryRelation: 1, seenRelations: [0, 1])).snapshot
    let path = folder.file("g.\(format.rawValue)")
    _ = try GraphExport(snapshot).write(format, to: path)
    let whole = try #require(try ExportedGraph(path: path)).read().snapshot
    #expect(try content(whole) == content(snapshot))
    #expect(whole.schema == snapshot.schema)
    _ = try GraphExport(snapshot).write(format, relation: 1, to: path)
    let part = try #require(try ExportedGraph(path: path)).read().snapshot
    #expect(part.schema.relations.map(\.name) == ["Like"])
    #expect(part.schema.roles == Roles(primaryRelation: 0, seenRelations: [0]))
    #expect(part.relations[0].forward.edgeCount == 4 && part.nodes.map(\.count) == [4, 4])
  }

  @Test func `what was changed in an exported file is said, and what contradicts itself refused`() throws {
    let path = folder.file("g.graphml")
    _ = try GraphExport(try graph()).write(.graphML, to: path)
    let document = text(path)
    func reading(_ changed: String) throws -> [String]? {
      _ = folder.write(changed, to: "g.graphml")
      return try ExportedGraph(path: path)?.read().remarks
    }
    let end = document.replacing(
      "</graph>", with: "<node id=\"film:new\"><data key=\"type\">film</data></node></graph>")
    #expect(try reading(end) == ["nodes of type 'film': 3 where Akin wrote 2: changed since"])
    #expect(try reading(document.replacing("key id=\"akin\"", with: "key id=\"other\"")) == nil)
    for (old, new) in [
      ("\"film:z\"", "\"z\""), (">2.5<", ">-2.5<"), (">2.5<", "><"), (">100<", ">soon<"), (">saw<", ">heard<"),
      (">1999.0<", ">old<"), ("&quot;version&quot;:1", "&quot;version&quot;:9"),
      ("&quot;target&quot;:1", "&quot;target&quot;:7"),
    ] where document.contains(old) {
      let broken = document.replacing(old, with: new)
      #expect(throws: (any Error).self, "\(old)") { _ = try reading(broken) }
    }
  }

  @Test func `what a format has no place for is said`() throws {
    let export = GraphExport(try graph())
    #expect(try export.losses(.csv) == ["labels", "2 attributes"])
    #expect(try export.losses(.lists) == ["labels", "2 attributes", "weights", "times"])
    #expect(try export.losses(.npz) == ["labels", "2 attributes", "times"])
    #expect(try export.losses(.dot) == ["2 attributes"])
    let random = GraphExport(try RandomGraph(seed: 3).snapshot)
    #expect(try random.losses(.csv)[0] == "relations 'follows', 'tagged'")
    #expect(try random.losses(.schema) == [])
  }

  @Test func `a category that a list cannot keep is refused`() throws {
    var builder = GraphBuilder()
    let item = builder.addNodeType("item")
    let like = builder.addRelation("like", from: item, to: item, duplicates: .last)
    let node = try builder.intern("x", type: item)
    builder.addEdge(like, from: node, to: node)
    let tags = builder.addAttribute("tags", kind: .categories, to: item)
    builder.setAttribute(tags, to: .categories([" a"]), of: node, type: item)
    let snapshot = try builder.build().snapshot
    #expect(throws: ExportError.self) { try GraphExport(snapshot).write(.schema, to: folder.file("out")) }
  }

  @Test(.enabled(if: Python.canImport("scipy", "networkx", "sqlite3"), "needs python3 with scipy and networkx"))
  func `scipy, networkx and SQLite read what is written`() throws {
    let export = GraphExport(try graph())
    _ = try export.write(.npz, to: folder.file("g.npz"))
    _ = try export.write(.matrixMarket, to: folder.file("g.mtx"))
    _ = try export.write(.graphML, to: folder.file("g.graphml"))
    _ = try export.write(.sqlite, to: folder.file("g.sqlite"))
    let printed = try Python.run(
      """
      import sys, scipy.sparse, scipy.io, networkx, sqlite3
      f = sys.argv[1]
      m = scipy.sparse.load_npz(f + "/g.npz")
      m.check_format(full_check=True)
      print(m.format, m.shape, m.toarray().round(3).tolist())
      print(scipy.io.mmread(f + "/g.mtx").toarray().round(3).tolist())
      g = networkx.read_graphml(f + "/g.graphml")
      print(g.is_directed(), sorted(g.nodes(data=True)))
      print(sorted((a, b, d["weight"], d["time"], d["relation"]) for a, b, d in g.edges(data=True)))
      d = sqlite3.connect(f + "/g.sqlite")
      print(d.execute("select * from nodes_film order by id").fetchall())
      print(d.execute("select source, target, round(weight, 3), time from edges_saw").fetchall())
      print(d.execute("pragma integrity_check").fetchall())
      """, arguments: [folder.path])
    for part in [
      "[[2.5, 1.0], [0.0, 0.1", "'film:z', {'type': 'film', 'label': \"Zoë's \\\\ film\"}",
      "'film:x&<y>', {'type': 'film', 'year': 1999.0, 'tags': 'a|b'}", "('user:bob\\nb', 'film:z', 0.1, 300, 'saw')",
      "[('x&<y>', None, 1999.0, 'a|b'), ('z', \"Zoë's \\\\ film\", None, None)]", "('bob\\nb', 'z', 0.1, 300)",
      "[('ok',)]",
    ] {
      #expect(printed.contains(part), "\(part) in \(printed)")
    }
  }

  @Test(.enabled(if: Python.canImport("igraph"), "needs python3 with igraph"))
  func `igraph reads GraphML`() throws {
    _ = try GraphExport(try graph()).write(.graphML, to: folder.file("g.graphml"))
    // igraph keeps the reference of an ampersand in an id, so another id is looked at.
    let printed = try Python.run(
      """
      import sys, igraph
      g = igraph.Graph.Read_GraphML(sys.argv[1])
      print(g.vcount(), g.ecount(), g.is_directed(), sorted(g.es["weight"]), sorted(g.vs["id"])[1])
      """, arguments: [folder.file("g.graphml")])
    #expect(printed == "4 3 True [0.1, 1.0, 2.5] film:z\n")
  }

  @Test func `edges without weights come back from GraphML and SQLite`() throws {
    let women = try InteractionImport(path: projectFolder + "/graphs/southern-women/attendance.csv").snapshot
    for (format, name) in [(ExportFormat.graphML, "w.graphml"), (.sqlite, "w.sqlite")] {
      _ = try GraphExport(women).write(format, to: folder.file(name))
      var options = ImportOptions()
      options.table = format == .sqlite ? "edges_\(women.schema.relations[0].name)" : nil
      let back = try InteractionImport(path: folder.file(name), options: options).snapshot
      #expect(back.relations[0].forward.edgeCount == 89 && back.relations[0].forward.attributes.weights == nil)
    }
  }

  @Test func `our own readers read what is written`() throws {
    let export = GraphExport(try graph())
    for (format, name) in [
      (ExportFormat.csv, "g.csv"), (.tsv, "g.tsv"), (.jsonLines, "g.jsonl"), (.sqlite, "g.sqlite"),
      (.graphML, "g.graphml"),
    ] {
      let path = folder.file(name)
      _ = try export.write(format, to: path)
      var file = InputFile(path: path)
      if format == .sqlite { file.table = "edges_saw" }
      let reader = try file.open()
      var block = RecordBlock()
      var count = 0
      while try reader.nextBlock(into: &block) {
        count += block.count
        #expect(block.problems.isEmpty, "\(name)")
        #expect(block.text(block.count - 1, 0).hasSuffix("bob\nb"), "\(name)")
        #expect(block.text(0, 1).hasSuffix("x&<y>"), "\(name)")
      }
      #expect(count == 3, "\(name)")
    }
  }
}
