import Glibc

/// Looks before work that needs much memory whether there is so much.
public enum MemoryPlan {
  /// What the system says it could give, in bytes; `nil` where it does not say.
  public static func available() -> Int? {
    let file = unsafe open("/proc/meminfo", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }) else { return nil }
    return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }.map {
      $0 * 1024
    }
  }

  /// - Parameter limit: in bytes; nine tenths of what is available if `nil`.
  /// - Throws: `PropagationError.tooLarge` for more than the limit.
  public static func check(_ needed: Int, for what: String, method: String, limit: Int? = nil) throws(PropagationError)
  {
    guard let limit = limit ?? available().map({ $0 / 10 * 9 }), needed > limit else { return }
    throw .tooLarge(method: method, what: what, needed: needed, limit: limit)
  }
}
