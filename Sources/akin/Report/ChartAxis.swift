import Glibc

/// An axis from data to pixels, with round ticks.
struct ChartAxis {
  var low: Double
  var high: Double
  var start: Double
  var end: Double
  var ticks: [Double]

  /// A linear axis over the values given.
  ///
  /// - Parameter includesZero: whether it starts at 0, as lengths must; else it leaves a little room on both sides.
  init(_ values: [Double], from start: Double, to end: Double, includesZero: Bool, count: Int = 5) {
    var low = values.reduce(.infinity, min)
    var high = values.reduce(-.infinity, max)
    if !(low.isFinite && high.isFinite) { (low, high) = (0, 1) }
    if includesZero {
      low = min(0, low)
      high = max(0, high)
    }
    if high - low < 1e-12 * max(1, abs(high)) {
      let room = max(abs(high) * 0.1, 1e-6)
      if !includesZero { low -= room }
      high += includesZero && high == 0 ? 1 : room
    }
    let step = Self.roundStep((high - low) / Double(count))
    let first = (low / step).rounded(.down)
    let last = (high / step).rounded(.up)
    ticks = stride(from: first, through: last, by: 1).map { $0 * step }
    self.low = first * step
    self.high = last * step
    self.start = start
    self.end = end
  }

  func position(_ value: Double) -> Double { start + (value - low) / (high - low) * (end - start) }

  /// 1, 2 or 5 times a power of ten.
  private static func roundStep(_ rough: Double) -> Double {
    let power = pow(10, floor(log10(rough)))
    let lead = rough / power
    return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power
  }

  /// A tick's label: as many digits as the step needs.
  func label(_ tick: Double) -> String {
    let step = ticks.count > 1 ? ticks[1] - ticks[0] : 1
    let digits = max(0, Int((-log10(step)).rounded(.up)))
    guard digits > 0 else { return grouped(Int(tick.rounded())) }
    guard digits <= 8 else { return "\(tick)" }
    let scale = pow(10, Double(digits))
    let scaled = Int((abs(tick) * scale).rounded())
    let fraction = String(scaled % Int(scale))
    return (tick < 0 && scaled > 0 ? "−" : "") + "\(scaled / Int(scale))."
      + String(repeating: "0", count: digits - fraction.count) + fraction
  }
}
