import ArgumentParser

/// A size of memory as people write it: `500M`, `4G`, `1.5G`, `800MiB`, a number of bytes; units are powers of 1,024.
struct MemorySize: ExpressibleByArgument {
  var text: String
  var byteCount: Int

  /// What reading a file takes, whatever its size.
  static let reading = 64 << 20
  /// Less would leave nothing to work with.
  static let least = 80 << 20

  init?(argument: String) {
    var number = argument.uppercased()
    if number.hasSuffix("IB") { number.removeLast(2) } else if number.hasSuffix("B") { number.removeLast() }
    var shift = 0
    for (unit, power) in [("K", 10), ("M", 20), ("G", 30), ("T", 40)] where number.hasSuffix(unit) {
      number.removeLast()
      shift = power
      break
    }
    guard let value = Double(number), value > 0, value * Double(1 << shift) < 0x1p62 else { return nil }
    text = argument
    byteCount = Int(value * Double(1 << shift))
  }
}
