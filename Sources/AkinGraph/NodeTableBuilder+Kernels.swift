import CAkinKernels

extension NodeTableBuilder {
  /// The indices of the ids of a batch, new or known, in their order.
  ///
  /// Slots are asked for ahead of their turn, so that the waits for memory overlap.
  mutating func intern(_ fields: [EdgeBatch.IDField], of bytes: [UInt8]) throws(GraphError) -> [UInt32] {
    var indices: [UInt32] = []
    indices.reserveCapacity(fields.count)
    for number in fields.indices {
      if number + 24 < fields.count { prefetchSlot(fields[number + 24].hash) }
      if number + 12 < fields.count { prefetchID(fields[number + 12].hash) }
      indices.append(try intern(fields[number], of: bytes))
    }
    return indices
  }

  /// As above, for both ends of each edge in turn.
  mutating func intern(pairsOf batch: EdgeBatch) throws(GraphError) -> (from: [UInt32], to: [UInt32]) {
    var from: [UInt32] = []
    var to: [UInt32] = []
    for number in batch.sources.indices {
      if number + 12 < batch.sources.count {
        prefetchSlot(batch.sources[number + 12].hash)
        prefetchSlot(batch.targets[number + 12].hash)
      }
      from.append(try intern(batch.sources[number], of: batch.bytes))
      to.append(try intern(batch.targets[number], of: batch.bytes))
    }
    return (from, to)
  }

  private mutating func intern(_ field: EdgeBatch.IDField, of bytes: [UInt8]) throws(GraphError) -> UInt32 {
    // Safe: `EdgeBatch.append` took the range out of these bytes, bounds checked.
    let outcome: Result<UInt32, GraphError> = unsafe bytes.withUnsafeBytes { all in
      do throws(GraphError) {
        let id = unsafe UnsafeRawBufferPointer(rebasing: all[Int(field.start)..<Int(field.end)])
        return .success(try unsafe intern(id, hash: field.hash))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  private func prefetchSlot(_ hash: UInt64) {
    // Safe: the mask keeps the position inside the slots; the address is asked for and not read.
    unsafe slots.withUnsafeBufferPointer { slots in
      unsafe akin_prefetch(slots.baseAddress! + Int(hash & UInt64(slots.count - 1)))
    }
  }

  private func prefetchID(_ hash: UInt64) {
    let slot = slots[Int(hash & UInt64(slots.count - 1))]
    guard slot != IDTable.empty else { return }
    let start = Int(offsets[Int(slot >> 32)])
    // Safe: the offset of a stored id lies inside the bytes or at their end; the address is asked for and not read.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      if let base = bytes.baseAddress { unsafe akin_prefetch(base + start) }
    }
  }
}
