/// Sorts by (source, target), equal ones in their order: row by row with the processor's help, otherwise by digits.
///
/// - Parameters:
///   - records: of the sources `rows`.
///   - scratch: with as much room.
///   - targetBits: no target has more bits.
/// - Returns: where the sorted edges are, either of the two.
@unsafe
func sortedByPair<Payload: EdgePayload>(
  _ records: UnsafeMutablePointer<EdgeRecord<Payload>>, _ scratch: UnsafeMutablePointer<EdgeRecord<Payload>>,
  count: Int, rows: Range<Int>, targetBits: Int, by rowSorting: RowSorting?
) -> UnsafeMutablePointer<EdgeRecord<Payload>> {
  guard let rowSorting, count <= Int(UInt32.max) else {
    // The higher bits of sources are equal where a bucket has 2^n of them.
    let bits = rows.count > 1 ? Int.bitWidth - (rows.count - 1).leadingZeroBitCount : 0
    return unsafe sortedByPair(records, scratch, count: count, sourceBits: bits, targetBits: targetBits)
  }
  var starts = unsafe RowStarts(rows: rows.count)
  let keys = UnsafeMutablePointer<UInt64>.allocate(capacity: count)
  defer {
    unsafe starts.deallocate()
    unsafe keys.deallocate()
  }
  for edge in 0..<count { unsafe starts.count(Int(records[edge].source) &- rows.lowerBound) }
  unsafe starts.add()
  // With its place, so that no two are equal and the first comes first.
  for edge in 0..<count {
    let record = unsafe records[edge]
    unsafe keys[starts.next(Int(record.source) &- rows.lowerBound)] =
      UInt64(record.target) &<< 32 | UInt64(truncatingIfNeeded: edge)
  }
  unsafe rowSorting.sort(keys, starts: starts.starts, rows: rows.count, longest: starts.longest)
  for edge in 0..<count { unsafe scratch[edge] = unsafe records[Int(keys[edge] & 0xFFFF_FFFF)] }
  return unsafe scratch
}

/// Sorts by (source, target), equal ones in their order, by digits from the lowest. No target has more bits than
/// `targetBits`; of sources the lower `sourceBits` count, the others being equal.
///
/// - Returns: where the sorted edges are, either of the two.
@unsafe
func sortedByPair<Payload: EdgePayload>(
  _ records: UnsafeMutablePointer<EdgeRecord<Payload>>, _ scratch: UnsafeMutablePointer<EdgeRecord<Payload>>,
  count: Int, sourceBits: Int, targetBits: Int
) -> UnsafeMutablePointer<EdgeRecord<Payload>> {
  let sourceMask = UInt64(1) << UInt64(sourceBits) - 1
  @inline(__always)
  func key(_ record: EdgeRecord<Payload>) -> UInt64 {
    UInt64(record.target) | (UInt64(record.source) & sourceMask) &<< UInt64(targetBits)
  }
  if count <= 32 {
    for end in 1..<max(count, 1) {
      let record = unsafe records[end]
      let recordKey = key(record)
      var place = end
      while place > 0, unsafe key(records[place - 1]) > recordKey {
        unsafe records[place] = records[place - 1]
        place -= 1
      }
      unsafe records[place] = record
    }
    return unsafe records
  }
  let bits = sourceBits + targetBits
  let passes = (bits + 10) / 11
  let width = passes > 0 ? (bits + passes - 1) / passes : 0
  let mask = UInt64(1) << UInt64(width) - 1
  var from = unsafe records
  var to = unsafe scratch
  var counts = [Int](repeating: 0, count: passes << width)
  var next = counts.mutableSpan
  for edge in 0..<count {
    let recordKey = unsafe key(from[edge])
    for pass in 0..<passes {
      // Safe: a digit is below 2^width.
      unsafe next[unchecked: pass &<< width | Int(recordKey &>> UInt64(pass &* width) & mask)] &+= 1
    }
  }
  for pass in 0..<passes {
    var place = 0
    for digit in pass << width..<(pass + 1) << width {
      let size = next[digit]
      next[digit] = place
      place += size
    }
    let shift = UInt64(pass * width)
    for edge in 0..<count {
      let record = unsafe from[edge]
      let digit = pass &<< width | Int(key(record) &>> shift & mask)
      // Safe: places come from counting the same digits.
      let place = unsafe next[unchecked: digit]
      unsafe next[unchecked: digit] = place &+ 1
      unsafe to[place] = record
    }
    unsafe swap(&from, &to)
  }
  return unsafe from
}
