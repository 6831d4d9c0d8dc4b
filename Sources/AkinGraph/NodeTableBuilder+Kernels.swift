import CAkinKernels
import Glibc

extension NodeTableBuilder {
  /// The slot that holds an id, or the empty one that it would go to.
  @inline(__always)
  func position(of key: IDKey, _ id: UnsafeRawBufferPointer) -> Int {
    unsafe position(of: key, id, from: start(of: key))
  }

  @inline(__always)
  private func position(of key: IDKey, _ id: UnsafeRawBufferPointer, from start: Int) -> Int {
    let slots = slots.span
    let mask = slots.count &- 1
    var position = start
    while true {
      // Safe: the mask, and the shift that makes a start, keep positions inside the slots.
      let slot = unsafe slots[unchecked: position]
      if slot.index == .max { return position }
      if slot.word == key.word, slot.length == key.length,
        unsafe key.length <= IDKey.wholeLength || isStored(id, at: Int(slot.index))
      {
        return position
      }
      position = (position &+ 1) & mask
    }
  }

  @inline(__always)
  private func start(of key: IDKey) -> Int {
    Int(truncatingIfNeeded: key.hash &>> UInt64(truncatingIfNeeded: slots.count.leadingZeroBitCount &+ 1))
  }

  private func isStored(_ id: UnsafeRawBufferPointer, at index: Int) -> Bool {
    let start = Int(offsets[index])
    guard Int(offsets[index + 1]) - start == id.count else { return false }
    return unsafe bytes.withUnsafeBytes { unsafe memcmp($0.baseAddress! + start, id.baseAddress!, id.count) == 0 }
  }

  mutating func grow() {
    let old = slots
    let capacity = old.count * 2
    slots = unsafe [InternSlot](unsafeUninitializedCapacity: capacity) { larger, count in
      unsafe adviseHugePages(UnsafeMutableRawBufferPointer(larger))
      unsafe larger.initialize(repeating: .empty)
      count = capacity
    }
    let mask = capacity - 1
    var larger = slots.mutableSpan
    let shift = UInt64(capacity.leadingZeroBitCount + 1)
    for slot in old where slot.index != .max {
      let key = IDKey(word: slot.word, length: slot.length)
      // Safe: as above. Keys of one half of the table stay in order, so both tables are gone through from end to end.
      var position = Int(truncatingIfNeeded: key.hash &>> shift)
      while unsafe larger[unchecked: position].index != .max { position = (position &+ 1) & mask }
      unsafe larger[unchecked: position] = slot
    }
  }

  /// The indices of the ids of a batch that are known, and where the others are: for any number of threads at once.
  ///
  /// Slots are asked for ahead of their turn, so that the waits for memory overlap.
  func known(_ fields: [EdgeBatch.IDField], of bytes: [UInt8]) -> KnownIDs {
    // All empty arrays share a storage, which is not to be filled by several threads, even with nothing.
    guard !fields.isEmpty else { return KnownIDs(indices: [], missing: [], keys: []) }
    let ahead = 32
    var missing: [UInt32] = []
    var keysOfMissing: [IDKey] = []
    let indices = unsafe bytes.withUnsafeBytes { bytes in
      unsafe [UInt32](unsafeUninitializedCapacity: fields.count) { indices, count in
        // Those whose turn comes next, in a ring.
        var keys = [IDKey](repeating: IDKey(word: 0, length: 0), count: ahead)
        var starts = [Int](repeating: 0, count: ahead)
        var keySpan = keys.mutableSpan
        var startSpan = starts.mutableSpan
        let fieldSpan = fields.span
        for turn in 0..<fields.count &+ ahead {
          let place = turn & (ahead &- 1)
          // Safe: places lie in the ring, numbers below the count; `EdgeBatch` checked the ranges.
          if turn >= ahead {
            let number = turn &- ahead
            let key = unsafe keySpan[unchecked: place]
            let field = unsafe fieldSpan[unchecked: number]
            let position = unsafe position(
              of: key, UnsafeRawBufferPointer(start: bytes.baseAddress! + Int(field.start), count: Int(key.length)),
              from: startSpan[unchecked: place])
            let index = unsafe slots.span[unchecked: position].index
            if index == .max {
              missing.append(UInt32(truncatingIfNeeded: number))
              keysOfMissing.append(key)
            }
            unsafe indices.initializeElement(at: number, to: index)
          }
          if turn < fields.count {
            let field = unsafe fieldSpan[unchecked: turn]
            let start = Int(field.start)
            // Where no eight bytes follow, they are taken one by one.
            let key =
              start &+ 8 <= bytes.count
              ? unsafe IDKey(bytes, start: start, length: field.end &- field.start)
              : unsafe IDKey(UnsafeRawBufferPointer(rebasing: bytes[start..<Int(field.end)]))
            unsafe keySpan[unchecked: place] = key
            let slot = self.start(of: key)
            unsafe startSpan[unchecked: place] = slot
            unsafe slots.withUnsafeBufferPointer { slots in unsafe akin_prefetch(slots.baseAddress! + slot) }
          }
          // A long id waits twice more: for its offset, and for its bytes.
          let second = (turn &- ahead / 2) & (ahead &- 1)
          if unsafe keySpan[unchecked: second].length > IDKey.wholeLength {
            unsafe prefetchOffset(slots.span[unchecked: startSpan[unchecked: second]].index)
          }
          let third = (turn &- 3 * ahead / 4) & (ahead &- 1)
          if unsafe keySpan[unchecked: third].length > IDKey.wholeLength {
            unsafe prefetchID(slots.span[unchecked: startSpan[unchecked: third]].index)
          }
        }
        count = fields.count
      }
    }
    return KnownIDs(indices: indices, missing: missing, keys: keysOfMissing)
  }

  /// Gives an index to the id at `position` among those that were missing.
  mutating func intern(
    missing position: Int, of known: inout KnownIDs, _ fields: [EdgeBatch.IDField], of bytes: [UInt8]
  ) throws(GraphError) {
    let number = Int(known.missing[position])
    let key = known.keys[position]
    // Safe: `EdgeBatch` checked the range.
    let outcome: Result<UInt32, GraphError> = unsafe bytes.withUnsafeBytes { all in
      do throws(GraphError) {
        let id = unsafe UnsafeRawBufferPointer(rebasing: all[Int(fields[number].start)..<Int(fields[number].end)])
        return .success(try unsafe intern(id, key: key))
      } catch {
        return .failure(error)
      }
    }
    known.indices[number] = try outcome.get()
  }

  @inline(__always)
  private func prefetchOffset(_ index: UInt32) {
    guard index != .max else { return }
    // Safe: slots hold indices of stored ids, which have offsets.
    unsafe offsets.withUnsafeBufferPointer { unsafe akin_prefetch($0.baseAddress! + Int(index)) }
  }

  @inline(__always)
  private func prefetchID(_ index: UInt32) {
    guard index != .max else { return }
    let start = Int(offsets[Int(index)])
    // Safe: the offset of a stored id lies inside the bytes.
    unsafe bytes.withUnsafeBufferPointer { unsafe akin_prefetch($0.baseAddress! + start) }
  }
}

/// The ids of one end of a batch of edges, those that are known looked up.
struct KnownIDs: Sendable {
  /// One an edge; `UInt32.max` where the id is missing.
  var indices: [UInt32]
  /// The edges whose ids are missing, in order, and the keys of those.
  var missing: [UInt32]
  var keys: [IDKey]
}
