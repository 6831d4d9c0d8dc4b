import AkinRanking
import TestSupport
import Testing

@testable import AkinGraph

@Suite struct AttributeTests {
  let folder = TemporaryFolder()

  /// Two films, one of which has everything, and a third without anything.
  func films() throws -> Snapshot {
    var builder = GraphBuilder()
    let user = builder.addNodeType("user")
    let film = builder.addNodeType("film")
    let values: [(String, AttributeValue, AttributeValue?)] = [
      ("plot", .text("A ship\nsinks"), .text("Toys, “alive”")), ("year", .number(1997), .number(-0.5)),
      ("language", .category("en"), .category("fr")), ("genres", .categories(["drama", "sea"]), .categories(["sea"])),
      ("page", .url("https://example.org/a"), nil), ("released", .time(-5), .time(0)),
    ]
    let relation = builder.addRelation("saw", from: user, to: film, duplicates: .last)
    let first = try builder.intern("a", type: film)
    let second = try builder.intern("b", type: film)
    builder.addEdge(relation, from: try builder.intern("u", type: user), to: first)
    for (name, one, two) in values {
      let attribute = builder.addAttribute(name, kind: one.kind, to: film)
      if let two { builder.setAttribute(attribute, to: two, of: second, type: film) }
      builder.setAttribute(attribute, to: one, of: first, type: film)
    }
    _ = try builder.intern("c", type: film)
    return try builder.build().snapshot
  }

  func values(_ snapshot: Snapshot, _ name: String) throws -> [AttributeValue?] {
    let column = try #require(snapshot.attribute(name, of: NodeTypeID(rawValue: 1)))
    return try (0..<3).map { try column.value(of: $0) }
  }

  @Test func `values come back from a file, and none where none was given`() throws {
    let path = folder.file("films.akin")
    try films().write(to: path)
    let snapshot = try Snapshot.open(path)
    #expect(try snapshot.verify() == [])
    #expect(try values(snapshot, "plot") == [.text("A ship\nsinks"), .text("Toys, “alive”"), nil])
    #expect(try values(snapshot, "year") == [.number(1997), .number(-0.5), nil])
    #expect(try values(snapshot, "language") == [.category("en"), .category("fr"), nil])
    #expect(try values(snapshot, "genres") == [.categories(["drama", "sea"]), .categories(["sea"]), nil])
    #expect(try values(snapshot, "page") == [.url("https://example.org/a"), nil, nil])
    #expect(try values(snapshot, "released") == [.time(-5), .time(0), nil])
    #expect(snapshot.attribute("plot", of: NodeTypeID(rawValue: 0)) == nil)
  }

  @Test func `a view has the attributes of its graph`() throws {
    let view = try films().keepingEdges(of: 0) { _ in false }
    #expect(try values(view, "genres") == [.categories(["drama", "sea"]), .categories(["sea"]), nil])
  }

  @Test func `a summary counts nodes, names and the range`() throws {
    let snapshot = try films()
    let film = NodeTypeID(rawValue: 1)
    #expect(
      try snapshot.attribute("genres", of: film)?.summary(count: 3) == AttributeSummary(known: 2, distinct: 2))
    #expect(
      try snapshot.attribute("year", of: film)?.summary(count: 3) == AttributeSummary(known: 2, range: -0.5...1997))
    #expect(try snapshot.attribute("page", of: film)?.summary(count: 3) == AttributeSummary(known: 1))
  }

  @Test func `a category given twice counts once, and the last value stays`() throws {
    var builder = GraphBuilder()
    let item = builder.addNodeType("item")
    _ = builder.addRelation("like", from: item, to: item, duplicates: .last)
    let tags = builder.addAttribute("tags", kind: .categories, to: item)
    let node = try builder.intern("x", type: item)
    builder.setAttribute(tags, to: .categories(["old"]), of: node, type: item)
    builder.setAttribute(tags, to: .categories(["b", "a", "b"]), of: node, type: item)
    let snapshot = try builder.build().snapshot
    #expect(try snapshot.attribute("tags", of: item)?.value(of: node) == .categories(["b", "a"]))
  }

  @Test func `a schema without attributes has no member for them, and is read`() throws {
    let snapshot = try bipartiteSnapshot([("a", "b")])
    let path = folder.file("g.akin")
    try snapshot.write(to: path)
    #expect(!String(decoding: bytes(of: path), as: UTF8.self).contains("attributes"))
    #expect(try Snapshot.open(path).schema == snapshot.schema)
  }

  @Test func `verification finds a code without a name and a name that is there twice`() throws {
    let names = StringColumn(["a", "b", "a"])
    let category = AttributeColumn.category(CategoryColumn(names: StringColumn(["a"]), stored: Column([0, 1])))
    #expect(category.firstProblem(name: "x")?.contains("found code 1, expected a code below 1") == true)
    let twice = AttributeColumn.category(CategoryColumn(names: names, stored: Column([0])))
    #expect(twice.firstProblem(name: "x") == "x: category 2: found a name that is there already")
    let list = AttributeColumn.categories(
      CategoryListColumn(names: StringColumn(["a"]), offsets: Column([0, 2]), stored: Column([0, 0])))
    #expect(list.firstProblem(name: "x") == "x: node 0: found a category twice")
  }
}
