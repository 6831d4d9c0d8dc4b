import AkinDiagrams
import Testing

@Suite struct ImageFormatTests {
  @Test(arguments: [("svg", ImageFormat.svg), ("PNG", .png), ("Pdf", .pdf), ("dot", .dot), ("gv", .dot)])
  func `extensions name formats`(fileExtension: String, format: ImageFormat) throws {
    #expect(try ImageFormat(fileExtension: fileExtension) == format)
  }

  @Test(arguments: ["", "jpeg", ".svg", "svg "])
  func `other extensions are refused by name`(fileExtension: String) {
    #expect(throws: DiagramError.unknownFormat(fileExtension)) { try ImageFormat(fileExtension: fileExtension) }
  }

  @Test func `the error lists the formats`() {
    #expect(
      "\(DiagramError.unknownFormat("jpeg"))"
        == "found picture format 'jpeg', expected svg, png, pdf, html, dot, json, mermaid, graphml")
  }
}
