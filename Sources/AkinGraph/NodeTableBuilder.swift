/// Gives external ids their indices, in order of first appearance, and collects labels.
struct NodeTableBuilder {
  let name: String
  private(set) var bytes: [UInt8] = []
  private(set) var offsets: [UInt64] = [0]
  private var hashes: [UInt64] = []
  private(set) var slots = [UInt64](repeating: IDTable.empty, count: 16)
  private var labels: [String] = []
  private(set) var attributes: [AttributeBuilder] = []

  init(name: String) { self.name = name }

  var count: Int { hashes.count }
  var labelCount: Int { labels.count { !$0.isEmpty } }

  /// - Throws: `GraphError.tooManyNodes` past 2³² − 1 nodes.
  /// - Complexity: O(length of the id), amortised.
  mutating func intern(_ id: UnsafeRawBufferPointer) throws(GraphError) -> UInt32 {
    try unsafe intern(id, hash: XXH64.hash(id))
  }

  mutating func intern(_ id: UnsafeRawBufferPointer, hash: UInt64) throws(GraphError) -> UInt32 {
    let mask = slots.count - 1
    var position = Int(hash & UInt64(mask))
    while slots[position] != IDTable.empty {
      let slot = slots[position]
      let index = Int(slot >> 32)
      if UInt32(truncatingIfNeeded: slot) == UInt32(truncatingIfNeeded: hash >> 32), unsafe isStored(id, at: index) {
        return UInt32(index)
      }
      position = (position + 1) & mask
    }
    guard count < Int(UInt32.max) else { throw .tooManyNodes(type: name, limit: Int(UInt32.max)) }
    let index = UInt32(count)
    slots[position] = IDTable.slot(hash: hash, index: index)
    hashes.append(hash)
    unsafe bytes.append(contentsOf: id)
    offsets.append(UInt64(bytes.count))
    if IDTable.capacity(for: count + 1) > slots.count { grow() }
    return index
  }

  func index(of id: UnsafeRawBufferPointer) -> UInt32? {
    let hash = unsafe XXH64.hash(id)
    let mask = slots.count - 1
    var position = Int(hash & UInt64(mask))
    while slots[position] != IDTable.empty {
      let index = Int(slots[position] >> 32)
      if hashes[index] == hash, unsafe isStored(id, at: index) { return UInt32(index) }
      position = (position + 1) & mask
    }
    return nil
  }

  func id(at index: UInt32) -> String {
    String(decoding: bytes[Int(offsets[Int(index)])..<Int(offsets[Int(index) + 1])], as: UTF8.self)
  }

  mutating func setLabel(_ label: String, at index: UInt32) {
    while labels.count <= Int(index) { labels.append("") }
    labels[Int(index)] = label
  }

  mutating func addAttribute(_ attribute: NodeAttribute) { attributes.append(AttributeBuilder(attribute)) }

  mutating func set(_ value: AttributeValue, attribute: Int, at index: UInt32) {
    attributes[attribute].set(value, at: Int(index))
  }

  consuming func build() -> NodeTable {
    let count = count
    let columns = attributes.map { $0.build(count: count) }
    let hasLabels = !labels.isEmpty
    if hasLabels { labels.append(contentsOf: repeatElement("", count: count - labels.count)) }
    return NodeTable(
      ids: StringColumn(offsets: Column(offsets), bytes: Column(bytes)), idTable: IDTable(slots: Column(slots)),
      labels: hasLabels ? StringColumn(labels) : nil,
      labelOrder: hasLabels ? NodeTable.makeLabelOrder(labels) : nil, attributes: columns)
  }

  private func isStored(_ id: UnsafeRawBufferPointer, at index: Int) -> Bool {
    let start = Int(offsets[index])
    let end = Int(offsets[index + 1])
    guard end - start == id.count else { return false }
    return unsafe bytes.withUnsafeBytes { stored in
      unsafe stored[start..<end].elementsEqual(id)
    }
  }

  private mutating func grow() {
    var larger = [UInt64](repeating: IDTable.empty, count: slots.count * 2)
    let mask = larger.count - 1
    for (index, hash) in hashes.enumerated() {
      var position = Int(hash & UInt64(mask))
      while larger[position] != IDTable.empty { position = (position + 1) & mask }
      larger[position] = IDTable.slot(hash: hash, index: UInt32(index))
    }
    slots = larger
  }
}
