/// Takes the time of the render out of a PDF, so that equal diagrams give equal bytes.
enum PDFTidying {
  private static let key = Array("/CreationDate (D:".utf8)
  private static let epoch = Array("19700101000000".utf8)

  /// Writes over the digits in place: the byte offsets that a PDF lists stay right.
  static func withoutDate(_ bytes: [UInt8]) -> [UInt8] {
    guard let date = bytes.firstRange(of: key)?.upperBound, date + epoch.count <= bytes.count else { return bytes }
    var result = bytes
    result.replaceSubrange(date..<date + epoch.count, with: epoch)
    return result
  }
}
