import Glibc

/// What a piece of work took.
public struct Cost: Sendable, Equatable {
  /// Of all threads, user and system.
  public var cpuSeconds: Double
  /// By the clock on the wall.
  public var wallSeconds: Double
  /// The most memory that the process held during the work, the graph included. Where the system cannot forget earlier
  /// peaks, the most since the process began.
  public var peakBytes: Int

  /// Seconds and bytes are not negative.
  public init(cpuSeconds: Double = 0, wallSeconds: Double = 0, peakBytes: Int = 0) {
    self.cpuSeconds = cpuSeconds
    self.wallSeconds = wallSeconds
    self.peakBytes = peakBytes
  }

  /// Of two pieces of work one after the other.
  public static func + (left: Cost, right: Cost) -> Cost {
    Cost(
      cpuSeconds: left.cpuSeconds + right.cpuSeconds, wallSeconds: left.wallSeconds + right.wallSeconds,
      peakBytes: max(left.peakBytes, right.peakBytes))
  }
}

/// Measures the whole process, so one piece of work at a time.
struct ResourceMeter {
  private let cpu = Self.cpuSeconds()
  private let start = ContinuousClock.now
  private let forgetsPeaks = Self.forgetPeak()

  func cost() -> Cost {
    let elapsed = ContinuousClock.now - start
    let wall = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    return Cost(
      cpuSeconds: Self.cpuSeconds() - cpu, wallSeconds: wall,
      peakBytes: (forgetsPeaks ? Self.recentPeak() : nil) ?? Self.usage().ru_maxrss * 1024)
  }

  private static func usage() -> rusage {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage
  }

  private static func cpuSeconds() -> Double {
    let usage = usage()
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  /// Makes the kernel measure the peak of memory from now on.
  private static func forgetPeak() -> Bool {
    let file = unsafe open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return unsafe write(file, "5", 1) == 1
  }

  private static func recentPeak() -> Int? {
    let file = unsafe open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }) else { return nil }
    return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }.map {
      $0 * 1024
    }
  }
}
