/// What a picture is written as.
public enum ImageFormat: String, Sendable, CaseIterable {
  case svg
  case png
  case pdf
  /// The Graphviz text of the picture, not laid out: for other tools and for comparing.
  case dot

  /// - Parameter fileExtension: without the dot; `gv` means `dot`; capitals do not matter.
  /// - Throws: `DiagramError.unknownFormat`.
  public init(fileExtension: String) throws(DiagramError) {
    let name = fileExtension.lowercased()
    guard let format = ImageFormat(rawValue: name == "gv" ? "dot" : name) else {
      throw .unknownFormat(fileExtension)
    }
    self = format
  }
}
