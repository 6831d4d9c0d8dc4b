/// Collects one attribute of the nodes of a type. The last value given for a node stays.
struct AttributeBuilder {
  let attribute: NodeAttribute
  private var strings: [String] = []
  private var numbers: [Double] = []
  private var times: [Int64] = []
  private var codes: [UInt32] = []
  private var codeLists: [[UInt32]] = []
  private var names: [String] = []
  private var codeOfName: [String: UInt32] = [:]

  init(_ attribute: NodeAttribute) { self.attribute = attribute }

  mutating func set(_ value: AttributeValue, at index: Int) {
    precondition(
      value.kind == attribute.kind, "attribute '\(attribute.name)' is a \(attribute.kind), found a \(value.kind)")
    switch value {
    case .text(let string), .url(let string): put(string, at: index, in: \.strings, filler: "")
    case .number(let number):
      precondition(number.isFinite, "attribute '\(attribute.name)' must be finite, found \(number)")
      put(number, at: index, in: \.numbers, filler: .nan)
    case .time(let time): put(time, at: index, in: \.times, filler: TimeColumn.unknown)
    case .category(let name): put(code(of: name), at: index, in: \.codes, filler: CategoryColumn.none)
    case .categories(let list):
      var distinct: [UInt32] = []
      for name in list {
        let code = code(of: name)
        if !distinct.contains(code) { distinct.append(code) }
      }
      put(distinct, at: index, in: \.codeLists, filler: [])
    }
  }

  consuming func build(count: Int) -> AttributeColumn {
    switch attribute.kind {
    case .text: return .text(StringColumn(strings + Array(repeating: "", count: count - strings.count)))
    case .url: return .url(StringColumn(strings + Array(repeating: "", count: count - strings.count)))
    case .number: return .number(Column(numbers + Array(repeating: .nan, count: count - numbers.count)))
    case .time: return .time(Column(times + Array(repeating: TimeColumn.unknown, count: count - times.count)))
    case .category:
      let codes = codes + Array(repeating: CategoryColumn.none, count: count - codes.count)
      return .category(CategoryColumn(names: StringColumn(names), stored: Column(codes)))
    case .categories:
      var offsets: [UInt64] = [0]
      var end: UInt64 = 0
      for index in 0..<count {
        if index < codeLists.count { end += UInt64(codeLists[index].count) }
        offsets.append(end)
      }
      return .categories(
        CategoryListColumn(
          names: StringColumn(names), offsets: Column(offsets), stored: Column(codeLists.flatMap { $0 })))
    }
  }

  private mutating func code(of name: String) -> UInt32 {
    if let known = codeOfName[name] { return known }
    let code = UInt32(names.count)
    names.append(name)
    codeOfName[name] = code
    return code
  }

  private mutating func put<Value>(
    _ value: Value, at index: Int, in values: WritableKeyPath<Self, [Value]>, filler: Value
  ) {
    let missing = index + 1 - self[keyPath: values].count
    if missing > 0 { self[keyPath: values].append(contentsOf: repeatElement(filler, count: missing)) }
    self[keyPath: values][index] = value
  }
}
