/// How the edges of the primary relation are divided into a training part and a held-out part.
///
/// In all kinds, parallel edges between the same two nodes go together, a user of a single item is never held out by a
/// random or leave-out split, and what is drawn depends on the seed and the node alone, never on the number of threads.
public enum SplitPlan: Sendable, Equatable {
  /// Of each user's items a share is held out, rounded to the nearest number and always leaving one.
  case random(share: Double, seed: UInt64)
  /// Of each user one item, drawn at random.
  case leaveOneOut(seed: UInt64)
  /// Of each user the item with the latest time; of equal times the one with the highest index.
  case leaveLastOut
  /// The latest share of all edges, whoever's they are: everything at or after one moment.
  case temporal(share: Double)
  /// Everything at or after a moment, in seconds since 1970, UTC.
  case temporalCut(at: Int64)
  /// The latest share of all edges, cut into `count` windows of as many edges. Fold *w* holds out window *w* and trains
  /// on everything earlier than `gap` seconds before it starts.
  case windows(count: Int, share: Double, gap: Int64)
  /// Users are dealt into `count` folds. Fold *f* holds out a share of the items of its users, as `random` does; all
  /// other edges are for training.
  case userFolds(count: Int, share: Double, seed: UInt64)
  /// A share of the users leaves training whole. Each reveals `revealed` items at the time of asking; the others are held
  /// out. Who has no more than that is not tested.
  case coldUsers(share: Double, revealed: Int, seed: UInt64)
  /// A share of the items leaves training whole; all their edges are held out.
  case coldItems(share: Double, seed: UInt64)
  /// Edges that somebody else chose, named by a digest of them.
  case given(digest: UInt64)

  /// How many times the data are divided, each time in another way.
  public var foldCount: Int {
    switch self {
    case .windows(let count, _, _), .userFolds(let count, _, _): count
    default: 1
    }
  }

  /// The word for the kind: `leave-one-out`.
  public var kind: Kind {
    switch self {
    case .random: .random
    case .leaveOneOut: .leaveOneOut
    case .leaveLastOut: .leaveLastOut
    case .temporal, .temporalCut: .temporal
    case .windows: .windows
    case .userFolds: .userFolds
    case .coldUsers: .coldUsers
    case .coldItems: .coldItems
    case .given: .given
    }
  }

  /// The kinds of split, by the words that `init(parsing:)` reads.
  public enum Kind: String, Sendable, CaseIterable {
    case random
    case leaveOneOut = "leave-one-out"
    case leaveLastOut = "leave-last-out"
    case temporal
    case windows
    case userFolds = "user-folds"
    case coldUsers = "cold-users"
    case coldItems = "cold-items"
    case given
  }
}

extension SplitPlan: CustomStringConvertible {
  /// The kind and its parameters, as `init(parsing:)` reads them: `random:share=0.2,seed=7`.
  public var description: String {
    let parameters: [(String, String)] =
      switch self {
      case .random(let share, let seed), .coldItems(let share, let seed):
        [("share", "\(share)"), ("seed", "\(seed)")]
      case .leaveOneOut(let seed): [("seed", "\(seed)")]
      case .leaveLastOut: []
      case .temporal(let share): [("share", "\(share)")]
      case .temporalCut(let time): [("at", "\(time)")]
      case .windows(let count, let share, let gap):
        [("count", "\(count)"), ("share", "\(share)"), ("gap", "\(gap)")]
      case .userFolds(let count, let share, let seed):
        [("count", "\(count)"), ("share", "\(share)"), ("seed", "\(seed)")]
      case .coldUsers(let share, let revealed, let seed):
        [("share", "\(share)"), ("revealed", "\(revealed)"), ("seed", "\(seed)")]
      case .given(let digest): [("digest", hex(digest))]
      }
    return parameters.enumerated().reduce(into: kind.rawValue) { text, pair in
      text += (pair.offset == 0 ? ":" : ",") + pair.element.0 + "=" + pair.element.1
    }
  }

  /// Reads `kind` or `kind:name=value,…`; what is left out has its default: share 0.2, seed 0, 5 folds, 3 windows, no
  /// gap, 5 revealed items.
  ///
  /// - Throws: `SplitError.unknownKind`, `.unknownParameter`, `.badParameter`.
  public init(parsing text: String) throws(SplitError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let kind = Kind(rawValue: parts[0]) else {
      throw .unknownKind(parts[0], known: Kind.allCases.map(\.rawValue))
    }
    var values: [String: String] = [:]
    for word in parts.count > 1 ? parts[1].split(separator: ",") : [] {
      let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2 else {
        throw .badParameter(pair[0], kind: kind.rawValue, found: "no value", expected: "\(pair[0])=value")
      }
      values[pair[0]] = pair[1]
    }
    func take<Value>(
      _ name: String, _ fallback: Value, _ expected: String, _ parse: (String) -> Value?
    ) throws(SplitError) -> Value {
      guard let text = values.removeValue(forKey: name) else { return fallback }
      guard let value = parse(text) else {
        throw .badParameter(name, kind: kind.rawValue, found: "'\(text)'", expected: expected)
      }
      return value
    }
    func share() throws(SplitError) -> Double {
      try take("share", 0.2, "a number between 0 and 1") { text in
        Double(text).flatMap { $0 > 0 && $0 < 1 ? $0 : nil }
      }
    }
    func seed() throws(SplitError) -> UInt64 { try take("seed", 0, "a whole number of at least 0") { UInt64($0) } }
    func count(_ name: String, _ fallback: Int, from least: Int) throws(SplitError) -> Int {
      try take(name, fallback, "a whole number from \(least) to 1000") { text in
        Int(text).flatMap { $0 >= least && $0 <= 1000 ? $0 : nil }
      }
    }
    switch kind {
    case .random: self = .random(share: try share(), seed: try seed())
    case .leaveOneOut: self = .leaveOneOut(seed: try seed())
    case .leaveLastOut: self = .leaveLastOut
    case .temporal:
      if let at = try take("at", nil as Int64?, "seconds since 1970", { Int64($0) }) {
        self = .temporalCut(at: at)
      } else {
        self = .temporal(share: try share())
      }
    case .windows:
      self = .windows(
        count: try count("count", 3, from: 1), share: try share(),
        gap: try take("gap", 0, "a number of seconds of at least 0") { text in
          Int64(text).flatMap { $0 >= 0 ? $0 : nil }
        })
    case .userFolds: self = .userFolds(count: try count("count", 5, from: 2), share: try share(), seed: try seed())
    case .coldUsers:
      self = .coldUsers(share: try share(), revealed: try count("revealed", 5, from: 0), seed: try seed())
    case .coldItems: self = .coldItems(share: try share(), seed: try seed())
    case .given:
      guard let digest = try take("digest", nil as UInt64?, "16 hexadecimal digits", { UInt64($0, radix: 16) }) else {
        throw .badParameter("digest", kind: kind.rawValue, found: "none", expected: "16 hexadecimal digits")
      }
      self = .given(digest: digest)
    }
    if let name = values.keys.sorted().first { throw .unknownParameter(name, kind: kind.rawValue) }
  }
}

/// Why data cannot be divided as asked.
public enum SplitError: Error, Equatable, CustomStringConvertible {
  case unknownKind(String, known: [String])
  case unknownParameter(String, kind: String)
  case badParameter(String, kind: String, found: String, expected: String)
  /// A token that names another graph.
  case otherGraph(found: String, expected: String)
  case needsTimes(kind: String, relation: String)
  case nothingHeldOut(split: String)
  case nothingToTrainOn(split: String)

  public var description: String {
    switch self {
    case .unknownKind(let name, let known):
      "no split '\(name)', expected \(known.dropLast().reduce("") { $0 + $1 + ", " })or \(known[known.count - 1])"
    case .unknownParameter(let name, let kind): "split '\(kind)' has no parameter '\(name)'"
    case .badParameter(let name, let kind, let found, let expected):
      "parameter '\(name)' of split '\(kind)': found \(found), expected \(expected)"
    case .otherGraph(let found, let expected):
      "the split was made from graph \(found), this one is \(expected), expected the same"
    case .needsTimes(let kind, let relation):
      "split '\(kind)' goes by time, and the edges of '\(relation)' have none; expected a time column at the import"
    case .nothingHeldOut(let split): "split '\(split)' holds out no edge, expected at least one"
    case .nothingToTrainOn(let split): "split '\(split)' leaves no edge to train on, expected at least one"
    }
  }
}
