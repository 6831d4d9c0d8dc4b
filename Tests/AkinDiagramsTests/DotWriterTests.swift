import AkinDiagrams
import Testing

@Suite struct DotWriterTests {
  @Test func `a small diagram is written line by line`() throws {
    let expected = """
      digraph akin {
        graph [bgcolor="#FFFFFF" pad=0.3 fontname="DejaVu Sans,Verdana,sans-serif" charset="UTF-8" \
      outputorder=edgesfirst labelloc=t labeljust=l layout=dot splines=line rankdir=LR nodesep=0.12 ranksep=2 nslimit=2 \
      nslimit1=2];
        graph [label=<<table border="0" cellborder="0" cellspacing="2" cellpadding="0">
          <tr><td align="left"><font point-size="18" color="#1A202C"><b>Related to Alien</b></font></td></tr>
          <tr><td align="left"><font point-size="10" color="#4C5567">by hand</font></td></tr>
          <tr><td align="left"><font point-size="9"><table border="0" cellborder="0" cellspacing="4" \
      cellpadding="0">
            <tr><td border="1" style="rounded" cellpadding="3" color="#006CA9" bgcolor="#006CA9"><font \
      color="#FFFFFF"> ▭ source: movie </font></td>
              <td border="1" style="rounded" cellpadding="3" color="#AA4B00" bgcolor="#FFFFFF"><font \
      color="#1A202C"> ○ connector: user </font></td>
              <td border="1" style="rounded" cellpadding="3" color="#006CA9" bgcolor="#BFDDEE"><font \
      color="#1A202C"> ▭ related: movie </font></td>
              <td><font color="#9DA6B5">──</font><font color="#4F5B70"><b>━━</b></font><font color="#1A202C"> \
      more visits</font></td>
              <td></td></tr></table></font></td></tr></table>>];
        node [fontname="DejaVu Sans,Verdana,sans-serif"];
        edge [fontname="DejaVu Sans,Verdana,sans-serif" fontsize=8 fontcolor="#4C5567" dir=none \
      arrowsize=0.6];
        "movie:1" [label=<<b>Alien (1979)</b>> tooltip="Alien (1979)" shape=box style="rounded,filled" \
      fillcolor="#006CA9" color="#006CA9" fontcolor="#FFFFFF" fontsize=13 margin="0.20,0.12" height=0.60 \
      width=1.50];
        "user:7" [label=<user 7> tooltip="user 7" shape=ellipse style="filled" fillcolor="#FFFFFF" color="#AA4B00" \
      fontcolor="#1A202C" fontsize=9 margin="0.05,0.02" height=0.28 width=0.81];
        "user:8" [label=<user 8> tooltip="user 8" shape=ellipse style="filled" fillcolor="#FFFFFF" color="#AA4B00" \
      fontcolor="#1A202C" fontsize=9 margin="0.05,0.02" height=0.28 width=0.81];
        "movie:2" [label=<Aliens (1986)<br/><font point-size="8" color="#4C5567">9 visits</font>> \
      tooltip="Aliens (1986) · 9 visits" shape=box style="rounded,filled" fillcolor="#BFDDEE" color="#006CA9" \
      fontcolor="#1A202C" fontsize=11 margin="0.12,0.06" height=0.34 width=1.48];
        "movie:3" [label=<Arrival (2016)<br/><font point-size="8" color="#4C5567">4 visits</font>> \
      tooltip="Arrival (2016) · 4 visits" shape=box style="rounded,filled" fillcolor="#BFDDEE" \
      color="#006CA9" fontcolor="#1A202C" fontsize=11 margin="0.12,0.06" height=0.34 width=1.48];
        "movie:1" -> "user:7" [penwidth=3.00 color="#4F5B70" tailport=e headport=w tooltip="Alien (1979) – \
      user 7"];
        "movie:1" -> "user:8" [penwidth=1.75 color="#8791A1" dir=back tailport=e headport=w tooltip="user 8 → \
      Alien (1979)"];
        "user:7" -> "movie:2" [penwidth=0.50 color="#BEC6D2" tailport=e headport=w tooltip="user 7 – Aliens \
      (1986)"];
        "user:8" -> "movie:3" [penwidth=1.75 color="#8791A1" tailport=e headport=w label=<saw> tooltip="seen \
      twice"];
        { rank=same; "movie:1" };
        { rank=same; "user:7"; "user:8" };
        { rank=same; "movie:2" -> "movie:3" [style=invis] };
        "movie:1" -> "user:7" -> "movie:2" [style=invis weight=0];
      }

      """
    let found = try DotWriter.text(of: .threeColumns())
    for (line, wanted) in zip(found.split(separator: "\n"), expected.split(separator: "\n")) { #expect(line == wanted) }
    #expect(found == expected)
  }

  @Test func `one more node changes its own lines only`() throws {
    let before = try DotWriter.text(of: .star(labels: ["a", "b", "c"])).split(separator: "\n")
    let after = try DotWriter.text(of: .star(labels: ["a", "b", "c", "d"])).split(separator: "\n")
    let added = after.filter { !before.contains($0) }
    #expect(added.count == 2 && added.allSatisfy { $0.contains("k3") })
    #expect(after.filter { before.contains($0) } == before)
  }

  @Test func `keys become names of plain characters, each its own`() throws {
    let keys = ["a b", "a%20b", "a\u{0}b", "\"", "é", "", "a-b", "a_b", "item:1", "\\N", "\n"]
    let text = try DotWriter.text(of: .star(labels: keys.map { _ in "x" }, keys: keys))
    let names = text.split(separator: "\n").filter { $0.contains("fillcolor") }.map { $0.split(separator: " ")[0] }
    #expect(Set(names).count == keys.count)
    let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:%\""
    #expect(names.allSatisfy { name in name.allSatisfy { plain.contains($0) } })
  }

  @Test func `the legend names each style in use once`() throws {
    let text = try DotWriter.text(of: .threeColumns())
    for chip in ["source: movie", "connector: user", "related: movie", "more visits"] {
      #expect(text.split(separator: chip, omittingEmptySubsequences: false).count == 2)
    }
    #expect(!text.contains("source: user") && !text.contains("related: user"))
  }

  @Test func `straight lines give way where an edge has to pass a column`() throws {
    let nodes = (0..<3).map { DiagramNode(key: "\($0)", label: "", kind: 0, role: .related, column: $0 * 10) }
    func text(_ pairs: [(Int, Int)]) throws -> String {
      let edges = pairs.map { DiagramEdge(from: "\($0.0)", to: "\($0.1)") }
      return try DotWriter.text(of: Diagram(title: "", kinds: [DiagramKind("a")], nodes: nodes, edges: edges))
    }
    #expect(try text([(0, 1), (2, 1)]).contains("splines=line"))
    #expect(try text([(0, 1), (0, 2)]).contains("splines=true"))
    #expect(try text([(0, 1), (1, 1)]).contains("splines=true"))
  }
}
