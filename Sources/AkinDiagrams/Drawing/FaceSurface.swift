import CPango
import CTurboJPEG

/// The image that a node shows, as Cairo draws it. Safe: the pointer is the owner's alone and never leaves `withSurface`.
@safe final class FaceSurface {
  private let surface: OpaquePointer?

  /// Pixels that a JPEG is decoded to at the least, where it has them: the finest PNG draws a face with 450.
  private static let enoughPixels: Int32 = 512

  /// `nil` for what only a browser shows, and for what cannot be read.
  init?(_ image: NodeImage) {
    let made: OpaquePointer?
    switch image {
    case .png(let bytes): unsafe made = Self.surface(ofPNG: bytes)
    case .jpeg(let bytes): unsafe made = Self.surface(ofJPEG: bytes)
    case .remote: return nil
    }
    guard unsafe made != nil else { return nil }
    unsafe surface = made
    guard unsafe cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, width > 0, height > 0 else { return nil }
  }

  deinit { unsafe cairo_surface_destroy(surface) }

  var width: Double { Double(unsafe cairo_image_surface_get_width(surface)) }
  var height: Double { Double(unsafe cairo_image_surface_get_height(surface)) }

  @unsafe func withSurface(_ body: (OpaquePointer?) -> Void) { unsafe body(surface) }

  // MARK: PNG

  private static func surface(ofPNG bytes: [UInt8]) -> OpaquePointer? {
    let reader = PNGReader(bytes)
    // Safe: the reader lives until the surface is made, which reads everything.
    let surface = unsafe cairo_image_surface_create_from_png_stream(
      PNGReader.read, Unmanaged.passUnretained(reader).toOpaque())
    withExtendedLifetime(reader) {}
    return unsafe surface
  }

  private final class PNGReader {
    var rest: ArraySlice<UInt8>
    init(_ bytes: [UInt8]) { rest = bytes[...] }

    static let read: cairo_read_func_t = { closure, data, length in
      guard let closure = unsafe closure, let data = unsafe data else { return CAIRO_STATUS_READ_ERROR }
      let reader = unsafe Unmanaged<PNGReader>.fromOpaque(closure).takeUnretainedValue()
      guard reader.rest.count >= Int(length) else { return CAIRO_STATUS_READ_ERROR }
      for (position, byte) in reader.rest.prefix(Int(length)).enumerated() { unsafe data[position] = byte }
      reader.rest = reader.rest.dropFirst(Int(length))
      return CAIRO_STATUS_SUCCESS
    }
  }

  // MARK: JPEG

  private static func surface(ofJPEG bytes: [UInt8]) -> OpaquePointer? {
    guard let decoder = unsafe tjInitDecompress() else { return nil }
    defer { unsafe tjDestroy(decoder) }
    var (width, height, subsampling, colors): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    let length = UInt(bytes.count)
    guard unsafe tjDecompressHeader3(decoder, bytes, length, &width, &height, &subsampling, &colors) == 0 else {
      return nil
    }
    (width, height) = scaled(width, height)
    let surface = unsafe cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)
    guard unsafe cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
      let pixels = unsafe cairo_image_surface_get_data(surface)
    else {
      unsafe cairo_surface_destroy(surface)
      return nil
    }
    unsafe cairo_surface_flush(surface)
    let stride = unsafe cairo_image_surface_get_stride(surface)
    // Inks need a conversion of ours: the library gives them as they are.
    let isInk = colors == Int32(TJCS_CMYK.rawValue) || colors == Int32(TJCS_YCCK.rawValue)
    let format = isInk ? Int32(TJPF_CMYK.rawValue) : Int32(akin_pixel_format)
    let status = unsafe tjDecompress2(
      decoder, bytes, length, pixels, width, stride, height, format, Int32(TJFLAG_ACCURATEDCT))
    // A warning means that some of the picture is missing, which browsers show too.
    if status != 0, unsafe tjGetErrorCode(decoder) != Int32(TJERR_WARNING.rawValue) {
      unsafe cairo_surface_destroy(surface)
      return nil
    }
    if isInk {
      for row in 0..<Int(height) {
        for pixel in 0..<Int(width) {
          let inks = unsafe pixels + row * Int(stride) + pixel * 4
          // Stored inverted, as every program that writes such files does: 255 is no ink.
          let black = unsafe UInt32(inks[3])
          let red = unsafe UInt32(inks[0]) * black / 255
          let green = unsafe UInt32(inks[1]) * black / 255
          let blue = unsafe UInt32(inks[2]) * black / 255
          unsafe UnsafeMutableRawPointer(inks).storeBytes(of: red << 16 | green << 8 | blue, as: UInt32.self)
        }
      }
    }
    unsafe cairo_surface_mark_dirty(surface)
    return unsafe surface
  }

  /// The smallest size that the decoder offers with enough pixels.
  private static func scaled(_ width: Int32, _ height: Int32) -> (Int32, Int32) {
    for eighths in Int32(1)...8 where (max(width, height) * eighths + 7) / 8 >= enoughPixels {
      return ((width * eighths + 7) / 8, (height * eighths + 7) / 8)
    }
    return (width, height)
  }
}
