import CAkinKernels

/// Ranks the visits of one node after the other: few by a kernel that compares all with all, more in a small hash table that
/// is used again.
@safe
struct VisitRanking {
  private var keys: [UInt32]
  /// 0 where a place is free.
  private var counts: [UInt32]
  private var used: [Int] = []
  private var order: [UInt64] = []
  private let mask: UInt64
  private let kernel: akin_rank_visits_function?
  private var neighbors = [UInt32](repeating: 0, count: Int(AKIN_VISITS_LIMIT))
  private var shares = [Float](repeating: 0, count: Int(AKIN_VISITS_LIMIT))

  /// - Parameters:
  ///   - visits: of one node at most.
  ///   - level: instruction set of the kernel, see akin_isa.h; `nil` for the table alone.
  init(visits: Int, level: Int32? = akin_isa_level()) {
    unsafe kernel = if let level { unsafe akin_rank_visits_level(level) } else { nil }
    var size = 16
    while size < 2 * visits { size *= 2 }
    keys = [UInt32](repeating: 0, count: size)
    counts = keys
    mask = UInt64(size - 1)
  }

  /// Appends the row of `node`.
  mutating func append(_ visits: Span<UInt32>, of node: UInt32, size: Int, to rows: inout NeighborRows) {
    if let kernel = unsafe kernel, visits.count <= Int(AKIN_VISITS_LIMIT) {
      unsafe visits.withUnsafeBufferPointer { visits in
        unsafe neighbors.withUnsafeMutableBufferPointer { neighbors in
          unsafe shares.withUnsafeMutableBufferPointer { shares in
            let count = unsafe Int(
              kernel(
                visits.baseAddress, Int64(visits.count), node, Int64(size), neighbors.baseAddress, shares.baseAddress))
            unsafe rows.neighbors.append(contentsOf: UnsafeBufferPointer(rebasing: neighbors[..<count]))
            unsafe rows.weights.append(contentsOf: UnsafeBufferPointer(rebasing: shares[..<count]))
          }
        }
      }
      rows.offsets.append(UInt64(rows.neighbors.count))
      return
    }
    for number in visits.indices where visits[number] != node {
      let visit = visits[number]
      var place = Int((UInt64(visit) &* 0x9E37_79B9_7F4A_7C15) >> 32 & mask)
      while counts[place] != 0, keys[place] != visit { place = (place + 1) & Int(mask) }
      if counts[place] == 0 {
        keys[place] = visit
        used.append(place)
      }
      counts[place] += 1
    }
    // Ascending, by descending count and then by index: plain numbers are sorted without calling anything.
    order.removeAll(keepingCapacity: true)
    for place in used {
      order.append(UInt64(~counts[place]) << 32 | UInt64(keys[place]))
      counts[place] = 0
    }
    used.removeAll(keepingCapacity: true)
    order.sort()
    let kept = order.prefix(size)
    var total: UInt64 = 0
    for entry in kept { total += UInt64(~UInt32(truncatingIfNeeded: entry >> 32)) }
    for entry in kept {
      rows.neighbors.append(UInt32(truncatingIfNeeded: entry))
      rows.weights.append(Float(Double(~UInt32(truncatingIfNeeded: entry >> 32)) / Double(total)))
    }
    rows.offsets.append(UInt64(rows.neighbors.count))
  }
}
