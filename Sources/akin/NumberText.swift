import Glibc

/// 1,234,567
func grouped(_ value: Int) -> String {
  var text = ""
  for (position, digit) in String(value.magnitude).reversed().enumerated() {
    if position > 0, position % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return (value < 0 ? "-" : "") + String(text.reversed())
}

/// Four significant digits, without an exponent where that is readable.
func rounded(_ value: Double) -> String {
  guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
  let magnitude = log10(abs(value)).rounded(.down)
  guard (-6...9).contains(magnitude) else { return "\(value)" }
  let digits = max(0, 3 - Int(magnitude))
  let factor = pow(10, Double(digits))
  let fixed = (value * factor).rounded() / factor
  if digits == 0 { return "\(Int(fixed))" }
  let whole = Int(abs(fixed).rounded(.down))
  let fraction = Int(((abs(fixed) - Double(whole)) * factor).rounded())
  let text = String(fraction)
  return (value < 0 ? "-" : "") + "\(whole)." + String(repeating: "0", count: max(0, digits - text.count)) + text
}

/// "1 edge", "1,234 edges": for words that take an s.
func counted(_ value: Int, _ word: String) -> String { "\(grouped(value)) \(word)\(value == 1 ? "" : "s")" }
