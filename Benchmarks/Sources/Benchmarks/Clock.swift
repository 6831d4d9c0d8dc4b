import Glibc

/// CPU time of the process, in seconds: what others do on the machine counts little.
func cpuSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

func wallSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// CPU seconds of each of `count` runs, after one that does not count; ascending.
func runs(_ count: Int, _ body: (Int) throws -> Void) rethrows -> [Double] {
  try body(0)
  return try (1...count).map { number in
    let start = cpuSeconds()
    try body(number)
    return cpuSeconds() - start
  }.sorted()
}

extension [Double] {
  var median: Double { self[count / 2] }
  func quantile(_ share: Double) -> Double { self[Swift.min(count - 1, Int(Double(count) * share))] }
}

func report(_ name: String, _ value: Double, _ unit: String, _ remark: String = "") {
  func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: Swift.max(1, width - text.count))
  }
  let rounded = value >= 1000 ? "\(Int(value))" : "\((value * 100).rounded() / 100)"
  print(padded(name, 52) + padded(rounded, 10) + padded(unit, 16) + remark)
}
