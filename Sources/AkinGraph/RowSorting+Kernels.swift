import CAkinKernels

/// Sorts rows one by one, in registers where they are short; there is none where the processor has no vectors that help.
///
/// Safe to hold; who calls it vouches that rows lie behind each other in the memory given.
@safe
struct RowSorting: @unchecked Sendable {
  private let kernels: akin_row_sorting

  private init?(_ kernels: UnsafePointer<akin_row_sorting>?) {
    guard let kernels = unsafe kernels else { return nil }
    self.kernels = unsafe kernels.pointee
  }

  /// The one of a level of `akin_isa.h`.
  init?(level: Int32) { unsafe self.init(akin_row_sorting_level(level)) }

  /// The one for this host.
  static let forHost = unsafe RowSorting(akin_row_sorting())

  /// How long a row may be that needs no `scratch`.
  private static let longestInRegisters = 128

  /// Sorts each row.
  ///
  /// - Parameters:
  ///   - starts: where each of `rows` rows starts, and the end of the last.
  ///   - longest: how many values the longest row has.
  func sort(_ values: UnsafeMutablePointer<UInt32>, starts: UnsafePointer<UInt32>, rows: Int, longest: Int) {
    unsafe withScratch(longest) { unsafe kernels.narrow(values, starts, Int64(rows), $0) }
  }

  /// The same for values that differ, and whose lower halves ascend in each row already.
  func sort(_ values: UnsafeMutablePointer<UInt64>, starts: UnsafePointer<UInt32>, rows: Int, longest: Int) {
    unsafe withScratch(longest) { unsafe kernels.wide(values, starts, Int64(rows), $0) }
  }

  private func withScratch<Element>(_ longest: Int, _ body: (UnsafeMutablePointer<Element>?) -> Void) {
    guard longest > Self.longestInRegisters else { return body(nil) }
    let scratch = UnsafeMutablePointer<Element>.allocate(capacity: longest)
    defer { unsafe scratch.deallocate() }
    unsafe body(scratch)
  }
}

/// Where rows start, found by counting: what a counting sort needs beside the values.
///
/// Safe: rows are below the number given, and no more values are placed in one than were counted.
@unsafe
struct RowStarts {
  /// Once all values are placed, where each row starts, and the end of the last.
  let starts: UnsafeMutablePointer<UInt32>
  let rows: Int
  private(set) var longest = 0

  init(rows: Int) {
    unsafe self.rows = rows
    unsafe starts = .allocate(capacity: rows + 2)
    unsafe starts.initialize(repeating: 0, count: rows + 2)
  }

  func deallocate() { unsafe starts.deallocate() }

  @inline(__always)
  func count(_ row: Int) { unsafe starts[row &+ 2] &+= 1 }

  /// Between the last value that is counted and the first that is placed.
  mutating func add() {
    for row in unsafe 0..<rows {
      let size = unsafe starts[row + 2]
      unsafe longest = unsafe max(longest, Int(size))
      unsafe starts[row + 2] = unsafe starts[row + 1] + size
    }
  }

  /// Where the next value of a row goes.
  @inline(__always)
  func next(_ row: Int) -> Int {
    let place = unsafe starts[row &+ 1]
    unsafe starts[row &+ 1] = place &+ 1
    return Int(place)
  }
}
