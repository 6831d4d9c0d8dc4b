import TestSupport
import Testing

@testable import AkinGraph

/// Rows sorted by the processor's vectors, against the standard library.
@Suite struct RowSortingTests {
  /// Rows of all lengths that networks are made for, and longer ones.
  private func lengths(_ random: inout SplitMix64) -> [Int] {
    (Array(0...270) + [511, 1000, 3000]).shuffled(using: &random)
  }

  @Test(.enabled(if: RowSorting(level: 4) != nil), arguments: UInt64(0)..<6)
  func `every row is sorted, and nothing else is touched`(seed: UInt64) throws {
    let sorting = try #require(RowSorting(level: 4))
    var random = SplitMix64(seed: seed)
    let lengths = lengths(&random)
    let top: UInt32 = [3, 300, 70_000, .max][Int(seed % 4)]
    let rows = lengths.map { length in
      (0..<length).map { _ in Int.random(in: 0..<9, using: &random) == 0 ? top : .random(in: 0...top, using: &random) }
    }
    let starts = lengths.reduce(into: [UInt32(0)]) { $0.append($0.last! + UInt32($1)) }
    // What lies before and behind stays.
    var narrow: [UInt32] = [7] + rows.joined() + [7]
    let wideRows = rows.map { row in row.enumerated().map { UInt64($1) << 32 | UInt64($0) } }
    var wide: [UInt64] = [9] + wideRows.joined() + [9]
    unsafe narrow.withUnsafeMutableBufferPointer { values in
      unsafe starts.withUnsafeBufferPointer {
        unsafe sorting.sort(values.baseAddress! + 1, starts: $0.baseAddress!, rows: rows.count, longest: 3000)
      }
    }
    unsafe wide.withUnsafeMutableBufferPointer { values in
      unsafe starts.withUnsafeBufferPointer {
        unsafe sorting.sort(values.baseAddress! + 1, starts: $0.baseAddress!, rows: rows.count, longest: 3000)
      }
    }
    #expect(narrow == [7] + rows.map { $0.sorted() }.joined() + [7])
    #expect(wide == [9] + wideRows.map { $0.sorted() }.joined() + [9])
  }

  @Test func `a level without such vectors has none`() {
    #expect(RowSorting(level: 0) == nil)
    #expect(RowSorting(level: 3) == nil)
  }
}
