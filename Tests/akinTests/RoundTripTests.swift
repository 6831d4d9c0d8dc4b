import TestSupport
import Testing

@Suite struct RoundTripTests {
  let folder = TemporaryFolder()

  init() throws {
    _ = folder.write("user,film,rating\nann,x,3\nbob,x,4\nbob,y,5\n", to: "seen.csv")
    _ = folder.write("id,title,year\nx,The X,1999\ny,The Y,2001\nz,The Z,2003\n", to: "films.csv")
    _ = folder.write(
      """
      nodes:
        user: {}
        film: {file: films.csv, id: id, label: title, attributes: {year: {kind: number}}}
      relations:
        rated: {file: seen.csv, source: {type: user, column: user}, target: {type: film, column: film}, weight: rating}
        saw: {file: seen.csv, source: {type: user, column: user}, target: {type: film, column: film}}

      """, to: "schema.yaml")
    let made = try akin("import", "schema.yaml", "-o", "g.akin", "--quiet", in: folder)
    try #require(made.status == 0, "\(made.error)")
  }

  func fingerprint(_ graph: String) throws -> String {
    let info = try akin("info", graph, "--json", in: folder).output
    return info.split(separator: "\n").first { $0.contains("\"fingerprint\"") }.map(String.init) ?? info
  }

  @Test(arguments: ["graphml", "sqlite"])
  func `what export writes, import makes the same graph of, and says so`(format: String) throws {
    let written = try akin("export", "g.akin", "-o", "g.\(format)", in: folder)
    #expect(written.output == "wrote g.\(format)\n" && written.error.isEmpty, "\(written.error)")
    let back = try akin("import", "g.\(format)", "-o", "back.akin", in: folder)
    #expect(back.status == 0 && back.error.isEmpty, "\(back.error)")
    #expect(back.output.contains("that Akin wrote\ngraph: 2 user, 3 film\n"), "\(back.output)")
    #expect(back.output.contains("  3 edges user –rated→ film\n  3 edges user –saw→ film\nwrote back.akin\n"))
    #expect(try fingerprint("back.akin") == fingerprint("g.akin"))
    let plan = try akin("import", "g.\(format)", "--plan", in: folder).output
    #expect(plan.contains("that Akin wrote: node types 'user', 'film', relations 'rated', 'saw'"), "\(plan)")
    // Whoever names a part of it gets that part.
    let part = try command(
      akinPath,
      ["import", "g.\(format)", "-o", "part.akin", "--relation", "mine", "--quiet"]
        + (format == "sqlite" ? ["--table", "edges_rated"] : ["--weight", "none"]), in: folder.path)
    #expect(part.status == 0 && part.error.contains("Akin wrote this document") == (format == "graphml"))
  }

  @Test func `what is lost is said when it is written`() throws {
    let csv = try akin("export", "g.akin", "-o", "g.csv", in: folder)
    #expect(
      csv.error
        == "note: csv has no place for relation 'saw', labels, 1 attribute, 1 node without an edge; "
        + "graphml, sqlite and schema keep the whole graph\n", "\(csv.error)")
    #expect(try akin("export", "g.akin", "-o", "g.csv", "--quiet", in: folder).error.isEmpty)
  }
}
