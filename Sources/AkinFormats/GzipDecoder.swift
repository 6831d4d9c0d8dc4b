import CZlib

/// Decompresses gzip files of one or more members with zlib, which checks the CRC and length of each.
@safe final class GzipDecoder: StreamDecoder {
  static let magic: [UInt8] = [0x1F, 0x8B]

  private let path: String
  // On the heap: zlib keeps the address of the stream.
  private let stream: UnsafeMutablePointer<z_stream>
  private var isDone = false

  init(path: String) throws(FormatError) {
    self.path = path
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 15 bits of window; + 16: gzip framing.
    let code = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw .readFailed(path: path, reason: "zlib does not start (code \(code))") }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  func decode(from input: FileInput, into target: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
    while !isDone {
      try input.require(1)
      let available = unsafe input.available
      let isExhausted = unsafe available.isEmpty
      // zlib takes the input as mutable and never writes to it.
      unsafe stream.pointee.next_in = UnsafeMutablePointer(
        mutating: available.baseAddress?.assumingMemoryBound(to: UInt8.self))
      unsafe stream.pointee.avail_in = UInt32(available.count)
      unsafe stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
      let room = UInt32(clamping: target.count)
      unsafe stream.pointee.avail_out = room
      let code = unsafe inflate(stream, Z_NO_FLUSH)
      unsafe input.consume(available.count - Int(stream.pointee.avail_in))
      let produced = unsafe Int(room - stream.pointee.avail_out)
      switch code {
      case Z_STREAM_END:
        isDone = try !input.startsMember(Self.magic, .gzip)
        unsafe inflateReset(stream)
      case Z_OK, Z_BUF_ERROR:
        if produced == 0, isExhausted { throw .truncated(path: path, compression: .gzip) }
      default:
        let detail = unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "zlib code \(code)"
        throw .corrupt(path: path, compression: .gzip, detail: detail)
      }
      if produced > 0 { return produced }
    }
    return 0
  }
}
