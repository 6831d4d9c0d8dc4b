/// Gives names their numbers, from 0 in order of first appearance: what several files of lists share.
public struct NameIndex: Sendable, Equatable {
  /// The names by number, each once.
  public private(set) var names: [String] = []
  private var numbers: [String: UInt32] = [:]

  /// An index without names.
  public init() {}

  /// How many names there are; numbers are below it.
  public var count: Int { names.count }

  /// The number of a name, new or known.
  public mutating func number(of name: String) -> UInt32 {
    if let known = numbers[name] { return known }
    let number = UInt32(names.count)
    names.append(name)
    numbers[name] = number
    return number
  }

  /// The number of a name that is already there.
  public func number(ofKnown name: String) -> UInt32? { numbers[name] }
}
