/// Gives external ids their indices, in order of first appearance, and collects labels.
struct NodeTableBuilder {
  let name: String
  private(set) var bytes: [UInt8] = []
  private(set) var offsets: [UInt64] = [0]
  /// Open addressing with linear probing from the upper bits of the hash; 5 of 8 slots are taken at most.
  var slots = [InternSlot](repeating: .empty, count: 16)
  private var labels: [String] = []
  private(set) var attributes: [AttributeBuilder] = []

  init(name: String) { self.name = name }

  var count: Int { offsets.count - 1 }
  var labelCount: Int { labels.count { !$0.isEmpty } }
  /// Bytes that ids and their table take.
  var byteCount: Int { bytes.capacity + 8 * offsets.capacity + 16 * slots.count }

  /// - Throws: `GraphError.tooManyNodes` past 2³² − 1 nodes.
  /// - Complexity: O(length of the id), amortised.
  mutating func intern(_ id: UnsafeRawBufferPointer) throws(GraphError) -> UInt32 {
    try unsafe intern(id, key: IDKey(id))
  }

  mutating func intern(_ id: UnsafeRawBufferPointer, key: IDKey) throws(GraphError) -> UInt32 {
    let position = unsafe position(of: key, id)
    if slots[position].index != .max { return slots[position].index }
    guard count < Int(UInt32.max) else { throw .tooManyNodes(type: name, limit: Int(UInt32.max)) }
    let index = UInt32(count)
    slots[position] = InternSlot(word: key.word, length: key.length, index: index)
    unsafe bytes.append(contentsOf: id)
    offsets.append(UInt64(bytes.count))
    if count * 8 > slots.count * 5 { grow() }
    return index
  }

  func index(of id: UnsafeRawBufferPointer) -> UInt32? {
    let index = slots[unsafe position(of: IDKey(id), id)].index
    return index == .max ? nil : index
  }

  func id(at index: UInt32) -> String {
    String(decoding: bytes[Int(offsets[Int(index)])..<Int(offsets[Int(index) + 1])], as: UTF8.self)
  }

  /// How many ids begin or end with a blank, and the first of them.
  func paddedIDs() -> (count: Int, first: UInt32)? {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var found: (count: Int, first: UInt32)?
    for index in 0..<count {
      let (start, end) = (Int(offsets[index]), Int(offsets[index + 1]))
      guard start < end, isBlank(bytes[start]) || isBlank(bytes[end - 1]) else { continue }
      found = ((found?.count ?? 0) + 1, found?.first ?? UInt32(index))
    }
    return found
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
    slots = []
    let ids = StringColumn(offsets: Column(offsets), bytes: Column(bytes))
    return NodeTable(
      ids: ids, idTable: IDTable(of: ids), labels: hasLabels ? StringColumn(labels) : nil,
      labelOrder: hasLabels ? NodeTable.makeLabelOrder(labels) : nil, attributes: columns)
  }
}
