import Foundation
import FoundationXML

/// What an XML parser, which shares no code with the writer, finds in a picture.
final class SVGOutline: NSObject, XMLParserDelegate {
  struct Group: Equatable {
    var kind: String
    var title = ""
    /// The lines of text drawn, joined by spaces.
    var text = ""
  }

  /// `<g class="node">` and `<g class="edge">` in order of appearance.
  private(set) var groups: [Group] = []
  /// Title and description of the whole picture.
  private(set) var title = ""
  private(set) var summary = ""
  private(set) var elements: Set<String> = []
  private(set) var rootAttributes: [String: String] = [:]
  private var path: [String] = []
  private var isInGroup = false

  var nodes: [Group] { groups.filter { $0.kind == "node" } }
  var edges: [Group] { groups.filter { $0.kind == "edge" } }

  /// `nil` when the bytes are not well-formed XML.
  init?(_ bytes: [UInt8]) {
    super.init()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    path.append(element)
    elements.insert(element)
    if element == "svg" { rootAttributes = attributes }
    if element == "g", let kind = attributes["class"] {
      isInGroup = kind == "node" || kind == "edge"
      if isInGroup { groups.append(Group(kind: kind)) }
    }
    if element == "text", isInGroup, !groups[groups.count - 1].text.isEmpty { groups[groups.count - 1].text += " " }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if path == ["svg", "title"] { title += string }
    if path == ["svg", "desc"] { summary += string }
    guard isInGroup else { return }
    if path.last == "title" { groups[groups.count - 1].title += string }
    if path.last == "text" { groups[groups.count - 1].text += string }
  }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
  ) {
    path.removeLast()
  }
}
