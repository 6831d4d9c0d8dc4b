import CLZMA
import CZlib
import Glibc
import Testing

/// A file in the temporary folder, removed at the end of the test that made it.
final class ScratchFile {
  let path: String

  init(_ bytes: some Collection<UInt8>) throws {
    var template = Array("/tmp/akin-formats-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    try #require(descriptor >= 0)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let content = Array(bytes)
    var written = 0
    while written < content.count {
      let count = unsafe content.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress! + written, $0.count - written)
      }
      try #require(count > 0)
      written += count
    }
    close(descriptor)
  }

  convenience init(_ text: String) throws { try self.init(Array(text.utf8)) }

  // Pass the file itself to helpers, not its path: it goes with its last use.
  deinit { unsafe unlink(path) }
}

/// One gzip member.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var stream = unsafe z_stream()
  var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 100 + 100)
  var input = bytes
  unsafe deflateInit2_(
    &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  let count = unsafe input.withUnsafeMutableBufferPointer { source in
    unsafe output.withUnsafeMutableBufferPointer { target in
      unsafe stream.next_in = source.baseAddress
      unsafe stream.avail_in = UInt32(source.count)
      unsafe stream.next_out = target.baseAddress
      unsafe stream.avail_out = UInt32(target.count)
      let code = unsafe deflate(&stream, Z_FINISH)
      precondition(code == Z_STREAM_END)
      return unsafe Int(stream.total_out)
    }
  }
  unsafe deflateEnd(&stream)
  return Array(output.prefix(count))
}

/// One xz stream.
func xzCompressed(_ bytes: [UInt8]) -> [UInt8] {
  var output = [UInt8](repeating: 0, count: lzma_stream_buffer_bound(bytes.count))
  var count = 0
  let capacity = output.count
  let code = unsafe lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, nil, bytes, bytes.count, &output, &count, capacity)
  precondition(code == LZMA_OK)
  return Array(output.prefix(count))
}
