import CAkinKernels

extension NodeTable {
  /// The nodes of many ids, each `nil` where there is none: as `index(ofID:)` one after the other, but the waits for
  /// memory of 64 ids overlap.
  ///
  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(bytes of the ids).
  public func indices(ofIDs wanted: [String]) throws(GraphError) -> [UInt32?] {
    var found: [UInt32?] = []
    found.reserveCapacity(wanted.count)
    var hashes = [UInt64](repeating: 0, count: 64)
    var start = 0
    while start < wanted.count {
      let end = min(start + 64, wanted.count)
      for number in start..<end {
        var id = wanted[number]
        let hash = unsafe id.withUTF8Bytes { unsafe XXH64.hash($0) }
        hashes[number - start] = hash
        idTable.prefetchSlot(hash)
      }
      for number in start..<end { idTable.prefetchOffset(hashes[number - start], in: ids) }
      for number in start..<end { idTable.prefetchID(hashes[number - start], in: ids) }
      for number in start..<end {
        var id = wanted[number]
        found.append(
          try unsafe id.withUTF8Bytes { bytes throws(GraphError) in
            try unsafe idTable.index(of: bytes, hash: hashes[number - start], in: ids)
          })
      }
      start = end
    }
    return found
  }
}

extension IDTable {
  private func start(_ hash: UInt64) -> Int { Int(hash & UInt64(slots.count - 1)) }

  /// The node that a hash is most likely to lead to.
  private func likelyNode(_ hash: UInt64, in ids: StringColumn) -> Int? {
    guard slots.count > 0 else { return nil }
    let index = Int(slots[start(hash)] >> 32)
    return index < ids.count ? index : nil
  }

  func prefetchSlot(_ hash: UInt64) {
    guard slots.count > 0 else { return }
    // Safe: the start lies inside the slots; the address is asked for and not read.
    unsafe akin_prefetch(slots.start + start(hash))
  }

  func prefetchOffset(_ hash: UInt64, in ids: StringColumn) {
    guard let node = likelyNode(hash, in: ids) else { return }
    // Safe: a node below the count has an offset.
    unsafe akin_prefetch(ids.offsets.start + node)
  }

  func prefetchID(_ hash: UInt64, in ids: StringColumn) {
    guard let node = likelyNode(hash, in: ids) else { return }
    let start = ids.offsets[node]
    guard start < UInt64(ids.bytes.count) else { return }
    // Safe: the offset was checked.
    unsafe akin_prefetch(ids.bytes.start + Int(start))
  }
}
