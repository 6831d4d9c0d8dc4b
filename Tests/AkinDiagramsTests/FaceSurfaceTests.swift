import CPango
import Foundation
import Testing

@testable import AkinDiagrams

/// JPEG files of 16 × 8 pixels, left #C02020 and right #2020C0, written by Pillow 11 with libjpeg-turbo.
enum SampleImages {
  static let red = bytes(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQaFRERGCEYGh0dHx8fExciJCIe"
      + "JBweHx7/2wBDAQUFBQcGBw4ICA4eFBEUHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7/wAARCAAIABAD"
      + "AREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABgf/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAACAb/xAAUEQEA"
      + "AAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCZJQgA8qxqf//Z")
  static let grey = bytes(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQaFRERGCEYGh0dHx8fExciJCIe"
      + "JBweHx7/wAALCAAIABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABgf/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AJkHv//Z")
  static let ink = bytes(
    "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAFAwQEBAMFBAQEBQUFBgcMCAcHBwcPCwsJDBEPEhIRDxERExYcFxMUGhURERghGBodHR8fHxMXIiQiHiQc"
      + "Hh8e/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EABcAAAMBAAAAAAAAAAAAAAAAAAAICQf/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADgRDAE0AWQBL"
      + "AAA/ANmLKWU5af4UAD//2Q==")

  private static func bytes(_ text: String) -> [UInt8] { [UInt8](Data(base64Encoded: text)!) }
}

@Suite struct FaceSurfaceTests {
  /// Red, green and blue of a pixel.
  private func pixel(_ image: NodeImage, _ x: Int, _ y: Int) throws -> [Int] {
    let face = try #require(FaceSurface(image))
    #expect(face.width == 16 && face.height == 8)
    var found: [Int] = []
    unsafe face.withSurface { surface in
      let stride = Int(unsafe cairo_image_surface_get_stride(surface))
      let row = unsafe UnsafeRawPointer(cairo_image_surface_get_data(surface)!) + y * stride
      let value = unsafe row.load(fromByteOffset: x * 4, as: UInt32.self)
      found = [16, 8, 0].map { Int(value >> $0 & 255) }
    }
    return found
  }

  private func isClose(_ found: [Int], _ wanted: [Int]) -> Bool { zip(found, wanted).allSatisfy { abs($0 - $1) <= 8 } }

  @Test func `JPEG files have their colours, in light, grey and inks`() throws {
    for y in [0, 7] {
      #expect(isClose(try pixel(.jpeg(SampleImages.red), 2, y), [0xC0, 0x20, 0x20]))
      #expect(isClose(try pixel(.jpeg(SampleImages.red), 13, y), [0x20, 0x20, 0xC0]))
      #expect(isClose(try pixel(.jpeg(SampleImages.ink), 2, y), [0xC0, 0x20, 0x20]))
      #expect(isClose(try pixel(.jpeg(SampleImages.ink), 13, y), [0x20, 0x20, 0xC0]))
      // 0.299 red + 0.587 green + 0.114 blue.
      #expect(isClose(try pixel(.jpeg(SampleImages.grey), 2, y), [80, 80, 80]))
      #expect(isClose(try pixel(.jpeg(SampleImages.grey), 13, y), [50, 50, 50]))
    }
  }

  @Test func `a damaged file is refused, one that is cut short shows what there is`() throws {
    let bytes = SampleImages.red
    #expect(throws: DiagramError.badImage("a.jpg", found: "a damaged file", expected: "a PNG or JPEG image")) {
      try NodeImage(file: Array(bytes.prefix(100)), path: "a.jpg")
    }
    #expect(FaceSurface(.jpeg(Array(bytes.prefix(bytes.count - 6)))) != nil)
    for length in 0..<bytes.count { _ = FaceSurface(.jpeg(Array(bytes.prefix(length)))) }
    for position in bytes.indices {
      var damaged = bytes
      damaged[position] ^= 0x55
      _ = FaceSurface(.jpeg(damaged))
    }
  }

  @Test func `an image of too many pixels is refused before it is decoded`() throws {
    var bytes = SampleImages.red
    // Height and width follow the marker of the frame.
    let frame = try #require(bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
    #expect(throws: DiagramError.badImage("a", found: "65500 × 65500 pixels", expected: "at most 4096 each way")) {
      try NodeImage(file: bytes, path: "a")
    }
  }

  @Test func `a JPEG face changes PNG and PDF`() throws {
    let nodes = [DiagramNode(key: "1", label: "one", kind: 0, role: .related, id: "1")]
    let diagram = try Diagram(title: "", kinds: [DiagramKind("thing")], nodes: nodes, edges: [], layout: .neato)
    func render(_ image: [UInt8], _ format: ImageFormat) throws -> Picture {
      var style = DiagramStyle()
      style.types["thing", default: .init()].images = ["1": .jpeg(image)]
      return try DiagramRenderer.render(diagram, as: format, style: style)
    }
    for format in [ImageFormat.png, .pdf] {
      let (red, grey) = (try render(SampleImages.red, format), try render(SampleImages.grey, format))
      #expect(red.notes == [] && red.bytes != grey.bytes)
    }
  }
}
