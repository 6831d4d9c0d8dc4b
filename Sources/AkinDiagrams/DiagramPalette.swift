/// Eight hues that stay apart for colour-blind readers, each dark and light; dark and light stay apart in grey print.
///
/// Text has a contrast of at least 4.5 : 1 on its ground: white on `strong`, `ink` on `tint` and on white.
///
/// Source: Okabe and Ito, "Color Universal Design", 2008; darkened to 5.6 : 1 against white, and mixed with white.
struct DiagramPalette {
  var strong: String
  var tint: String

  static let ink = "#1A202C"
  static let mutedInk = "#4C5567"
  static let white = "#FFFFFF"

  static let hues = [
    DiagramPalette(strong: "#006CA9", tint: "#BFDDEE"),  // blue
    DiagramPalette(strong: "#AA4B00", tint: "#F8DCC4"),  // vermillion
    DiagramPalette(strong: "#007656", tint: "#BDE5DA"),  // green
    DiagramPalette(strong: "#8F5575", tint: "#ECCCDE"),  // purple
    DiagramPalette(strong: "#8A5F00", tint: "#F6DB9E"),  // orange
    DiagramPalette(strong: "#346C8C", tint: "#D7EEFA"),  // sky
    DiagramPalette(strong: "#6E691E", tint: "#F9F5B7"),  // yellow
    DiagramPalette(strong: "#4A5568", tint: "#D9DEE6"),  // grey
  ]
}
