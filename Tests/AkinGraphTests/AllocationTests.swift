import AkinParallel
import Testing

@testable import AkinGraph

/// Pages that go from memory that is done with to memory that is about to be filled.
@Suite struct AllocationTests {
  private static let page = 4096

  private func fill(_ allocation: Allocation, _ count: Int, from first: UInt64) {
    let words = unsafe allocation.start.bindMemory(to: UInt64.self, capacity: count / 8)
    for word in 0..<count / 8 { unsafe words[word] = first + UInt64(word) }
  }

  private func word(_ allocation: Allocation, _ byte: Int) -> UInt64 {
    unsafe allocation.start.load(fromByteOffset: byte, as: UInt64.self)
  }

  @Test func `pages move with what they hold, at most as many as are asked for, and none twice`() {
    let size = 1 << 21
    let (old, new, newest) = (Allocation(byteCount: size), Allocation(byteCount: size), Allocation(byteCount: size))
    fill(old, size, from: 1)
    let spare = SparePages()
    // Not a whole number of pages: what other bytes share with them stays.
    spare.add(100..<1_000_000, of: old)
    new.back(300_000, with: spare)
    #expect(word(new, 0) == UInt64(1 + Self.page / 8))
    #expect(word(old, Self.page) == 0, "what has moved is gone")
    #expect(word(old, 0) == 1 && word(old, 1_000_000) == 1 + 1_000_000 / 8)
    let backed = (300_000 + Self.page - 1) / Self.page * Self.page
    #expect(word(new, backed) == 0)
    // The rest, and from memory that lies in moved pages itself.
    new.back(size, with: spare)
    #expect(word(new, backed) == UInt64(1 + (Self.page + backed) / 8))
    fill(new, size, from: 7)
    spare.add(0..<size, of: new)
    newest.back(size, with: spare)
    // In whatever order pieces came.
    var found = Set<UInt64>()
    for page in 0..<size / Self.page where word(newest, page * Self.page) != 0 {
      #expect((word(newest, page * Self.page) - 7) % UInt64(Self.page / 8) == 0)
      #expect(found.insert(word(newest, page * Self.page)).inserted)
    }
    #expect(found.count > size / Self.page / 2)
    fill(old, size, from: 3)
    #expect(word(old, size - 8) == UInt64(size / 8 + 2))
  }

  @Test func `memory that may have been written since it was prepared is left alone`() {
    let (old, new) = (Allocation(byteCount: 1 << 20), Allocation(byteCount: 1 << 20))
    fill(old, 1 << 20, from: 1)
    let spare = SparePages()
    new.back(500_000, with: spare)
    fill(new, 500_000, from: 9)
    spare.add(0..<1 << 20, of: old)
    new.back(1 << 20, with: spare)
    #expect((0..<500_000 / 8).allSatisfy { word(new, 8 * $0) == UInt64(9 + $0) })
    #expect(word(new, (500_000 + Self.page - 1) / Self.page * Self.page) == 1)
  }

  @Test func `memory from the heap, and small pieces, stay where they are`() throws {
    let small = Allocation(byteCount: 1000)
    let large = Allocation(byteCount: 1 << 20)
    fill(small, 1000, from: 5)
    let spare = SparePages()
    spare.add(0..<1000, of: small)
    spare.add(0..<1000, of: large)
    large.back(1 << 20, with: spare)
    #expect(word(small, 0) == 5 && word(large, 0) == 0)
    try large.populate(execution: .serial)
    try small.populate(execution: .serial)
    #expect(word(small, 0) == 5 && word(large, 1 << 19) == 0)
  }
}
