/// The nodes of one type: external ids with their index, and optionally labels.
public struct NodeTable: Sendable {
  /// The external ids, one a node, in the order of the indices.
  public let ids: StringColumn
  let idTable: IDTable
  /// What people call the nodes; an empty label stands for none.
  public let labels: StringColumn?
  /// Indices of the nodes that have a label, ordered by case-folded label, then by index.
  let labelOrder: Column<UInt32>?
  /// In the order of the node type's attributes in the schema.
  public let attributes: [AttributeColumn]

  /// How many nodes the type has; indices are 0..<`count`.
  public var count: Int { ids.count }

  init(
    ids: StringColumn, idTable: IDTable, labels: StringColumn?, labelOrder: Column<UInt32>?,
    attributes: [AttributeColumn]
  ) {
    self.ids = ids
    self.idTable = idTable
    self.labels = labels
    self.labelOrder = labelOrder
    self.attributes = attributes
  }

  /// Nodes that nobody asks for by name: each has the empty id, and none is found by it.
  init(unnamed count: Int) {
    self.init(
      ids: StringColumn(offsets: Column([UInt64](repeating: 0, count: count + 1)), bytes: Column([])),
      idTable: IDTable(slots: Column([])), labels: nil, labelOrder: nil, attributes: [])
  }

  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(1).
  public func index(ofID id: String) throws(GraphError) -> UInt32? {
    var id = id
    return try unsafe id.withUTF8Bytes { bytes throws(GraphError) in try unsafe idTable.index(of: bytes, in: ids) }
  }

  /// The label where there is one, else the external id.
  public func name(of index: UInt32) throws(GraphError) -> String {
    if let label = try label(of: index) { return label }
    return try ids.string(at: Int(index))
  }

  /// What people call the node; `nil` where it has no label or the type has none.
  ///
  /// - Precondition: `index` is below `count`.
  /// - Throws: `GraphError.damagedData`.
  public func label(of index: UInt32) throws(GraphError) -> String? {
    guard let labels else { return nil }
    let label = try labels.string(at: Int(index))
    return label.isEmpty ? nil : label
  }

  /// All nodes with this label, upper and lower case alike, by ascending index.
  ///
  /// - Complexity: O(log n + matches).
  public func indices(ofLabel label: String) throws(GraphError) -> [UInt32] {
    guard let labels, let labelOrder else { return [] }
    let wanted = Self.folded(label)
    func folded(at position: Int) throws(GraphError) -> String {
      let index = labelOrder[position]
      guard Int(index) < labels.count else {
        throw .damagedData(
          place: "label order \(position)", found: "node \(index)", expected: "a node below \(labels.count)")
      }
      return Self.folded(try labels.string(at: Int(index)))
    }
    var low = 0
    var high = labelOrder.count
    while low < high {
      let middle = (low + high) / 2
      if Self.isOrdered(try folded(at: middle), before: wanted) { low = middle + 1 } else { high = middle }
    }
    var matches: [UInt32] = []
    while low < labelOrder.count, try folded(at: low).utf8.elementsEqual(wanted.utf8) {
      matches.append(labelOrder[low])
      low += 1
    }
    return matches.sorted()
  }

  /// The form in which labels are compared and ordered: Unicode's default lower case, as UTF-8 bytes.
  static func folded(_ label: String) -> String { label.lowercased() }

  static func isOrdered(_ left: String, before right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  static func makeLabelOrder(_ labels: [String]) -> Column<UInt32> {
    let folded = labels.map { Self.folded($0) }
    let order = labels.indices.filter { !labels[$0].isEmpty }
      .sorted { left, right in
        isOrdered(folded[left], before: folded[right])
          || (folded[left].utf8.elementsEqual(folded[right].utf8) && left < right)
      }
    return Column(order.map { UInt32($0) })
  }
}

extension String {
  /// The bytes of the string, in a form that lets typed errors through.
  @unsafe mutating func withUTF8Bytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outcome: Swift.Result<Result, Failure> = withUTF8 { bytes in
      do throws(Failure) {
        let raw = UnsafeRawBufferPointer(bytes)
        return .success(try unsafe body(raw))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }
}
