import CPango
import CZlib

/// Writes pixels as PNG, with their resolution.
///
/// Pictures are flat colours with sharp edges: each row is stored as the difference from the row above, and nothing else
/// is tried. A general encoder tries five ways a row and takes four times as long for files no smaller.
///
/// Source: W3C, "Portable Network Graphics", second edition, 2003.
enum PNGWriter {
  /// How hard zlib tries, 1...9.
  private static let effort: Int32 = 4

  /// - Parameter surface: an image surface of the format RGB24.
  @unsafe static func bytes(of surface: OpaquePointer?, resolution: Int) throws(DiagramError) -> [UInt8] {
    unsafe cairo_surface_flush(surface)
    let width = Int(unsafe cairo_image_surface_get_width(surface))
    let height = Int(unsafe cairo_image_surface_get_height(surface))
    let stride = Int(unsafe cairo_image_surface_get_stride(surface))
    guard let pixels = unsafe cairo_image_surface_get_data(surface) else { throw .cairo("there is no image") }
    let rows = unsafe filtered(UnsafeRawPointer(pixels), width: width, height: height, stride: stride)
    var result: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // Eight bits of each of three colours, one pass.
    append("IHDR", number(width) + number(height) + [8, 2, 0, 0, 0], to: &result)
    let perMeter = Int((Double(resolution) / 0.0254).rounded())
    append("pHYs", number(perMeter) + number(perMeter) + [1], to: &result)
    append("IDAT", try deflated(rows), to: &result)
    append("IEND", [], to: &result)
    return result
  }

  /// Red, green and blue of each pixel, each row behind the number of its filter: "up".
  private static func filtered(_ pixels: UnsafeRawPointer, width: Int, height: Int, stride: Int) -> [UInt8] {
    let size = 1 + 3 * width
    return unsafe [UInt8](unsafeUninitializedCapacity: size * height) { rows, count in
      var place = 0
      for row in 0..<height {
        let here = unsafe pixels + row * stride
        unsafe rows[place] = row == 0 ? 0 : 2
        place += 1
        for column in 0..<width {
          let pixel = unsafe here.load(fromByteOffset: column * 4, as: UInt32.self)
          let above = row == 0 ? 0 : unsafe (here - stride).load(fromByteOffset: column * 4, as: UInt32.self)
          if pixel == above {
            unsafe rows[place] = 0
            unsafe rows[place + 1] = 0
            unsafe rows[place + 2] = 0
          } else {
            unsafe rows[place] = UInt8(truncatingIfNeeded: pixel >> 16) &- UInt8(truncatingIfNeeded: above >> 16)
            unsafe rows[place + 1] = UInt8(truncatingIfNeeded: pixel >> 8) &- UInt8(truncatingIfNeeded: above >> 8)
            unsafe rows[place + 2] = UInt8(truncatingIfNeeded: pixel) &- UInt8(truncatingIfNeeded: above)
          }
          place += 3
        }
      }
      count = place
    }
  }

  private static func deflated(_ bytes: [UInt8]) throws(DiagramError) -> [UInt8] {
    var length = compressBound(UInt(bytes.count))
    var status: Int32 = Z_OK
    let result = unsafe [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
      unsafe status = compress2(buffer.baseAddress, &length, bytes, UInt(bytes.count), effort)
      count = status == Z_OK ? Int(length) : 0
    }
    guard status == Z_OK else { throw .cairo("the image could not be compressed") }
    return result
  }

  private static func number(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// A chunk: length, name, content, checksum of the two.
  private static func append(_ name: String, _ content: [UInt8], to file: inout [UInt8]) {
    file += number(content.count)
    let start = file.count
    file += Array(name.utf8) + content
    let sum = unsafe file[start...].withUnsafeBufferPointer { unsafe crc32(0, $0.baseAddress, UInt32($0.count)) }
    file += number(Int(sum))
  }
}
