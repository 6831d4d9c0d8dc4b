import Foundation
import TestSupport
import Testing

@Suite struct PictureTests {
  let folder = TemporaryFolder()

  /// Eighteen women at fourteen events: who asks are people, so that names must not come out.
  private func importWomen() throws {
    let table = projectFolder + "/graphs/southern-women/attendance.csv"
    let result = try akin("import", table, "-o", "women.akin", in: folder)
    #expect(result.status == 0, "\(result.error)")
  }

  private func text(_ name: String) -> String { String(decoding: bytes(of: folder.file(name)), as: UTF8.self) }

  private func women() throws -> [String] { Array(Set(try southernWomen().map(\.0))).sorted() }

  @Test func `pictures call people by pseudonyms unless names are asked for`() throws {
    try importWomen()
    let names = try women()
    for format in ["svg", "dot", "json", "html", "mmd", "graphml"] {
      for mode in [[], ["--hops", "3"], ["--shape", "two-columns"]] {
        let result = try command(
          akinPath, ["draw", "women.akin", "E5", "-o", "e.\(format)"] + mode, in: folder.path)
        #expect(result.status == 0, "\(result.error)")
        let drawn = text("e.\(format)")
        #expect(drawn.contains("woman A"), "\(format)")
        for name in names { #expect(!drawn.contains(name), "\(format) \(mode)") }
      }
    }
    #expect(try akin("draw", "women.akin", "E5", "-o", "named.dot", "--show-users", in: folder).status == 0)
    let drawn = text("named.dot")
    #expect(names.filter { drawn.contains($0) }.count >= 5 && !drawn.contains("woman A"))
  }

  @Test func `reasons sum to the score, in words, JSON and pictures`() throws {
    try importWomen()
    let result = try akin(
      "explain", "women.akin", "--from", "E5", "--to", "E3", "--method", "pagerank", "-o", "why.svg", in: folder)
    #expect(result.status == 0, "\(result.error)")
    let rows = result.output.split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(rows[0] == ["share", "amount", "way"])
    #expect(rows[1][2] == "E5 → woman A → E3")
    let json = try akin(
      "explain", "women.akin", "--from", "E5", "--to", "E3", "--method", "pagerank", "--json", in: folder)
    let root = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(root["format"] as? String == "akin.explanation/1")
    let explanation = try #require(root["explanation"] as? [String: Any])
    let parts = try #require(explanation["parts"] as? [[String: Any]])
    let amounts = parts.compactMap { $0["amount"] as? Double } + [try #require(explanation["remainder"] as? Double)]
    let score = try #require(explanation["score"] as? Double)
    #expect(abs(amounts.reduce(0, +) - score) <= 1e-9 * score)
    #expect(zip(rows.dropFirst(), amounts).allSatisfy { abs((Double($0[1]) ?? .nan) - $1) <= 1e-12 })
    let drawn = text("why.svg")
    for row in rows.dropFirst() { #expect(drawn.contains(">\(row[0])<"), "\(row[0])") }
    for name in try women() {
      #expect(!drawn.contains(name) && !result.output.contains(name) && !json.output.contains(name))
    }
  }

  @Test func `people are counted where few must not be seen`() throws {
    try importWomen()
    func ways(_ minimum: String) throws -> [Substring] {
      let result = try akin(
        "explain", "women.akin", "--from", "E5", "--to", "E3", "--method", "cosine", "--min-users", minimum, in: folder)
      #expect(result.status == 0, "\(result.error)")
      return result.output.split(separator: "\n").dropFirst().map { $0.split(separator: "\t")[2] }
    }
    // Six women were at E3, all of them at E5.
    #expect(try ways("6") == ["E5 → woman × 6 → E3"])
    #expect(try ways("7") == ["everything else; paths of too few people in it: 1"])
  }

  @Test func `options that a picture would not follow are refused`() throws {
    try importWomen()
    for (arguments, message) in [
      (["--method", "cosine"], "found --method cosine, but a neighbourhood is what random walks pass"),
      (["-k", "9"], "found -k, which is for lists side by side"),
      (["--methods", "pixie,cosine", "--method", "cosine"], "found --methods and --method cosine"),
    ] {
      let result = try command(akinPath, ["draw", "women.akin", "E1", "-o", "x.svg"] + arguments, in: folder.path)
      #expect(result.status == 2 && result.error.contains(message), "\(result)")
    }
  }

  @Test func `what a single source and a node have in common is said, unless too few people have`() throws {
    try importWomen()
    func told(_ arguments: String...) throws -> String {
      let all = ["explain", "women.akin", "--from", "E5", "--to", "E3", "--method", "cosine"] + arguments
      return try command(akinPath, all, in: folder.path).error
    }
    #expect(
      try told() == "note: 'E3' shares 6 of its 6 woman neighbours with the source, which has 8\n")
    #expect(try told("--min-users", "7") == "")
    // Nobody was at both: what random walks come by is not taken for a neighbour of the source.
    let long = try akin("explain", "women.akin", "--from", "E1", "--to", "E14", "--show-users", in: folder)
    #expect(long.error.hasPrefix("note: 'E14' shares none of its 3 woman neighbours with the source"), "\(long)")
    #expect(long.error.contains("note: '…' stands for nodes of a longer way that are not named\n"))
    let ways = long.output.split(separator: "\n").dropFirst().map { $0.split(separator: "\t")[2] }
    #expect(ways.allSatisfy { $0.hasPrefix("E1 → … → ") || $0 == "everything else" } && ways.count > 1, "\(ways)")
    let alone = try akin(
      "explain", "women.akin", "--from", "E5", "--to", "E3", "--method", "als", "--quiet", "--json", in: folder)
    #expect(alone.output.contains("\"isLonger\" : false"), "\(alone)")
    #expect(try told("--quiet") == "")
    let list = try akin("related", "women.akin", "E8", "-k", "1", "--method", "cosine", "--explain", in: folder)
    #expect(list.output.contains("\tshares 9 of its 12 woman neighbours; "), "\(list)")
    let crowd = try akin("related", "women.akin", "E8", "-k", "1", "--method", "popular", in: folder)
    #expect(
      crowd.error.hasPrefix("note: 'popular' does not look at where the list starts: it is the same for every node\n"))
  }

  @Test func `lists come with their reasons`() throws {
    try importWomen()
    let result = try akin("related", "women.akin", "E5", "-k", "3", "--method", "cosine", "--explain", in: folder)
    let rows = result.output.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    #expect(rows[0].last == "because_of" && rows.count == 4)
    #expect(rows.dropFirst().allSatisfy { $0.last?.contains("% E5 → woman ") == true })
    let json = try akin(
      "recommend", "women.akin", "--user", "Dorothy Murchison", "-k", "2", "--method", "cosine", "--explain", "--json",
      in: folder)
    #expect(json.output.contains("\"explanation\" : {") && json.output.contains("\"remainder\""))
    let refused = try akin("related", "women.akin", "E5", "--method", "popular", "--explain", in: folder)
    #expect(refused.status == 2)
    #expect(refused.error.contains("error: --explain: method 'popular' gives no reasons, expected pixie, pagerank"))
  }

  @Test func `why not`() throws {
    try importWomen()
    func said(_ arguments: String...) throws -> String {
      let result = try command(akinPath, ["explain", "women.akin", "--method", "cosine"] + arguments, in: folder.path)
      #expect(result.status == 0, "\(result.error)")
      return result.output
    }
    #expect(
      try said("--from", "E1", "--not", "E1").hasPrefix("'E1' is a source of the question, and sources are left out.\n")
    )
    let seen = try said("--user", "Dorothy Murchison", "--not", "E8")
    #expect(seen.hasPrefix("'E8' is left out as seen already, by the relation 'interacted'.\nWere it not left out"))
    let low = try said("--from", "E1", "--not", "E9", "-k", "3", "-o", "not.svg")
    #expect(low.hasPrefix("'E9' scores too low: rank ") && low.contains("Most diluting is 'woman A', with "))
    #expect(text("not.svg").contains("<title id=\"akin-title\">Why not E9</title>"))
    #expect(try said("--from", "E1", "--not", "E9", "-k", "3", "--json").contains("\"format\" : \"akin.absence/1\""))
  }

  @Test func `lists side by side, maps, schemas and time limits`() throws {
    try importWomen()
    func run(_ arguments: String...) throws -> CommandResult {
      let result = try command(akinPath, arguments, in: folder.path)
      #expect(result.status == 0, "\(result.error)")
      return result
    }
    _ = try run("draw", "women.akin", "E5", "--methods", "cosine,popular", "-k", "5", "-o", "lists.json")
    #expect(text("lists.json").contains("left: cosine · right: popular · "))
    _ = try run("draw", "women.akin", "E5", "--with", "women.akin", "-k", "5", "-o", "same.json")
    #expect(text("same.json").contains("5 shared, 0 entered, 0 left"))
    _ = try run("draw", "women.akin", "--map", "-o", "map.graphml")
    #expect(text("map.graphml").split(separator: "<node ").count == 15)
    let info = try run("info", "women.akin", "-o", "schema.mmd")
    #expect(info.output.contains("woman") && text("schema.mmd").contains("interacted · 89"))
    let slow = try run("draw", "women.akin", "E5", "-o", "slow.svg", "--layout-seconds", "30")
    #expect(slow.error == "")
    let none = try akin("draw", "women.akin", "E5", "-o", "none.svg", "--layout-seconds", "0.000001", in: folder)
    #expect(none.status == 1 && none.error.contains("the layout sfdp was not done after 0.0 s"))
    #expect(!exists(folder.file("none.svg")))
    #expect(
      try akin("draw", "women.akin", "E5", "--since", "1990-01-01", "-o", "t.svg", in: folder).error
        == "error: found no relation with times, expected at least one for a time window\n")
  }

  @Test func `links, images and styles, and their errors`() throws {
    try importWomen()
    _ = try akin("draw", "women.akin", "E5", "-o", "face.png", "--dpi", "24", in: folder)
    folder.write("event:E5\tface.png\n", to: "faces.tsv")
    folder.write("event:E5\thttps://example.org/a.png\n", to: "remote.tsv")
    folder.write(#"{"theme": "dark", "types": {"event": {"shape": "hexagon"}}}"#, to: "style.json")
    folder.write(#"{"types": {"film": {}}}"#, to: "wrong.json")
    func draw(_ arguments: String...) throws -> CommandResult {
      try command(akinPath, ["draw", "women.akin", "E5", "-o", "p.svg"] + arguments, in: folder.path)
    }
    #expect(
      try draw("--images", "faces.tsv", "--link", "event=https://example.org/{id}", "--style", "style.json").status == 0
    )
    let drawn = text("p.svg")
    #expect(drawn.contains("data:image/png;base64,iVBOR") && drawn.contains("xlink:href=\"https://example.org/E5\""))
    #expect(drawn.contains("fill=\"#0F1728\"") && drawn.contains("<polygon"))
    #expect(
      try draw("--images", "remote.tsv").error
        == "error: remote.tsv:1: found an address, expected the path of a file, or --allow-remote\n")
    #expect(try draw("--images", "remote.tsv", "--allow-remote").status == 0)
    #expect(text("p.svg").contains("xlink:href=\"https://example.org/a.png\""))
    #expect(try draw("--style", "wrong.json").error.contains("types: found 'film', expected 'woman' or 'event'"))
    #expect(try draw("--link", "javascript:alert(1)").status == 2)
    #expect(try draw("--images", "nowhere.tsv").error == "error: nowhere.tsv: cannot be read\n")
  }

  @Test func `faces come from an attribute, from local files unless addresses are allowed`() throws {
    folder.write(
      """
      nodes:
        film:
          file: films.csv
          id: id
          attributes:
            poster: text
            year: number
      relations:
        saw:
          file: saw.csv
          source: {type: viewer, column: viewer}
          target: {type: film, column: film}
      primary: saw
      """, to: "schema.yaml")
    folder.write("viewer,film\na,1\na,2\nb,1\nb,2\nb,3\na,3\nc,1\nc,4\nb,4\n", to: "saw.csv")
    folder.write(
      "id,poster,year\n1,red.jpg,1990\n2,none.jpg,1991\n3,https://example.org/3.png,1992\n4,pipe,1993\n",
      to: "films.csv")
    try FileManager.default.createDirectory(atPath: folder.file("g"), withIntermediateDirectories: true)
    folder.write(
      [UInt8](
        Data(
          base64Encoded:
            "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAFAwQEBAMFBAQEBQUFBgcMCAcHBwcPCwsJDBEPEhIRDxERExYcFxMUGhURERghGBodHR8fHxMXIiQi"
            + "HiQcHh8e/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EABcAAAMBAAAAAAAAAAAAAAAAAAAICQf/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADgRD"
            + "AE0AWQBLAAA/ANmLKWU5af4UAD//2Q==")!), to: "g/red.jpg")
    #expect(try command("/usr/bin/mkfifo", [folder.file("g/pipe")], in: folder.path).status == 0)
    let imported = try akin("import", "schema.yaml", "-o", "g/films.akin", in: folder)
    #expect(imported.status == 0, "\(imported.error)")
    func draw(_ name: String, _ arguments: String...) throws -> CommandResult {
      try command(akinPath, ["draw", "g/films.akin", "film:1", "-o", name] + arguments, in: folder.path)
    }
    let drawn = try draw("p.svg", "--image-attribute", "poster")
    #expect(drawn.status == 0)
    #expect(
      drawn.error
        == """
        note: 1 image is left out for being an address, which --allow-remote lets the reader's browser fetch
        note: 2 images are left out, the first because of g/pipe: found no file, expected a PNG or JPEG image

        """)
    #expect(text("p.svg").matches(of: /<image/).count == 1 && text("p.svg").contains("data:image/jpeg;base64,/9j/7gAO"))
    #expect(try draw("q.svg", "--image-attribute", "film=poster", "--allow-remote", "--quiet").error == "")
    #expect(text("q.svg").matches(of: /<image/).count == 2 && text("q.svg").contains("https://example.org/3.png"))
    folder.write(#"{"types": {"film": {"image": "poster"}}}"#, to: "style.json")
    #expect(try draw("r.svg", "--style", "style.json").status == 0)
    #expect(text("r.svg") == text("p.svg"))
    let plain = try draw("plain.png", "--quiet")
    #expect(try draw("faces.png", "--image-attribute", "poster", "--quiet").status == 0 && plain.status == 0)
    #expect(bytes(of: folder.file("faces.png")) != bytes(of: folder.file("plain.png")))
    #expect(
      try draw("s.svg", "--image-attribute", "face").error.contains(
        "--image-attribute: found 'face', expected 'film=poster'"))
    #expect(
      try draw("s.svg", "--image-attribute", "film=year").error.contains(
        "'year' is a number, expected a text or an address"))
    #expect(try draw("s.svg", "--image-attribute", "book=poster").status == 2)
  }

  @Test func `every run draws the same bytes`() throws {
    try importWomen()
    for shape in ["columns", "two-columns", "radial", "springs"] {
      for format in ["svg", "png", "pdf"] {
        var found: Set<[UInt8]> = []
        for _ in 0..<3 {
          #expect(
            try akin("draw", "women.akin", "E8", "-o", "e.\(format)", "--shape", shape, in: folder).status == 0)
          found.insert(bytes(of: folder.file("e.\(format)")))
        }
        #expect(found.count == 1, "\(shape) \(format)")
      }
    }
  }

  /// By hand: two students who took algebra, and what else they took.
  private let courses = """
    student,course
    Ada,Algebra
    Ada,Logic
    Ada,Graphs
    Ben,Algebra
    Ben,Graphs
    Cem,Logic
    Cem,Painting

    """

  @Test func `what is kept back has a name in lists too`() throws {
    folder.write(courses, to: "courses.csv")
    #expect(try akin("import", "courses.csv", "-o", "courses.akin", in: folder).status == 0)
    let lists = try akin(
      "related", "courses.akin", "Algebra", "--explain", "-k", "1", "--min-users", "3", in: folder)
    #expect(lists.output.hasSuffix("\t100 % everything else; paths of too few people in it: 1\n"))
  }

  @Test func `the DOT of small graphs is as written down`() throws {
    try importWomen()
    folder.write(courses, to: "courses.csv")
    #expect(try akin("import", "courses.csv", "-o", "courses.akin", in: folder).status == 0)
    for (name, graph, node) in [
      ("southern-women", "women.akin", "E8"), ("courses", "courses.akin", "Algebra"),
    ] {
      let written = String(decoding: bytes(of: projectFolder + "/Tests/Golden/\(name).dot"), as: UTF8.self)
      #expect(try akin("draw", graph, node, "--show-users", "-o", "\(name).dot", in: folder).status == 0)
      let drawn = text("\(name).dot")
      for (line, wanted) in zip(drawn.split(separator: "\n"), written.split(separator: "\n")) {
        #expect(line == wanted)
      }
      #expect(drawn == written, "\(name)")
    }
    // Every edge of the file is one of the table, and the stub counts the women that have no place.
    let pairs = Set(try southernWomen().map { [$0.0, $0.1] })
    let golden = text("southern-women.dot")
    let edges = golden.matches(of: /tooltip="([^"]+) – ([^"]+)"/).map { [String($0.1), String($0.2)] }
    #expect(edges.count >= 20 && edges.allSatisfy { pairs.contains($0) })
    let women = pairs.filter { $0[1] == "E8" }.map { $0[0] }
    let drawn = women.filter { golden.contains("label=<\($0)>") }.count
    #expect(drawn == women.count ? !golden.contains("more>") : golden.contains("label=<+ \(women.count - drawn) more>"))
  }

  @Test(.enabled(if: exists("/usr/bin/chromium"), "needs Chromium to open the page"))
  func `the page searches and zooms in a browser`() throws {
    try importWomen()
    #expect(try akin("draw", "women.akin", "E5", "-o", "page.html", in: folder).status == 0)
    let probe = """
      <script>
      const before = svg.getAttribute("viewBox");
      search.value = "e1"; search.dispatchEvent(new Event("input"));
      svg.dispatchEvent(new WheelEvent("wheel", { deltaY: -200, clientX: 200, clientY: 200, cancelable: true }));
      document.body.dataset.result = count.textContent + ", " + document.querySelectorAll(".node.faded").length
        + " faded, " + (before === svg.getAttribute("viewBox") ? "same" : "closer");
      </script></body>
      """
    let page = text("page.html")
    let names = page.matches(of: /<g class="node"/).count
    let wanted = page.matches(of: /<title>E1[^<]*<\/title>/).count
    folder.write(page.replacing("</body>", with: probe), to: "probe.html")
    let result = try command(
      "/usr/bin/chromium",
      ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "file://" + folder.file("probe.html")],
      in: folder.path)
    #expect(
      result.output.contains("data-result=\"\(wanted) of \(names), \(names - wanted) faded, closer\""),
      "\(result.output.suffix(300))")
  }
}
