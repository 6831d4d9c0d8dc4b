public import AkinRanking

/// One attribute of all nodes of a type. A node need not have it.
public enum AttributeColumn: Sendable {
  /// An empty text stands for none.
  case text(StringColumn)
  /// Not a number where there is none.
  case number(Column<Double>)
  case category(CategoryColumn)
  case categories(CategoryListColumn)
  /// An empty address stands for none.
  case url(StringColumn)
  /// Seconds since 1970, UTC; `TimeColumn.unknown` where there is none.
  case time(Column<Int64>)

  /// What the values are, as the schema has it.
  public var kind: AttributeKind {
    switch self {
    case .text: .text
    case .number: .number
    case .category: .category
    case .categories: .categories
    case .url: .url
    case .time: .time
    }
  }

  /// `nil` where the node has no such attribute.
  ///
  /// - Precondition: `index` is below the count of the node type.
  /// - Throws: `GraphError.damagedData`.
  public func value(of index: UInt32) throws(GraphError) -> AttributeValue? {
    switch self {
    case .text(let column):
      let text = try column.string(at: Int(index))
      return text.isEmpty ? nil : .text(text)
    case .url(let column):
      let address = try column.string(at: Int(index))
      return address.isEmpty ? nil : .url(address)
    case .number(let column):
      let number = column[Int(index)]
      return number.isFinite ? .number(number) : nil
    case .time(let column):
      let time = column[Int(index)]
      return time == TimeColumn.unknown ? nil : .time(time)
    case .category(let column):
      guard let code = try column.code(of: index) else { return nil }
      return .category(try column.names.string(at: Int(code)))
    case .categories(let column):
      var names: [String] = []
      for code in try column.codes(of: index) { names.append(try column.names.string(at: Int(code))) }
      return names.isEmpty ? nil : .categories(names)
    }
  }
}

/// One name a node, out of a list of names.
public struct CategoryColumn: Sendable {
  static let none = UInt32.max
  /// The distinct names, in the order in which they first appeared; a name's position is its code.
  public let names: StringColumn
  /// One a node; `none` where it has no category.
  let stored: Column<UInt32>

  init(names: StringColumn, stored: Column<UInt32>) {
    self.names = names
    self.stored = stored
  }

  /// The position of the node's category among `names`; `nil` where it has none.
  ///
  /// - Throws: `GraphError.damagedData`.
  public func code(of index: UInt32) throws(GraphError) -> UInt32? {
    let code = stored[Int(index)]
    guard code != Self.none else { return nil }
    guard Int(code) < names.count else {
      throw .damagedData(
        place: "category of node \(index)", found: "code \(code)", expected: "a code below \(names.count)")
    }
    return code
  }
}

/// Any number of names a node, out of a list of names.
public struct CategoryListColumn: Sendable {
  /// The distinct names, in the order in which they first appeared; a name's position is its code.
  public let names: StringColumn
  /// The codes of node *i* are at `offsets[i]..<offsets[i + 1]` of `stored`.
  let offsets: Column<UInt64>
  let stored: Column<UInt32>

  init(names: StringColumn, offsets: Column<UInt64>, stored: Column<UInt32>) {
    self.names = names
    self.offsets = offsets
    self.stored = stored
  }

  /// Positions of the node's categories among `names`, in the order of the input.
  ///
  /// - Throws: `GraphError.damagedData`.
  public func codes(of index: UInt32) throws(GraphError) -> [UInt32] {
    let start = offsets[Int(index)]
    let end = offsets[Int(index) + 1]
    guard start <= end, end <= UInt64(stored.count) else {
      throw .damagedData(
        place: "categories of node \(index)", found: "codes \(start)..<\(end)",
        expected: "a range within 0..<\(stored.count)")
    }
    var codes: [UInt32] = []
    for position in Int(start)..<Int(end) {
      let code = stored[position]
      guard Int(code) < names.count else {
        throw .damagedData(
          place: "categories of node \(index)", found: "code \(code)", expected: "a code below \(names.count)")
      }
      codes.append(code)
    }
    return codes
  }
}

extension Snapshot {
  /// The attribute of that name, which `type` may not have.
  public func attribute(_ name: String, of type: NodeTypeID) -> AttributeColumn? {
    schema.nodeTypes[Int(type.rawValue)].attributes.firstIndex { $0.name == name }.map {
      table(of: type).attributes[$0]
    }
  }
}

/// What there is of an attribute, for people to see.
public struct AttributeSummary: Sendable, Equatable {
  /// How many nodes have it.
  public var known: Int
  /// How many names there are; `nil` for other kinds than categories.
  public var distinct: Int?
  /// From the least to the most; `nil` for other kinds than numbers and times, and where no node has one.
  public var range: ClosedRange<Double>?
}

extension AttributeColumn {
  /// - Parameter count: of the nodes of the type.
  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(nodes).
  public func summary(count: Int) throws(GraphError) -> AttributeSummary {
    var summary = AttributeSummary(known: 0)
    var least = Double.infinity
    var most = -Double.infinity
    for index in 0..<count {
      guard let value = try value(of: UInt32(index)) else { continue }
      summary.known += 1
      let number: Double? =
        switch value {
        case .number(let number): number
        case .time(let time): Double(time)
        default: nil
        }
      if let number {
        least = min(least, number)
        most = max(most, number)
      }
    }
    if least <= most { summary.range = least...most }
    switch self {
    case .category(let column): summary.distinct = column.names.count
    case .categories(let column): summary.distinct = column.names.count
    default: break
    }
    return summary
  }
}
