/// Text as it can stand in a picture: one line, without characters that XML or a C string cannot hold.
///
/// White space becomes single spaces; control characters and noncharacters become U+FFFD; of a run of invisible
/// characters (joiners, direction marks) the first eight stay. Text that leaves no mark on paper becomes empty.
func cleaned(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  var needsSpace = false
  var invisible = 0
  for scalar in text.unicodeScalars {
    let properties = scalar.properties
    if properties.isWhitespace && !nonBreakingSpaces.contains(scalar) {
      needsSpace = !result.isEmpty
      continue
    }
    invisible = properties.isDefaultIgnorableCodePoint ? invisible + 1 : 0
    guard invisible <= 8 else { continue }
    if needsSpace { result.append(" ") }
    needsSpace = false
    let isDrawable = properties.generalCategory != .control && !properties.isNoncharacterCodePoint
    result.append(isDrawable ? scalar : "\u{FFFD}")
  }
  return isBlank(result) ? "" : String(result)
}

/// Whether no scalar has a width: Pango refuses to draw such a line.
private func isBlank(_ text: some Sequence<Unicode.Scalar>) -> Bool {
  text.allSatisfy { scalar in
    let properties = scalar.properties
    return properties.isWhitespace || properties.isDefaultIgnorableCodePoint
      || properties.generalCategory == .nonspacingMark || properties.generalCategory == .enclosingMark
  }
}

private let nonBreakingSpaces: Set<Unicode.Scalar> = ["\u{A0}", "\u{2007}", "\u{202F}"]

/// At most `limit` characters of cleaned text; what is longer ends in an ellipsis.
func shortened(_ text: String, to limit: Int) -> String {
  let text = text.map { boundedCluster($0) }
  return text.count <= limit ? text.joined() : text.prefix(limit - 1).joined() + "…"
}

/// Breaks cleaned text into lines of at most `columns`, between words where there are any, of nearly equal width.
///
/// A wide character (CJK, emoji) counts two columns and allows a break beside it; a word longer than a line is cut
/// between grapheme clusters. What does not fit in `maximumLines` is replaced by an ellipsis.
///
/// - Complexity: O(columns · what fits), whatever the length of the text.
func wrapped(_ text: String, columns: Int, maximumLines: Int) -> [String] {
  precondition(columns >= 2 && maximumLines >= 1, "cannot wrap to \(columns) columns and \(maximumLines) lines")
  let clusters = text.prefix(columns * maximumLines * 2 + 1).map { Cluster($0) }
  let (greedy, cuts) = broken(clusters, columns: columns)
  guard greedy.count <= maximumLines else {
    var last = greedy[maximumLines - 1]
    while !last.isEmpty, width(last) > columns - 1 || last[last.endIndex - 1].isSpace { last.removeLast() }
    return greedy[..<(maximumLines - 1)].map(string) + [string(last) + "…"]
  }
  // Lines of equal width look better, but not at the price of another line or of a word cut in two.
  var best = greedy
  for narrower in stride(from: columns - 1, through: 2, by: -1) {
    let (lines, itsCuts) = broken(clusters, columns: narrower)
    guard lines.count <= greedy.count, itsCuts <= cuts else { break }
    best = lines
  }
  return best.map(string)
}

/// One grapheme cluster and the columns that it takes.
private struct Cluster {
  var text: String
  var width: Int
  var isSpace: Bool { text == " " }

  init(_ character: Character) {
    text = boundedCluster(character)
    width = displayWidth(character)
  }
}

/// Breaks a line after the last space, beside the last wide character or after the last hyphen or slash that fits.
///
/// - Returns: the lines, and how many breaks are within a word.
private func broken(_ clusters: [Cluster], columns: Int) -> (lines: [ArraySlice<Cluster>], cuts: Int) {
  var lines: [ArraySlice<Cluster>] = []
  var cuts = 0
  var start = 0
  while start < clusters.count {
    var end = start
    var used = 0
    while end < clusters.count, used + clusters[end].width <= columns || clusters[end].isSpace {
      used += clusters[end].width
      end += 1
    }
    end = max(end, start + 1)
    if end < clusters.count {
      let between = (start + 1...end).last { mayBreak(clusters, before: $0) }
      if between == nil { cuts += 1 }
      end = between ?? end
    }
    var line = clusters[start..<end]
    while let last = line.last, last.isSpace { line.removeLast() }
    if !isBlank(string(line).unicodeScalars) { lines.append(line) }
    start = end
  }
  return (lines, cuts)
}

private func mayBreak(_ clusters: [Cluster], before position: Int) -> Bool {
  let before = clusters[position - 1]
  let after = clusters[position]
  if joints.contains(after.text) { return false }
  return before.isSpace || before.width == 2 || after.width == 2 || joints.contains(before.text)
}

/// A line may end with one of these and should not begin with one.
private let joints: Set<String> = ["-", "/", "_", "‐", "–", "—", "、", "。", "，"]

private func width(_ line: ArraySlice<Cluster>) -> Int { line.reduce(0) { $0 + $1.width } }
private func string(_ line: ArraySlice<Cluster>) -> String { line.map(\.text).joined() }

/// Stacked marks are cut: one cluster may hold thousands, and would cover the picture.
private func boundedCluster(_ character: Character) -> String {
  guard character.unicodeScalars.count > 4 else { return String(character) }
  var marks = 0
  let kept = character.unicodeScalars.prefix(24).filter { scalar in
    let category = scalar.properties.generalCategory
    if category == .nonspacingMark || category == .enclosingMark { marks += 1 }
    return marks <= 3 || (category != .nonspacingMark && category != .enclosingMark)
  }
  return String(String.UnicodeScalarView(kept))
}

/// Columns that a character takes in a font where Latin letters take one: 2 for East Asian wide ones and emoji.
///
/// Source: the blocks of Unicode Standard Annex #11, coarsely.
func displayWidth(_ character: Character) -> Int {
  let first = character.unicodeScalars[character.unicodeScalars.startIndex]
  if first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}") { return 2 }
  switch first.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}
