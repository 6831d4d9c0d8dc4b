import Testing

@testable import AkinDiagrams

@Suite struct StyleFileTests {
  private func style(_ text: String) throws -> DiagramStyle { try DiagramStyle(styleFile: Array(text.utf8)) }

  @Test func `a style says how types look`() throws {
    let style = try style(
      """
      {"theme": "dark", "legend": false, "types": {"movie": {"shape": "ellipse", "fillcolor": "#102030",
       "fontcolor": "#ffffff", "color": "#88AACC", "fontsize": 14, "penwidth": 2.5, "URL": "https://x/{id}"}}}
      """)
    #expect(style.theme == .dark && !style.showsLegend && style.showsTitle)
    let diagram = try Diagram(
      title: "t", kinds: [DiagramKind("movie")],
      nodes: [DiagramNode(key: "a", label: "a", kind: 0, role: .related, id: "7")], edges: [], layout: .neato)
    let look = style.node(diagram.nodes[0], in: diagram)
    #expect(look.shape == .ellipse && look.fill == "#102030" && look.text == "#FFFFFF" && look.outline == "#88AACC")
    #expect(look.fontSize == 14 && look.lineWidth == 2.5)
    let svg = try String(decoding: DiagramRenderer.render(diagram, as: .svg, style: style).bytes, as: UTF8.self)
    #expect(svg.contains("fill=\"#102030\"") && svg.contains("stroke-width=\"2.5\"") && svg.contains("https://x/7"))
  }

  @Test(arguments: [
    ("[]", "style: found a list or null, expected an object in braces"),
    ("{", #"style: found no JSON, expected an object such as {"theme": "dark"}"#),
    (#"{"themes": 1}"#, "style: found 'themes', expected theme, legend, title or types"),
    (#"{"theme": "pink"}"#, "theme: found 'pink', expected light, dark, print"),
    (#"{"legend": 1}"#, "legend: found 1.0, expected true or false"),
    (
      #"{"types": {"a": {"shapefile": "/etc/passwd"}}}"#,
      "types.a.shapefile: found an unknown attribute, expected shape, fillcolor, color, fontcolor, fontsize, penwidth, "
        + "image or URL"
    ),
    (#"{"types": {"a": {"image": 1}}}"#, "types.a.image: found 1.0, expected the name of an attribute in quotes"),
    (#"{"types": {"a": {"fillcolor": "red"}}}"#, "types.a.fillcolor: found 'red', expected a colour such as #204060"),
    (#"{"types": {"a": {"fontsize": 99}}}"#, "types.a.fontsize: found 99.0, expected a number from 6 to 40"),
    (
      #"{"types": {"a": {"shape": "star"}}}"#,
      "types.a.shape: found 'star', expected box, diamond, ellipse, hexagon, parallelogram"
    ),
    (
      #"{"types": {"a": {"URL": "javascript:x"}}}"#,
      "types.a.URL: found 'javascript:x', expected an address that begins with https:// or http://"
    ),
    (
      ##"{"types": {"a": {"fillcolor": "#777777", "fontcolor": "#888888"}}}"##,
      "types.a: found text #888888 on #777777, a contrast of 1.26, expected at least 4.5"
    ),
  ])
  func `what cannot be is an error that says where`(text: String, message: String) {
    #expect {
      try style(text)
    } throws: { "\($0)" == message }
  }
}
