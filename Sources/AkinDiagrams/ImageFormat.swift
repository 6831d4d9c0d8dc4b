/// What a picture is written as.
public enum ImageFormat: String, Sendable, CaseIterable {
  case svg
  case png
  case pdf
  /// One page of its own with pan, zoom and search; needs no network.
  case html
  /// The Graphviz text of the picture, not laid out: for other tools and for comparing.
  case dot
  /// Nodes with their positions, edges with their curves.
  case json
  /// Text that many places where people write draw as a flow chart.
  case mermaid
  /// XML that graph editors and libraries read, with positions.
  case graphml

  /// The first bytes of every picture in this format.
  public var beginning: [UInt8] {
    switch self {
    case .svg, .html, .graphml: Array("<".utf8)
    case .png: [0x89, 0x50, 0x4E, 0x47]
    case .pdf: Array("%PDF".utf8)
    case .dot: Array("digraph".utf8)
    case .json: Array("{".utf8)
    case .mermaid: Array("---".utf8)
    }
  }

  /// - Parameter fileExtension: without the dot; `gv` means `dot`, `mmd` means `mermaid`; capitals do not matter.
  /// - Throws: `DiagramError.unknownFormat`.
  public init(fileExtension: String) throws(DiagramError) {
    let name = fileExtension.lowercased()
    guard let format = ImageFormat(rawValue: ["gv": "dot", "mmd": "mermaid", "htm": "html"][name] ?? name) else {
      throw .unknownFormat(fileExtension)
    }
    self = format
  }

  /// Whether nodes must be placed to write it.
  var needsPlaces: Bool { self != .dot && self != .mermaid }
}
