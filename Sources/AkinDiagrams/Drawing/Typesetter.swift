import CPango
import Synchronization

/// Measures text with the fonts that PNG and PDF are drawn with.
///
/// Pango serves one thread at a time: one typesetter behind a lock serves the process.
enum Typesetter {
  /// DejaVu is what the setup brings; Verdana has nearly its widths, for browsers without it.
  static let families = "DejaVu Sans,Verdana,sans-serif"

  /// Begins to read what fonts there are, which Pango does in a thread of its own.
  static func prepare() { shared.withLock { $0.prepare() } }

  /// Points that a line of text takes across.
  static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
    shared.withLock { $0.width(Line(text: text, size: size, isBold: isBold)) }
  }

  /// Draws text into a Cairo context, its baseline starting at a point.
  @unsafe static func draw(_ line: Line, in cairo: OpaquePointer, at point: Point) {
    let address = UInt(bitPattern: cairo)
    shared.withLock { $0.draw(line, cairo: address, point) }
  }

  struct Line: Hashable {
    var text: String
    var size: Double
    var isBold: Bool
  }

  private static let shared = Mutex(Shared())

  /// Safe: the pointers never leave and live as long as the process.
  @safe private struct Shared {
    /// Drawing scales a layout to its picture, and text measured at another scale has other widths: one for each.
    private var measuring: OpaquePointer?
    private var drawing: OpaquePointer?
    private var widths: [Line: Double] = [:]

    mutating func prepare() {
      if unsafe measuring == nil { unsafe measuring = akin_text_new() }
    }

    mutating func width(_ line: Line) -> Double {
      if let known = widths[line] { return known }
      prepare()
      let width = unsafe akin_text_width(set(line, in: measuring))
      // Labels of one picture come twice, seldom again: a bounded memory suffices.
      if widths.count >= 4096 { widths.removeAll(keepingCapacity: true) }
      widths[line] = width
      return width
    }

    /// - Parameter cairo: the address of a context that the caller keeps alive.
    mutating func draw(_ line: Line, cairo: UInt, _ point: Point) {
      if unsafe drawing == nil { unsafe drawing = akin_text_new() }
      unsafe akin_text_draw(set(line, in: drawing), OpaquePointer(bitPattern: cairo), point.x, point.y)
    }

    private func set(_ line: Line, in layout: OpaquePointer?) -> OpaquePointer? {
      var text = line.text
      text.withUTF8 { bytes in
        unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
          unsafe akin_text_set(
            layout, bytes.baseAddress, Int32(bytes.count), Typesetter.families, line.size, line.isBold ? 1 : 0)
        }
      }
      return unsafe layout
    }
  }
}
