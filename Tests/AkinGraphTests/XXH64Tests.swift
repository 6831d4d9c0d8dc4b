import Testing

@testable import AkinGraph

@Suite struct XXH64Tests {
  private func hash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
    unsafe bytes.withUnsafeBytes { unsafe XXH64.hash($0, seed: seed) }
  }

  /// Well-known values of the reference implementation.
  @Test func `agrees with published values`() {
    #expect(hash([]) == 0xEF46_DB37_51D8_E999)
    #expect(hash(Array("a".utf8)) == 0xD24E_C4F1_A98C_6E5B)
    #expect(hash(Array("abc".utf8)) == 0x44BC_2CF5_AD77_0999)
  }

  /// The sanity check of the specification: bytes from a fixed generator, of lengths 1, 14 and 222.
  @Test func `agrees with the reference's sanity check`() {
    let prime: UInt64 = 11_400_714_785_074_694_797
    var state: UInt64 = 2_654_435_761
    let buffer: [UInt8] = (0..<222).map { _ in
      defer { state = state &* prime }
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    let seed: UInt64 = 2_654_435_761
    #expect(hash(Array(buffer[0..<1])) == 0xE934_A84A_DB05_2768)
    #expect(hash(Array(buffer[0..<1]), seed: seed) == 0x5014_607643A9B4C3)
    #expect(hash(Array(buffer[0..<14])) == 0x8282_DCC4_994E_35C8)
    #expect(hash(Array(buffer[0..<14]), seed: seed) == 0xC3BD_6BF6_3DEB_6DF0)
    #expect(hash(buffer) == 0xB641_AE8C_B691_C174)
    #expect(hash(buffer, seed: seed) == 0x20CB_8AB7_AE10_C14A)
  }
}
