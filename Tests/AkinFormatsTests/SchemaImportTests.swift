import AkinGraph
import AkinParallel
import AkinRanking
import Glibc
import TestSupport
import Testing

@testable import AkinFormats

@Suite struct SchemaImportTests {
  let folder = TemporaryFolder()

  func load(_ yaml: String, skipping: SkipLimit = .none) throws -> SchemaImport {
    try SchemaImport(ImportSchema(path: folder.write(yaml, to: "schema.yaml")), skipping: skipping)
  }

  /// Edges of a relation as "source target weight time".
  func edges(_ snapshot: Snapshot, _ name: String) throws -> [String] {
    let number = try #require(snapshot.schema.relations.firstIndex { $0.name == name })
    let relation = snapshot.schema.relations[number]
    let rows = snapshot.relations[number].forward
    var found: [String] = []
    for source in 0..<UInt32(rows.nodeCount) {
      for edge in try rows.edges(of: source) {
        var text = try snapshot.table(of: relation.sourceType).ids.string(at: Int(source))
        text += " " + (try snapshot.table(of: relation.targetType).ids.string(at: Int(rows.neighbors[edge])))
        if let weights = rows.attributes.weights { text += " \(weights[edge])" }
        if let time = rows.attributes.times?.time(at: edge) { text += " @\(time)" }
        found.append(text)
      }
    }
    return found
  }

  let books = """
    id,good,title,authors,year,lang,added
    1,g1,One,"A, B",1999,en,2001-02-03
    2,g2,Two,A,,fr,
    3,g3,Three,,2001.5,en,1970-01-01T00:00:10Z
    """

  let yaml = """
    nodes:
      book:
        file: books.csv
        id: id
        label: title
        attributes:
          authors: {kind: categories, separator: ","}
          year: number
          lang: category
          added: time
    relations:
      rated:
        file: ratings.csv
        source: {type: user, column: user}
        target: {type: book, column: book}
        weight: rating
        where: rating >= 3
      tagged:
        file: tags.csv
        source: {type: book, column: good, key: good}
        target: {type: tag, column: tag}
        weight: log1p(count)
    primary: rated
    """

  @Test func `many files become one graph, joined by key, filtered, with computed weights`() throws {
    folder.write(books, to: "books.csv")
    folder.write("user,book,rating\nu,1,5\nu,2,2\nv,9,3\nu,1,4\n", to: "ratings.csv")
    folder.write("good,tag,count\ng1,x,3\ng9,x,1\ng3,y,1\n", to: "tags.csv")
    let result = try load(yaml)
    let snapshot = result.snapshot
    #expect(snapshot.schema.nodeTypes.map { "\($0.name) \($0.count)" } == ["book 4", "user 2", "tag 2"])
    #expect(try edges(snapshot, "rated") == ["u 1 4.0", "v 9 3.0"])
    #expect(try edges(snapshot, "tagged") == ["1 x \(Float(log1p(3.0)))", "3 y \(Float(log1p(1.0)))"])
    let book = try #require(snapshot.schema.nodeType(named: "book"))
    func values(_ name: String) throws -> [AttributeValue?] {
      let column = try #require(snapshot.attribute(name, of: book))
      return try (0..<4).map { try column.value(of: $0) }
    }
    #expect(try values("authors") == [.categories(["A", "B"]), .categories(["A"]), nil, nil])
    #expect(try values("year") == [.number(1999), nil, .number(2001.5), nil])
    #expect(try values("lang") == [.category("en"), .category("fr"), .category("en"), nil])
    #expect(try values("added") == [.time(981_158_400), nil, .time(10), nil])
    #expect(try snapshot.table(of: book).label(of: 1) == "Two")
    #expect(result.reports.map(\.filtered) == [0, 1, 0])
    #expect(result.reports.map(\.unmatched) == [0, 0, 1])
    #expect(result.reports.map(\.merged) == [0, 1, 0])
    #expect(try snapshot.verify() == [])
    #expect(snapshot.schema.roles == Roles(primaryRelation: 0, seenRelations: [0]))
  }

  @Test func `repetitions are counted where no column is named count`() throws {
    folder.write("a,b\nx,1\nx,1\ny,1\nx,1\n", to: "e.csv")
    let result = try load(
      "relations:\n  r: {file: e.csv, source: {type: s, column: a}, target: {type: t, column: b}, weight: log1p(count)}\n"
    )
    #expect(try edges(result.snapshot, "r") == ["x 1 \(Float(log1p(3.0)))", "y 1 \(Float(log1p(1.0)))"])
  }

  @Test func `fields with several ids give an edge each, unlisted ones are skipped on request`() throws {
    folder.write("id,tags\n1,a|b | a\n2,\n3,c\n", to: "e.csv")
    folder.write("tag\na\nb\n", to: "t.csv")
    let result = try load(
      """
      nodes:
        tag: {file: [t.csv], id: tag, header: true, delimiter: ","}
      relations:
        r:
          files: [e.csv]
          source: {type: item, column: id}
          target: {type: tag, column: tags, separator: "|", unlisted: skip}
      """)
    #expect(try edges(result.snapshot, "r") == ["1 a", "1 b"])
    #expect(result.reports[1].unmatched == 1)
  }

  @Test func `times in parts, and in another unit`() throws {
    folder.write("a,b,d,m,y,ms\nx,1,1,4,2009,1000\n", to: "e.csv")
    let start = "relations:\n  r: {file: e.csv, source: {type: s, column: a}, target: {type: t, column: b}, "
    #expect(try edges(load(start + "time: {year: y, month: m, day: d}}\n").snapshot, "r") == ["x 1 @1238544000"])
    #expect(try edges(load(start + "time: {column: ms, unit: milliseconds}}\n").snapshot, "r") == ["x 1 @1"])
  }

  @Test(arguments: UInt64(0)..<20)
  func `minimum degrees leave what peeling by hand leaves`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var pairs = Set<[Int]>()
    for _ in 0..<Int.random(in: 20...60, using: &random) {
      pairs.insert([Int.random(in: 0..<12, using: &random), Int.random(in: 0..<9, using: &random)])
    }
    folder.write(
      "a,b\n" + pairs.sorted { $0.lexicographicallyPrecedes($1) }.map { "\($0[0]),\($0[1])\n" }.joined(), to: "e.csv")
    var left = pairs
    while true {
      let next = left.filter { pair in
        left.count { $0[0] == pair[0] } >= 2 && left.count { $0[1] == pair[1] } >= 3
      }
      if next == left { break }
      left = next
    }
    let yaml = """
      relations:
        r:
          file: e.csv
          source: {type: s, column: a}
          target: {type: t, column: b}
          minimum: {source: 2, target: 3}
          duplicates: last
      """
    if left.isEmpty {
      #expect(throws: ImportSchemaError.self) { try load(yaml) }
    } else {
      let snapshot = try load(yaml).snapshot
      #expect(try Set(edges(snapshot, "r")) == Set(left.map { "\($0[0]) \($0[1])" }))
      #expect(snapshot.schema.nodeTypes.map(\.count) == [Set(left.map { $0[0] }).count, Set(left.map { $0[1] }).count])
      #expect(try snapshot.verify() == [])
    }
  }

  @Test(arguments: [
    ("nodes: {}\n", "schema.yaml:1: found no 'relations', expected at least one relation"),
    ("relations:\n  r: {fil: x}\n", "did you mean 'file'?"),
    (
      "relations:\n  r:\n    file: e.csv\n    source: {type: s, column: a}\n    target: {type: t, column: b}\n    where: a >\n",
      "schema.yaml:6: found the end of the formula in 'a >', expected a value"
    ),
    ("relations: [\n", "found what is no YAML"), ("relations: {}\n", "found no relation"),
    (
      "relations:\n  r: {file: e.csv, source: {type: s, column: a, key: k}, target: {type: t, column: b}}\n",
      "key 'k' of node type 's', which has no file"
    ),
    (
      "relations:\n  r: {file: e.csv, source: {type: s, column: a}, target: {type: t, column: b}}\nprimary: q\n",
      "schema.yaml:3: found relation 'q', expected one of r"
    ),
    (
      "relations:\n  r: {file: e.csv, source: {type: s, column: a}, target: {type: t, column: b}, duplicates: first}\n",
      "found 'first', expected one of last, sum, count, max, keep"
    ),
  ])
  func `a schema that is wrong is refused with its line`(yaml: String, message: String) throws {
    folder.write("a,b\nx,y\n", to: "e.csv")
    do {
      _ = try load(yaml)
      Issue.record("was accepted")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }

  @Test func `a column that is not there, and bad fields, are named`() throws {
    folder.write(books, to: "books.csv")
    folder.write("user,book,rating\nu,1,5\nu,2,x\nv,,3\n", to: "ratings.csv")
    folder.write("good,tag,count\ng1,x,0\n", to: "tags.csv")
    do {
      _ = try load(yaml)
    } catch let error as ImportError {
      guard case .badRecords(_, bad: 2, total: 3, let details) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(details.contains("ratings.csv:3: column 'rating': found 'x', expected a number"))
      #expect(details.contains("ratings.csv:4: column 'book': found '', expected an id"))
    }
    let plan = try ImportPlan(ImportSchema(path: folder.write(yaml, to: "schema.yaml")))
    #expect(plan.steps.map(\.records) == [3, 3, 1])
    folder.write("user,books,rating\nu,1,5\n", to: "ratings.csv")
    #expect(throws: SchemaFileError.self) { try ImportPlan(ImportSchema(path: folder.file("schema.yaml"))) }
  }

  @Test func `the bundled schema of Debian has columns that are there`() throws {
    let schema = try ImportSchema(
      path: projectFolder + "/examples/debian/schema.yaml", folder: projectFolder + "/graphs/debian")
    #expect(try ImportPlan(schema).steps.count == 5)
  }

  @Test(
    .enabled(if: exists(sharedData("goodbooks-10k")), "needs the data sets"),
    arguments: [
      ("goodbooks-10k", "goodbooks-10k", 4), ("movielens", "ml-latest-small", 5),
      ("lastfm-hetrec2011", "lastfm-hetrec2011", 5),
    ])
  func `schemas of known data sets have columns that are there`(example: String, data: String, steps: Int) throws {
    let schema = try ImportSchema(path: projectFolder + "/examples/\(example)/schema.yaml", folder: sharedData(data))
    #expect(try ImportPlan(schema).steps.count == steps)
  }
}
