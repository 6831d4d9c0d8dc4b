import Glibc
import Testing
import TestSupport

@testable import AkinFormats

@Suite struct ByteSourceTests {
  static let text = Array((0..<20_000).map { "\($0),\(($0 * 7919) % 1009)\n" }.joined().utf8)

  func readAll(_ file: ScratchFile, step: Int = 4096, bufferSize: Int = 1 << 17) throws -> [UInt8] {
    let source = try ByteSource(FileInput(path: file.path, bufferSize: bufferSize))
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: step)
    while true {
      let count = try source.read(into: &buffer, range: 0..<step)
      all += buffer.prefix(count)
      if count < step { return all }
    }
  }

  @Test(arguments: [1, 7, 4096, 1 << 20])
  func `all compressions give the same bytes, whatever is asked for at a time`(step: Int) throws {
    let text = step == 1 ? Array(Self.text.prefix(3000)) : Self.text
    let members = [text.prefix(1000), text.dropFirst(1000).prefix(1), text.dropFirst(1001)].map { Array($0) }
    for stored in [
      text, gzipped(text), xzCompressed(text), members.flatMap(gzipped), members.flatMap(xzCompressed),
      gzipped([]) + gzipped(text) + gzipped([]),
      gzipped(text) + [0, 0, 0, 0, 0], xzCompressed(text) + [0, 0, 0, 0],
    ] {
      #expect(try readAll(ScratchFile(stored), step: step) == text)
    }
  }

  /// Magic bytes and padding fall across the ends of a small buffer in every way.
  @Test(arguments: 6...20)
  func `members that cross the buffer are read`(bufferSize: Int) throws {
    let text = Array("user,item\n1,2\n".utf8)
    for encode in [gzipped, xzCompressed] {
      let stored = encode(text) + [0, 0, 0, 0] + encode(text) + encode(text) + [0, 0, 0, 0, 0, 0, 0, 0]
      #expect(try readAll(ScratchFile(stored), bufferSize: bufferSize) == text + text + text)
    }
  }

  @Test func `compression is recognised by content`() throws {
    for (stored, compression) in [
      (Self.text, Compression.none), (gzipped(Self.text), .gzip), (xzCompressed(Self.text), .xz), ([], .none),
      ([0x1F], .none),
    ] {
      let file = try ScratchFile(stored)
      #expect(try ByteSource(path: file.path).compression == compression, "\(file)")
    }
  }

  /// Cuts anywhere after the magic bytes, also inside of headers and checksums and at the end of the first member.
  @Test func `truncated files are named so`() throws {
    for (stored, compression) in [
      (gzipped(Self.text), Compression.gzip), (xzCompressed(Self.text), .xz),
    ] {
      for length in [8, 11, 100, stored.count / 2, stored.count - 9, stored.count - 1] {
        let file = try ScratchFile(stored.prefix(length))
        #expect(throws: FormatError.truncated(path: file.path, compression: compression)) { try readAll(file) }
      }
      let file = try ScratchFile(stored + stored.prefix(20))
      #expect(throws: FormatError.truncated(path: file.path, compression: compression)) { try readAll(file) }
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `a changed byte is noticed`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for stored in [gzipped(Self.text), xzCompressed(Self.text)] {
      var changed = stored
      // Not in the header: gzip has a time and flags there that mean nothing to the content.
      changed[Int.random(in: 12..<stored.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
      let file = try ScratchFile(changed)
      let error = #expect(throws: FormatError.self) { try readAll(file) }
      switch error {
      case .corrupt(file.path, _, _), .truncated(file.path, _): break
      default: Issue.record("unexpected \(String(describing: error))")
      }
    }
  }

  @Test func `what follows the compressed data is an error`() throws {
    for (stored, compression) in [(gzipped(Self.text), Compression.gzip), (xzCompressed(Self.text), .xz)] {
      let file = try ScratchFile(stored + Array("hello, world".utf8))
      #expect(
        throws: FormatError.trailingGarbage(path: file.path, compression: compression, offset: UInt64(stored.count))
      ) { try readAll(file) }
    }
    let padded = gzipped(Self.text) + [0, 0, 7]
    let file = try ScratchFile(padded)
    #expect(
      throws: FormatError.trailingGarbage(path: file.path, compression: .gzip, offset: UInt64(padded.count - 1))
    ) { try readAll(file) }
  }

  @Test func `paths that are no readable files`() throws {
    #expect(throws: FormatError.missingFile(path: "/no/such.csv")) { try ByteSource(path: "/no/such.csv") }
    #expect(throws: FormatError.directory(path: "/tmp")) { try ByteSource(path: "/tmp") }
    #expect(FormatError.missingFile(path: "a.csv").description == "a.csv: no such file, expected a readable file")
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func `a file without permission`() throws {
    let file = try ScratchFile("a,b\n1,2\n")
    unsafe chmod(file.path, 0)
    #expect(throws: FormatError.permissionDenied(path: file.path)) { try readAll(file) }
  }
}
