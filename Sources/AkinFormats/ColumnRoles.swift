/// The columns that a caller asks for by name; nil where they are to be found.
public struct ColumnRequest: Sendable, Equatable {
  /// Column of the ids of those who act.
  public var source: String?
  /// Column of the ids of what they act on.
  public var target: String?
  /// Column of the number that becomes the weight.
  public var weight: String?
  /// Column of the time.
  public var time: String?

  /// By default all columns are to be found.
  public init(source: String? = nil, target: String? = nil, weight: String? = nil, time: String? = nil) {
    self.source = source
    self.target = target
    self.weight = weight
    self.time = time
  }

  func name(_ role: ColumnRole) -> String? {
    switch role {
    case .source: source
    case .target: target
    case .weight: weight
    case .time: time
    }
  }
}

/// A column chosen for a role.
public struct ColumnChoice: Sendable, Equatable {
  /// Position in the header, from 0.
  public var index: Int
  /// Name in the header, as it stands there.
  public var name: String
  /// How the column was found.
  public var origin: Origin
  /// Other columns whose names are known for the role, in the order of preference.
  public var passedOver: [String]

  /// How a column was found, in words for a report.
  public enum Origin: String, Sendable {
    case requested = "as requested"
    case recognized = "by its name"
    /// A guess to be reported: no name was known, so the first free column was taken.
    case position = "by its position"
  }
}

/// Which column of an interaction file has which role, and how that was found.
public struct ColumnRoles: Sendable, Equatable {
  /// Ids of those who act.
  public var source: ColumnChoice
  /// Ids of what they act on.
  public var target: ColumnChoice
  /// The number that becomes the weight; `nil` where no column is known for one.
  public var weight: ColumnChoice?
  /// The time; `nil` where no column is known for one.
  public var time: ColumnChoice?
  /// What the weight counts; nil without a weight or when its name does not say.
  public var weightKind: WeightKind?
  /// Columns without a role, in the order of the header.
  public var unused: [String]

  /// Source and target bear names known for each other's role.
  public var looksSwapped: Bool { ColumnNames.looksSwapped(source: source.name, target: target.name) }

  /// Chooses by request, then by known names, then, for source and target alone, by position: the first column that has
  /// no role yet.
  ///
  /// A requested name is compared as it is; if no column bears it, as ``ColumnNames/normalized(_:)`` makes it. A column
  /// whose name is known for two roles gets the first of source, target, weight, time that finds it free.
  ///
  /// - Parameter path: of the file, for errors.
  /// - Throws: `FormatError.tooFewColumns`, `.missingColumn`, `.ambiguousColumn`, or `.columnUsedTwice` for two requests of
  ///   one column.
  public static func choose(
    from columns: [String], request: ColumnRequest = ColumnRequest(), path: String
  ) throws(FormatError) -> ColumnRoles {
    guard columns.count >= 2 else { throw .tooFewColumns(path: path, columns: columns) }
    var choices: [ColumnRole: ColumnChoice] = [:]
    for role in ColumnRole.allCases {
      guard let name = request.name(role) else { continue }
      let index = try find(name, in: columns, path: path)
      if let other = ColumnRole.allCases.first(where: { choices[$0]?.index == index }) {
        throw .columnUsedTwice(path: path, column: columns[index], roles: [other, role])
      }
      choices[role] = ColumnChoice(index: index, name: columns[index], origin: .requested, passedOver: [])
    }
    let names = columns.map(ColumnNames.normalized)
    func isFree(_ index: Int) -> Bool { !choices.values.contains { $0.index == index } }
    for role in ColumnRole.allCases where choices[role] == nil {
      let found = ColumnNames.known(role).flatMap { known in columns.indices.filter { names[$0] == known && isFree($0) }
      }
      guard let index = found.first else { continue }
      choices[role] = ColumnChoice(
        index: index, name: columns[index], origin: .recognized, passedOver: found.dropFirst().map { columns[$0] })
    }
    for role in [ColumnRole.source, .target] where choices[role] == nil {
      guard let index = columns.indices.first(where: isFree) else {
        throw .tooFewColumns(path: path, columns: columns)
      }
      choices[role] = ColumnChoice(index: index, name: columns[index], origin: .position, passedOver: [])
    }
    guard let source = choices[.source], let target = choices[.target] else {
      preconditionFailure("source and target were chosen above")
    }
    return ColumnRoles(
      source: source, target: target, weight: choices[.weight], time: choices[.time],
      weightKind: choices[.weight].flatMap { ColumnNames.weightKind($0.name) },
      unused: columns.indices.filter(isFree).map { columns[$0] })
  }

  private static func find(_ name: String, in columns: [String], path: String) throws(FormatError) -> Int {
    var found = columns.indices.filter { columns[$0] == name }
    if found.isEmpty {
      let wanted = ColumnNames.normalized(name)
      found = columns.indices.filter { ColumnNames.normalized(columns[$0]) == wanted }
    }
    guard let index = found.first else {
      throw .missingColumn(
        path: path, requested: name, columns: columns, closest: ColumnNames.closest(to: name, among: columns))
    }
    guard found.count == 1 else { throw .ambiguousColumn(path: path, requested: name, columns: columns) }
    return index
  }
}
