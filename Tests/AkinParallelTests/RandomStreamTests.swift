import AkinParallel
import Testing

@Suite struct RandomStreamTests {
  /// The published first outputs of SplitMix64 from state 1234567, reached here through `mix64`.
  @Test func `agrees with the published test vector`() {
    var state: UInt64 = 1_234_567
    let outputs: [UInt64] = (0..<5).map { _ in
      state &+= 0x9E37_79B9_7F4A_7C15
      return mix64(state)
    }
    #expect(
      outputs == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
      ])
  }

  @Test func `a stream starts at the state that the design fixes`() {
    var stream = RandomStream(seed: 7, stream: 3)
    let increment: UInt64 = 0x9E37_79B9_7F4A_7C15
    let first = mix64(7 ^ mix64(3 &+ increment))
    #expect(stream.next() == mix64(first &+ increment))
    #expect(stream.next() == mix64(first &+ increment &+ increment))
  }

  @Test func `streams and seeds differ`() {
    var firsts: Set<UInt64> = []
    for seed in UInt64(0)..<50 {
      for stream in UInt64(0)..<50 {
        var random = RandomStream(seed: seed, stream: stream)
        firsts.insert(random.next())
      }
    }
    #expect(firsts.count == 2500)
  }

  /// Chi-square with 9 degrees of freedom: 27.88 is exceeded with probability 0.001.
  @Test(arguments: UInt64(0)..<5)
  func `bounded draws are uniform`(seed: UInt64) {
    var random = RandomStream(seed: seed, stream: 0)
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<100_000 { counts[Int(random.draw(below: 10))] += 1 }
    let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
    #expect(chiSquare < 27.88)
  }

  /// With bound 3·2³⁰ a plain multiply-shift gives a third of the outcomes twice the probability of the others; rejection must not.
  @Test func `a bound near the word size is not biased`() {
    var random = RandomStream(seed: 1, stream: 0)
    let bound: UInt32 = 3 << 30
    var counts = [0, 0, 0]
    for _ in 0..<30_000 { counts[Int(random.draw(below: bound)) % 3] += 1 }
    let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
    #expect(chiSquare < 13.82)  // 2 degrees of freedom, probability 0.001
  }

  @Test func `unit draws stay in range and have the right mean`() {
    var random = RandomStream(seed: 2, stream: 9)
    let draws = (0..<10_000).map { _ in random.drawUnit() }
    #expect(draws.allSatisfy { (0..<1).contains($0) })
    #expect(abs(draws.reduce(0, +) / 10_000 - 0.5) < 0.012)  // 4 standard errors
  }
}
