import TestSupport
import Testing

/// Input of another kind than was said: the error, or the warning, names the way out.
@Suite struct ImportHintTests {
  let folder = TemporaryFolder()

  init() throws {
    _ = folder.write("user,item,rating\nann,tea,5\nbob,jam,3\n", to: "r.csv")
    _ = folder.write("user;item;rating\nann;tea;3,5\n", to: "decimals.csv")
    _ = folder.write("[{\"user\":\"a\",\"item\":\"x\"},\n{\"user\":\"b\",\"item\":\"y\"}]\n", to: "array.json")
    _ = folder.write("{\"user\":\"a\",\"item\":\"x\"}\n", to: "lines.jsonl")
    _ = folder.write([0x69, 0x64, 0x2C, 0x6E, 0x0A, 0x74, 0x65, 0x61, 0x2C, 0xE9, 0x0A], to: "latin.csv")
    _ = folder.write("id,name\ntea,Tea\ntea,Teas\njam,Jam\njam,Jam\n", to: "names.csv")
    _ = folder.write("user,item,weight\nann,tea,5\nann,tea,1\nbob,jam,300\n", to: "weights.csv")
  }

  @Test(arguments: [
    (
      "r.csv --format jsonl",
      "first line 'user,item,rating', expected one JSON object a line (JSON Lines); the file looks like"
    ),
    ("lines.jsonl --format delimited", "the file looks like JSON Lines, as which it is read where no format"),
    ("lines.jsonl --delimiter ;", "the file looks like JSON Lines"),
    (
      "r.csv --delimiter ;",
      "one column (user,item,rating) with the delimiter ';', expected at least 2: a source and a target"
    ),
    (
      "r.csv --delimiter tab",
      "with the delimiter tab, expected at least 2: a source and a target; the fields look separated by ','"
    ),
    ("decimals.csv", "found '3,5', expected a number above 0 with a point before the decimals, as 3.5"),
    ("array.json", "what looks like a JSON array, expected one object a line (JSON Lines), which jq -c '.[]' makes"),
    ("r.csv --labels latin.csv", "(--label-encoding latin1 for Latin-1)"),
  ])
  func `what cannot be read says what it looks like`(arguments: String, message: String) throws {
    let result = try command(
      akinPath, ["import"] + arguments.split(separator: " ").map(String.init) + ["-o", "g.akin"], in: folder.path)
    #expect(result.status == 1 && result.error.contains(message), "\(result.error)")
    #expect(!folder.names().contains("g.akin"))
  }

  @Test func `a graph is no table, and a table's name no graph's`() throws {
    #expect(try akin("import", "r.csv", "-o", "g.akin", "--quiet", in: folder).status == 0)
    let again = try akin("import", "g.akin", "-o", "h.akin", in: folder)
    #expect(
      again.status == 1 && again.error.contains("a graph or model that Akin wrote, expected a table"), "\(again.error)")
    for command in [["import", "r.csv"], ["filter", "g.akin", "--core", "1"]] {
      let odd = try TestSupport.command(akinPath, command + ["-o", "x.csv"], in: folder.path)
      #expect(odd.status == 2 && odd.error.contains("found 'x.csv' for a graph, expected a name such as 'x.akin'"))
    }
    #expect(!folder.names().contains("x.csv"))
  }

  @Test func `what was taken for something else perhaps is said`() throws {
    let header = try akin("import", "r.csv", "-o", "g.akin", "--no-header", "--quiet", in: folder)
    #expect(header.error.contains("the first line (user, item, rating) reads like names of columns"), "\(header.error)")
    let names = try akin("import", "r.csv", "-o", "g.akin", "--labels", "names.csv", "--label-key", "id", in: folder)
    #expect(names.error == "warning: 1 key has several names in names.csv, the first 'tea'; the last of each stays\n")
    let weights = try akin("import", "weights.csv", "-o", "g.akin", in: folder)
    #expect(weights.output.contains("merged 1 repeated pair (last)"))
    #expect(weights.error.contains("'weight' was taken for ratings, of which a repeated pair keeps the last"))
    let told = try akin("import", "weights.csv", "-o", "g.akin", "--duplicates", "sum", in: folder)
    #expect(!told.error.contains("was taken for ratings"))
  }

  @Test(arguments: [
    ("nodes:\n  user: {}\nrelations: [\n", "s.yaml:4: found what is no YAML"),
    (
      "relations:\n  saw: {file: r.csv,\n    source: {type: user, column: usr},\n    target: {type: item, column: item}}\n",
      "s.yaml:3: r.csv: no column 'usr'"
    ),
    (
      "nodes:\n  item:\n    file: r.csv\n    id: item\n    attributes:\n      year: {kind: number, column: when}\nrelations:\n"
        + "  saw: {file: r.csv, source: {type: user, column: user}, target: {type: item, column: item}}\n",
      "s.yaml:6: r.csv: no column 'when'"
    ),
    (
      "relations:\n  saw: {file: none.csv, source: {type: user, column: user}, target: {type: item, column: item}}\n",
      "s.yaml:2: none.csv: no such file"
    ),
  ])
  func `errors of a schema name its line`(schema: String, message: String) throws {
    _ = folder.write(schema, to: "s.yaml")
    for more in [["-o", "g.akin"], ["--plan"]] {
      let result = try command(akinPath, ["import", "s.yaml"] + more, in: folder.path)
      #expect(result.status == 1 && result.error.hasPrefix("error: \(message)"), "\(result.error)")
    }
  }

  @Test func `who befriends whom is told that both ends may be one type`() throws {
    _ = folder.write("user,friend\n1,2\n2,3\n3,1\n", to: "friends.csv")
    let split = try akin("import", "friends.csv", "-o", "f.akin", "--quiet", in: folder)
    #expect(
      split.error.contains(
        "3 of 3 ids of type 'friend' are ids of type 'user' too, and became other nodes; --source-type user"))
    let joined = try akin(
      "import", "friends.csv", "-o", "f.akin", "--source-type", "user", "--target-type", "user", "--quiet", in: folder)
    #expect(joined.status == 0 && !joined.error.contains("too, and became"), "\(joined.error)")
  }

  @Test func `a name that a shell took apart is told so`() throws {
    _ = folder.write("item,title\ntea,Green Tea\njam,Plum Jam\n", to: "titles.csv")
    #expect(try akin("import", "r.csv", "-o", "g.akin", "--labels", "titles.csv", "--quiet", in: folder).status == 0)
    let apart = try akin("related", "g.akin", "green", "tea", in: folder)
    #expect(apart.status == 1 && apart.error.hasPrefix("error: 2 names, where 'green tea' in quotes is one: no item"))
    let part = try akin("draw", "g.akin", "plum", "ja", "-o", "x.svg", in: folder)
    #expect(part.error.contains("As one name, in quotes, 'Plum Jam' is there."), "\(part.error)")
    let none = try akin("related", "g.akin", "tea", "coffee", in: folder)
    #expect(none.error.hasPrefix("error: no item or user 'coffee'"), "\(none.error)")
  }

  @Test func `ids that repeat in a file of nodes are said, and columns named after types know their end`() throws {
    _ = folder.write("movieId,title\n1,A\n2,B\n1,C\n1,D\n", to: "movies.csv")
    _ = folder.write("movieId,genre\n1,Drama\n2,Comedy\n", to: "genres.csv")
    _ = folder.write(
      """
      nodes:
        movie: {file: movies.csv, id: movieId, label: title}
        genre: {}
      relations:
        has_genre:
          file: genres.csv
          source: {type: movie, column: movieId}
          target: {type: genre, column: genre}
      """, to: "s.yaml")
    let made = try akin("import", "s.yaml", "-o", "s.akin", in: folder)
    #expect(made.status == 0, "\(made)")
    #expect(
      made.error.contains(
        "2 records have an id that came before, the first '1'; of each name and attribute the last stays"),
      "\(made)")
    _ = folder.write("genres,movieId\nDrama,2\nNoir,2\n", to: "more.csv")
    let more = try akin("append", "s.akin", "more.csv", "--relation", "has_genre", in: folder)
    #expect(more.status == 0 && more.output.contains("new nodes: 1 genre"), "\(more)")
    #expect(more.output.contains("source movieId (by its name)"), "\(more)")
  }

  @Test func `a file of another kind is called what it is`() throws {
    #expect(try akin("import", "r.csv", "-o", "g.akin", "--quiet", in: folder).status == 0)
    #expect(
      try akin("train", "g.akin", "--method", "als", "--set", "size=2", "-o", "m.model", "--quiet", in: folder).status
        == 0)
    let model = try akin("info", "m.model", in: folder)
    #expect(model.error == "error: m.model: found a model, expected a graph, beside which --model takes a model\n")
    let graph = try akin("neighbors", "g.akin", "--query", "tea", in: folder)
    #expect(
      graph.status == 1 && graph.error.contains("found a graph, expected vectors or an index of them; 'akin related'"))
  }

  @Test func `a name of another type comes with the closest of the usual one`() throws {
    _ = folder.write("user,item\ntea,green tea\nann,plum jam\n", to: "t.csv")
    #expect(try akin("import", "t.csv", "-o", "t.akin", "--quiet", in: folder).status == 0)
    for command in [["related"], ["draw", "-o", "x.svg"]] {
      let found = try TestSupport.command(akinPath, command + ["t.akin", "tea"], in: folder.path)
      #expect(
        found.error.hasPrefix("note: no item is named 'tea', but a user is; the closest: 'green tea'"), "\(found.error)"
      )
    }
  }
}
