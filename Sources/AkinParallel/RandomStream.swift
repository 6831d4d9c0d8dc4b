/// A stream of random bits for one piece of work (a walk, a user, an epoch), never for one thread, so that results
/// do not depend on how many threads ran.
///
/// The generator is SplitMix64: `state += 0x9E3779B97F4A7C15; return mix64(state)`. The first state of stream *s* of
/// seed *x* is `mix64(x ^ mix64(s + 0x9E3779B97F4A7C15))`, which keeps neighbouring seeds and streams unrelated.
///
/// Source: Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
/// doi:10.1145/2660193.2660195.
public struct RandomStream: RandomNumberGenerator, Sendable {
  @usableFromInline static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15
  @usableFromInline var state: UInt64

  /// Stream number `stream` of `seed`: any two numbers will do, and neighbouring ones are as good as others.
  @inlinable public init(seed: UInt64, stream: UInt64) {
    state = mix64(seed ^ mix64(stream &+ Self.increment))
  }

  /// Where in its course the generator is: what a kernel goes on from that draws as this type does.
  @inlinable public var position: UInt64 { state }

  /// The next 64 random bits; the stream repeats after 2⁶⁴ of them.
  @inlinable public mutating func next() -> UInt64 {
    state &+= Self.increment
    return mix64(state)
  }

  /// A uniform draw from `0..<bound`, without modulo bias.
  ///
  /// Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019, doi:10.1145/3230636.
  @inlinable public mutating func draw(below bound: UInt32) -> UInt32 {
    precondition(bound > 0, "a draw needs at least one outcome, found bound 0")
    var product = UInt64(UInt32(truncatingIfNeeded: next() >> 32)) &* UInt64(bound)
    if UInt32(truncatingIfNeeded: product) < bound {
      let threshold = (0 &- bound) % bound
      while UInt32(truncatingIfNeeded: product) < threshold {
        product = UInt64(UInt32(truncatingIfNeeded: next() >> 32)) &* UInt64(bound)
      }
    }
    return UInt32(truncatingIfNeeded: product >> 32)
  }

  /// A uniform draw from `0..<1`, with 53 random bits.
  @inlinable public mutating func drawUnit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// The finaliser of SplitMix64: a bijection of 64 bits in which every input bit flips about half of the output bits.
@inlinable public func mix64(_ value: UInt64) -> UInt64 {
  var z = value
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
