import CPango
import TestSupport
import Testing

@testable import AkinDiagrams

@Suite struct PNGWriterTests {
  /// Read back by Cairo, which has a reader of its own.
  @Test(arguments: [(1, 1), (7, 3), (64, 50), (301, 2)])
  func `pixels come back as they were`(width: Int, height: Int) throws {
    var random = SplitMix64(seed: UInt64(width * 1000 + height))
    let surface = unsafe cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    defer { unsafe cairo_surface_destroy(surface) }
    let stride = Int(unsafe cairo_image_surface_get_stride(surface))
    let data = unsafe try #require(cairo_image_surface_get_data(surface))
    var pixels: [[UInt32]] = []
    for row in 0..<height {
      pixels.append([])
      for column in 0..<width {
        let isSame = row > 0 && Bool.random(using: &random)
        let pixel = isSame ? pixels[row - 1][column] : UInt32.random(in: 0...0xFF_FFFF, using: &random)
        pixels[row].append(pixel)
        unsafe UnsafeMutableRawPointer(data).storeBytes(
          of: pixel, toByteOffset: row * stride + column * 4, as: UInt32.self)
      }
    }
    unsafe cairo_surface_mark_dirty(surface)
    let file = unsafe try PNGWriter.bytes(of: surface, resolution: 96)
    let face = try #require(FaceSurface(.png(file)))
    #expect(Int(face.width) == width && Int(face.height) == height)
    unsafe face.withSurface { found in
      let stride = Int(unsafe cairo_image_surface_get_stride(found))
      let data = unsafe UnsafeRawPointer(cairo_image_surface_get_data(found)!)
      for row in 0..<height {
        for column in 0..<width {
          let pixel = unsafe data.load(fromByteOffset: row * stride + column * 4, as: UInt32.self) & 0xFF_FFFF
          #expect(pixel == pixels[row][column])
        }
      }
    }
    // 96 dots an inch are 3780 a metre.
    let mark = Array("pHYs".utf8) + [0, 0, 0x0E, 0xC4, 0, 0, 0x0E, 0xC4, 1]
    #expect(file.indices.contains { file[$0...].starts(with: mark) })
  }
}
