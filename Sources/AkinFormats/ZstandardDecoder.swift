import CZstd

/// Decompresses Zstandard files of one or more frames with libzstd, which checks the content checksum where there is one.
@safe final class ZstandardDecoder: StreamDecoder {
  static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
  /// Binary logarithm of the largest window that a file may ask for: `zstd --ultra -22` asks for 2²⁷ bytes.
  static let windowLimit: Int32 = 30

  private let path: String
  private let stream: OpaquePointer
  private var isDone = false
  private var isInFrame = false

  init(path: String) throws(FormatError) {
    self.path = path
    guard let stream = unsafe ZSTD_createDStream() else {
      throw .readFailed(path: path, reason: "libzstd does not start")
    }
    unsafe self.stream = stream
    _ = unsafe ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, Self.windowLimit)
  }

  deinit { _ = unsafe ZSTD_freeDStream(stream) }

  func decode(from input: FileInput, into target: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
    while !isDone {
      try input.require(1)
      let available = unsafe input.available
      let isExhausted = unsafe available.isEmpty
      var source = unsafe ZSTD_inBuffer(src: available.baseAddress, size: available.count, pos: 0)
      var destination = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
      let code = unsafe ZSTD_decompressStream(stream, &destination, &source)
      guard ZSTD_isError(code) == 0 else {
        throw .corrupt(path: path, compression: .zstandard, detail: unsafe String(cString: ZSTD_getErrorName(code)))
      }
      unsafe input.consume(source.pos)
      let produced = unsafe destination.pos
      isInFrame = code != 0
      if !isInFrame {
        isDone = try !input.startsMember(Self.magic, .zstandard)
      } else if produced == 0, isExhausted {
        throw .truncated(path: path, compression: .zstandard)
      }
      if produced > 0 { return produced }
    }
    return 0
  }
}
