import CLZMA

/// Decompresses xz files of one or more streams with liblzma, which checks the integrity of each.
@safe final class XZDecoder: StreamDecoder {
  /// The most memory that a file may ask of the decoder; `xz -9` asks for 65 MiB.
  static let memoryLimit: UInt64 = 1 << 30
  static let magic: [UInt8] = [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]

  private let path: String
  private let stream: UnsafeMutablePointer<lzma_stream>
  private var isDone = false

  init(path: String) throws(FormatError) {
    self.path = path
    unsafe stream = .allocate(capacity: 1)
    // All zero is what LZMA_STREAM_INIT says.
    unsafe stream.initialize(to: lzma_stream())
    try startStream()
  }

  /// A decoder of one stream: liblzma's own mode for several does not tell damage from other data after the last.
  private func startStream() throws(FormatError) {
    let code = unsafe lzma_stream_decoder(stream, Self.memoryLimit, 0)
    guard code == LZMA_OK else {
      throw .readFailed(path: path, reason: "liblzma does not start (code \(code.rawValue))")
    }
  }

  deinit {
    unsafe lzma_end(stream)
    unsafe stream.deallocate()
  }

  func decode(from input: FileInput, into target: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
    while !isDone {
      try input.require(1)
      let available = unsafe input.available
      let isExhausted = unsafe available.isEmpty
      unsafe stream.pointee.next_in = available.baseAddress?.assumingMemoryBound(to: UInt8.self)
      unsafe stream.pointee.avail_in = available.count
      unsafe stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
      unsafe stream.pointee.avail_out = target.count
      let code = unsafe lzma_code(stream, isExhausted ? LZMA_FINISH : LZMA_RUN)
      unsafe input.consume(available.count - stream.pointee.avail_in)
      let produced = unsafe target.count - stream.pointee.avail_out
      switch code {
      case LZMA_OK: break
      case LZMA_STREAM_END:
        isDone = try !input.startsMember(Self.magic, .xz)
        if !isDone { try startStream() }
      case LZMA_BUF_ERROR:
        if produced == 0, isExhausted { throw .truncated(path: path, compression: .xz) }
      default: throw .corrupt(path: path, compression: .xz, detail: Self.detail(code))
      }
      if produced > 0 { return produced }
    }
    return 0
  }

  private static func detail(_ code: lzma_ret) -> String {
    switch code {
    case LZMA_DATA_ERROR: "contents do not decode or do not match their checksum"
    case LZMA_OPTIONS_ERROR: "unsupported options"
    case LZMA_MEMLIMIT_ERROR: "needs more than \(memoryLimit >> 20) MiB to decompress"
    case LZMA_MEM_ERROR: "no memory to decompress"
    default: "liblzma code \(code.rawValue)"
    }
  }
}
