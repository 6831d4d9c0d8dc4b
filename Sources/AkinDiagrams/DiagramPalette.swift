/// Eight hues that stay apart for colour-blind readers, each dark and light; dark and light stay apart in grey print.
///
/// Text has a contrast of at least 4.5 : 1 on its ground in every theme.
///
/// Source: Okabe and Ito, "Color Universal Design", 2008; darkened to 5.6 : 1 against white, and mixed with white. For
/// the dark theme lightened instead, and mixed with the ground.
struct DiagramPalette: Equatable {
  var strong: String
  var tint: String

  static let light = [
    DiagramPalette(strong: "#006CA9", tint: "#BFDDEE"),  // blue
    DiagramPalette(strong: "#AA4B00", tint: "#F8DCC4"),  // vermillion
    DiagramPalette(strong: "#007656", tint: "#BDE5DA"),  // green
    DiagramPalette(strong: "#8F5575", tint: "#ECCCDE"),  // purple
    DiagramPalette(strong: "#8A5F00", tint: "#F6DB9E"),  // orange
    DiagramPalette(strong: "#346C8C", tint: "#D7EEFA"),  // sky
    DiagramPalette(strong: "#6E691E", tint: "#F9F5B7"),  // yellow
    DiagramPalette(strong: "#4A5568", tint: "#D9DEE6"),  // grey
  ]
  static let dark = [
    DiagramPalette(strong: "#6CC0F2", tint: "#14415C"),
    DiagramPalette(strong: "#FF9A57", tint: "#5A2E10"),
    DiagramPalette(strong: "#3FD0A8", tint: "#0B4A3A"),
    DiagramPalette(strong: "#E3A3C7", tint: "#56314A"),
    DiagramPalette(strong: "#F2BC4B", tint: "#543C08"),
    DiagramPalette(strong: "#A5DBF7", tint: "#27475A"),
    DiagramPalette(strong: "#EDE678", tint: "#4A4715"),
    DiagramPalette(strong: "#BCC7D6", tint: "#37435A"),
  ]
  /// For paper without colour: kinds are told apart by shape.
  static let print = [DiagramPalette(strong: "#1F1F1F", tint: "#E6E6E6")]
}

/// The ground of a picture and what is drawn on it.
public enum DiagramTheme: String, Sendable, CaseIterable {
  case light
  case dark
  /// Black, white and grey.
  case print

  var hues: [DiagramPalette] {
    switch self {
    case .light: DiagramPalette.light
    case .dark: DiagramPalette.dark
    case .print: DiagramPalette.print
    }
  }
  var ground: String { self == .dark ? "#0F1728" : "#FFFFFF" }
  var ink: String { self == .dark ? "#F1F5F9" : self == .print ? "#000000" : "#1A202C" }
  var mutedInk: String { self == .dark ? "#B6C2D2" : self == .print ? "#3A3A3A" : "#4C5567" }
  /// Text on a strong hue.
  var inkOnStrong: String { self == .dark ? "#0F1728" : "#FFFFFF" }
  /// The faintest and the darkest line.
  var lines: (faint: String, full: String) {
    switch self {
    case .light: ("#BEC6D2", "#4F5B70")
    case .dark: ("#3C4961", "#B3C0D4")
    case .print: ("#BBBBBB", "#333333")
    }
  }
  /// What speaks against.
  var warning: String { self == .dark ? "#FF8F8F" : self == .print ? "#000000" : "#B3261E" }
}
