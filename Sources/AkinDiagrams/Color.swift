import Glibc

/// An opaque colour of sRGB, written `#RRGGBB`.
struct Color: Equatable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  /// `nil` for anything but `#RRGGBB`.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 7, bytes[0] == UInt8(ascii: "#"),
      bytes.dropFirst().allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = Int(text.dropFirst(), radix: 16)
    else { return nil }
    (red, green, blue) = (UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255))
  }

  var channels: [Double] { [red, green, blue].map { Double($0) / 255 } }

  var text: String {
    "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
  }

  /// From this colour at 0 to `other` at 1.
  func mixed(with other: Color, share: Double) -> Color {
    func channel(_ from: UInt8, _ to: UInt8) -> UInt8 {
      UInt8((Double(from) + (Double(to) - Double(from)) * share).rounded())
    }
    var result = self
    result.red = channel(red, other.red)
    result.green = channel(green, other.green)
    result.blue = channel(blue, other.blue)
    return result
  }

  /// The contrast ratio of two colours, 1...21.
  ///
  /// Source: Web Content Accessibility Guidelines 2.1, "contrast ratio".
  func contrast(with other: Color) -> Double {
    let both = [luminance, other.luminance].sorted()
    return (both[1] + 0.05) / (both[0] + 0.05)
  }

  private var luminance: Double {
    let linear = channels.map { $0 <= 0.03928 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  static func mixed(_ one: String, _ other: String, share: Double) -> String {
    Color(one)!.mixed(with: Color(other)!, share: share).text
  }
}
