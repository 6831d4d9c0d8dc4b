import Glibc

/// Finds the index of an external id in O(1): open addressing with linear probing, as stored in the snapshot.
///
/// The hash is XXH64 of the id's UTF-8 bytes with seed 0. A slot is one UInt64: the upper half of the hash in its low 32
/// bits (the fingerprint), the node's index in its high 32 bits; index 0xFFFFFFFF marks an empty slot. A search starts
/// at `hash mod capacity`, the capacity is a power of two, and at most 70 % of the slots are taken.
struct IDTable: Sendable {
  static let empty = UInt64.max
  let slots: Column<UInt64>

  /// The table of these ids: each put in, in the order of its index, into a capacity that has room for one more.
  init(of ids: StringColumn) {
    let capacity = Self.capacity(for: ids.count + 1)
    let mask = capacity - 1
    slots = Column(count: capacity) { slots in
      for position in slots.indices { slots[position] = Self.empty }
      for index in 0..<ids.count {
        // Safe to ignore: offsets that were just made do not contradict themselves.
        guard let hash = try? unsafe ids.withBytes(at: index, { unsafe XXH64.hash($0) }) else { continue }
        var position = Int(hash & UInt64(mask))
        while slots[position] != Self.empty { position = (position + 1) & mask }
        slots[position] = Self.slot(hash: hash, index: UInt32(index))
      }
    }
  }

  init(slots: Column<UInt64>) { self.slots = slots }

  static func capacity(for count: Int) -> Int {
    var capacity = 16
    while count * 10 > capacity * 7 { capacity *= 2 }
    return capacity
  }

  static func slot(hash: UInt64, index: UInt32) -> UInt64 { (hash >> 32) | UInt64(index) << 32 }

  /// - Complexity: O(1) expected; never more than one pass over the table, whatever the file holds.
  func index(of id: UnsafeRawBufferPointer, in ids: StringColumn) throws(GraphError) -> UInt32? {
    try unsafe index(of: id, hash: XXH64.hash(id), in: ids)
  }

  func index(of id: UnsafeRawBufferPointer, hash: UInt64, in ids: StringColumn) throws(GraphError) -> UInt32? {
    let capacity = slots.count
    guard capacity > 0 else { return nil }
    var position = Int(hash & UInt64(capacity - 1))
    for _ in 0..<capacity {
      let slot = slots[position]
      let index = UInt32(truncatingIfNeeded: slot >> 32)
      if index == .max { return nil }
      if UInt32(truncatingIfNeeded: slot) == UInt32(truncatingIfNeeded: hash >> 32), Int(index) < ids.count {
        let matches = try unsafe ids.withBytes(at: Int(index)) { candidate in
          unsafe candidate.count == id.count
            && (id.isEmpty || memcmp(candidate.baseAddress!, id.baseAddress!, id.count) == 0)
        }
        if matches { return index }
      }
      position = (position + 1) & (capacity - 1)
    }
    return nil
  }
}
