extension AttributeColumn {
  /// What the file holds of the attribute.
  ///
  /// - Parameters:
  ///   - type: position of the node type in the schema.
  ///   - number: position of the attribute in its node type.
  func sections(type: Int, number: Int) -> [Section] {
    func section(_ kind: SectionKind, _ column: any SectionColumn) -> Section {
      Section(SectionKey(kind, subject: type, part: number), column)
    }
    func names(_ names: StringColumn) -> [Section] {
      [section(.categoryNameOffsets, names.offsets), section(.categoryNameBytes, names.bytes)]
    }
    switch self {
    case .text(let column), .url(let column):
      return [section(.attributeOffsets, column.offsets), section(.attributeBytes, column.bytes)]
    case .number(let column): return [section(.attributeNumbers, column)]
    case .time(let column): return [section(.attributeTimes, column)]
    case .category(let column): return [section(.attributeCodes, column.stored)] + names(column.names)
    case .categories(let column):
      return [section(.attributeOffsets, column.offsets), section(.attributeCodes, column.stored)]
        + names(column.names)
    }
  }

  init(
    kind: AttributeKind, type: Int, number: Int, count: Int, in container: Container
  ) throws(GraphError) {
    func key(_ kind: SectionKind) -> SectionKey { SectionKey(kind, subject: type, part: number) }
    func strings() throws(GraphError) -> StringColumn {
      StringColumn(
        offsets: try container.required(key(.attributeOffsets), count: count + 1),
        bytes: try container.required(key(.attributeBytes)))
    }
    func names() throws(GraphError) -> StringColumn {
      StringColumn(
        offsets: try container.required(key(.categoryNameOffsets)),
        bytes: try container.required(key(.categoryNameBytes)))
    }
    switch kind {
    case .text: self = .text(try strings())
    case .url: self = .url(try strings())
    case .number: self = .number(try container.required(key(.attributeNumbers), count: count))
    case .time: self = .time(try container.required(key(.attributeTimes), count: count))
    case .category:
      self = .category(
        CategoryColumn(
          names: try names(), stored: try container.required(key(.attributeCodes), count: count)))
    case .categories:
      self = .categories(
        CategoryListColumn(
          names: try names(), offsets: try container.required(key(.attributeOffsets), count: count + 1),
          stored: try container.required(key(.attributeCodes))))
    }
  }
}

extension AttributeColumn {
  /// The first broken promise of the values, or `nil`.
  func firstProblem(name: String) -> String? {
    do {
      switch self {
      case .text(let column), .url(let column): return try column.firstProblem(name: name)
      case .number(let column):
        let odd = (0..<column.count).first { column[$0].isInfinite }
        return odd.map { "\(name): node \($0): found \(column[$0]), expected a finite number" }
      case .time: return nil
      case .category(let column):
        for index in 0..<column.stored.count { _ = try column.code(of: UInt32(index)) }
        return try column.names.firstNameProblem(name: name)
      case .categories(let column):
        let count = column.offsets.count - 1
        guard column.offsets[0] == 0, column.offsets[count] == UInt64(column.stored.count) else {
          return "\(name): found offsets from \(column.offsets[0]) to \(column.offsets[count]), "
            + "expected 0 to \(column.stored.count)"
        }
        for index in 0..<count {
          let codes = try column.codes(of: UInt32(index))
          guard Set(codes).count == codes.count else { return "\(name): node \(index): found a category twice" }
        }
        return try column.names.firstNameProblem(name: name)
      }
    } catch {
      return "\(name): \(error)"
    }
  }
}

extension StringColumn {
  /// The first string that is not UTF-8, or `nil`.
  func firstProblem(name: String) throws(GraphError) -> String? {
    guard offsets.count > 0, offsets[0] == 0, offsets[count] == UInt64(bytes.count) else {
      return "\(name): found offsets that do not go from 0 to \(bytes.count)"
    }
    for index in 0..<count {
      let isValid = try unsafe withBytes(at: index) { unsafe String(validating: $0, as: UTF8.self) != nil }
      if !isValid { return "\(name): string \(index): found bytes that are not UTF-8" }
    }
    return nil
  }

  /// The first string that is empty or there already, or `nil`.
  fileprivate func firstNameProblem(name: String) throws(GraphError) -> String? {
    if let problem = try firstProblem(name: name) { return problem }
    var known: Set<[UInt8]> = []
    for index in 0..<count {
      let bytes = try unsafe withBytes(at: index) { unsafe Array($0) }
      if bytes.isEmpty { return "\(name): category \(index): found an empty name" }
      if !known.insert(bytes).inserted { return "\(name): category \(index): found a name that is there already" }
    }
    return nil
  }
}
