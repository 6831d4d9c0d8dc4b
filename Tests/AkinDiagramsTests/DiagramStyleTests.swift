import Glibc
import Testing

@testable import AkinDiagrams

@Suite struct DiagramStyleTests {
  /// Relative luminance of WCAG 2.1, written out here.
  private func luminance(_ color: String) -> Double {
    let channels = stride(from: 1, to: 7, by: 2).map { start -> Double in
      let digits = color.utf8.dropFirst(start).prefix(2)
      return Double(Int(String(decoding: digits, as: UTF8.self), radix: 16)!) / 255
    }
    func linear(_ value: Double) -> Double {
      value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(channels[0]) + 0.7152 * linear(channels[1]) + 0.0722 * linear(channels[2])
  }

  private func contrast(_ one: String, _ other: String) -> Double {
    let values = [luminance(one), luminance(other)].sorted()
    return (values[1] + 0.05) / (values[0] + 0.05)
  }

  @Test(arguments: DiagramRole.allCases, DiagramTheme.allCases)
  func `text stands out from its ground in every kind`(role: DiagramRole, theme: DiagramTheme) {
    for kind in 0..<8 {
      let style = NodeStyle(kind: kind, shape: nil, role: role, theme: theme)
      #expect(contrast(style.text, style.fill) >= 4.5, "kind \(kind)")
      #expect(contrast(style.detailText, style.fill) >= 4.5, "kind \(kind)")
      #expect(contrast(style.outline, theme.ground) >= 3, "kind \(kind)")
    }
    #expect(contrast(theme.ink, theme.ground) >= 4.5 && contrast(theme.mutedInk, theme.ground) >= 4.5)
  }

  @Test func `contrast is that of the guidelines`() throws {
    for (one, other) in [("#FFFFFF", "#000000"), ("#767676", "#FFFFFF"), ("#006CA9", "#BFDDEE")] {
      let own = try #require(Color(one)).contrast(with: #require(Color(other)))
      #expect(abs(own - contrast(one, other)) < 1e-12)
    }
    #expect(Color("#12345") == nil && Color("123456") == nil && Color("#12345G") == nil && Color("#+12345") == nil)
  }

  /// In grey print: sources are far darker than related nodes of any kind.
  @Test func `roles differ in lightness`() {
    for kind in 0..<8 {
      let source = NodeStyle(kind: kind, shape: nil, role: .source)
      let related = NodeStyle(kind: kind, shape: nil, role: .related)
      #expect(contrast(source.fill, related.fill) >= 3)
    }
  }

  @Test func `forty kinds differ in hue or shape`() {
    let looks = (0..<40).map { kind in
      let style = NodeStyle(kind: kind, shape: nil, role: .related)
      return style.fill + style.shape.rawValue
    }
    #expect(Set(looks).count == 40)
  }

  @Test func `stronger edges are wider and darker`() {
    let styles = stride(from: 0.0, through: 1, by: 0.1).map { EdgeStyle(weight: $0) }
    for (weaker, stronger) in zip(styles, styles.dropFirst()) {
      #expect(weaker.width < stronger.width)
      #expect(luminance(weaker.color) > luminance(stronger.color))
    }
  }
}
