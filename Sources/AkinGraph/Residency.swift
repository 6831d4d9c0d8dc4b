import Glibc

/// When a copy of mapped rows in huge pages is worth its memory.
public enum Residency {
  /// Smaller graphs lie in the caches and page tables whatever pages they have.
  static let least = 32 << 20

  /// Whether rows of `bytes` bytes are worth copying on this machine, now: they are large, and leave three quarters of the
  /// memory that is free.
  public static func pays(bytes: Int) -> Bool { pays(bytes: bytes, free: freeMemory()) }

  static func pays(bytes: Int, free: Int) -> Bool { bytes >= least && bytes <= free / 4 }

  /// Whether copies of `bytes` bytes leave three quarters of the memory that is free.
  public static func fits(bytes: Int) -> Bool { bytes <= freeMemory() / 4 }

  /// Whether walks of `hops` hops in all are worth links between the rows of a relation: making them costs as much as is
  /// saved by some ten hops an edge.
  public static func paysToLink(hops: Double, edges: Int) -> Bool { hops >= 10 * Double(edges) }

  /// What could be had without taking it from others, by /proc/meminfo; 0 where that cannot be read.
  private static func freeMemory() -> Int {
    guard let file = unsafe fopen("/proc/meminfo", "r") else { return 0 }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while unsafe fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix("MemAvailable:") else { continue }
      let digits = text.filter(\.isNumber)
      return (Int(digits) ?? 0) * 1024
    }
    return 0
  }
}
