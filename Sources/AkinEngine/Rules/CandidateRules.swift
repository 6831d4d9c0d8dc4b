public import AkinGraph
public import AkinRanking

/// Which candidates a list may hold, and how many of a kind: rules that hold inside the method, so that a list is full
/// whenever it can be.
public struct CandidateRules: Sendable {
  /// What all conditions and the only candidates admit; `nil` where there are neither.
  public private(set) var allowed: NodeSet?
  /// What must not be listed, besides what the question leaves out itself.
  public private(set) var excluded = NodeSet()
  /// How many of a category a list may hold; `nil` for any number.
  public private(set) var cap: CategoryCap?
  /// The rules as they were given, by the name of their option: what a list depends on.
  public let texts: [String: String]

  /// - Parameters:
  ///   - conditions: see `AttributePredicate`; all of them must hold.
  ///   - cap: `category=2`: no more than two of each category.
  ///   - only: no other candidates than these; any for `nil`.
  ///   - except: not these.
  ///   - type: of the candidates.
  /// - Throws: `EngineError.unfitRule`; `GraphError.damagedData`.
  public init(
    conditions: [String] = [], cap: String? = nil, only: NodeSet? = nil, except: NodeSet = NodeSet(),
    for type: NodeTypeID, in snapshot: Snapshot
  ) throws {
    var texts: [String: String] = [:]
    if !conditions.isEmpty {
      var admitted = [Bool](repeating: true, count: snapshot.table(of: type).count)
      for condition in conditions {
        for (node, matches) in try AttributePredicate(condition).matches(of: type, in: snapshot).enumerated()
        where !matches {
          admitted[node] = false
        }
      }
      allowed = NodeSet(admitted.indices.lazy.filter { admitted[$0] }.map { UInt32($0) })
      texts["where"] = conditions.joined(separator: " and ")
    }
    if let only {
      allowed = allowed.map { NodeSet($0.indices.filter(only.contains)) } ?? only
      texts["only"] = Self.text(only)
    }
    if !except.isEmpty {
      excluded = except
      texts["except"] = Self.text(except)
    }
    if let cap {
      self.cap = try Self.cap(cap, of: type, in: snapshot)
      texts["cap"] = cap
    }
    self.texts = texts
  }

  /// Whether the rules forbid nothing.
  public var isEmpty: Bool { allowed == nil && excluded.isEmpty && cap == nil }

  /// How many nodes, and a checksum of which.
  private static func text(_ nodes: NodeSet) -> String {
    let checksum = unsafe nodes.indices.withUnsafeBytes { unsafe XXH64.hash($0) }
    return "\(nodes.count) nodes, \(hex(checksum))"
  }

  private static func cap(_ text: String, of type: NodeTypeID, in snapshot: Snapshot) throws -> CategoryCap {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let limit = Int(parts[1]), limit >= 1 else {
      throw EngineError.unfitRule(text, reason: "expected attribute=n, n at least 1")
    }
    let node = snapshot.schema.nodeTypes[Int(type.rawValue)]
    switch snapshot.attribute(String(parts[0]), of: type) {
    case .category(let column):
      return try CategoryCap(nodeCount: node.count, limit: limit) { try column.code(of: $0).map { [$0] } ?? [] }
    case .categories(let column):
      return try CategoryCap(nodeCount: node.count, limit: limit) { try Array(Set(column.codes(of: $0))) }
    case let other:
      let known = node.attributes.filter { $0.kind == .category || $0.kind == .categories }.map(\.name)
      let found =
        other == nil
        ? "nodes of type '\(node.name)' have no attribute '\(parts[0])'"
        : "'\(parts[0])' is no category but a \(node.attributes.first { $0.name == parts[0] }?.kind.rawValue ?? "value")"
      throw EngineError.unfitRule(
        text,
        reason: "\(found), expected "
          + (known.isEmpty ? "a graph with categories, as an import by a schema makes" : known.joined(separator: ", ")))
    }
  }

  /// The query with what the rules admit.
  public func restricting(_ query: Query) -> Query {
    var candidates = query.candidates
    if let allowed {
      candidates.allowed = candidates.allowed.map { NodeSet($0.indices.filter(allowed.contains)) } ?? allowed
    }
    if !excluded.isEmpty { candidates.excluded = NodeSet(candidates.excluded.indices + excluded.indices) }
    return Query(sources: query.sources, candidates: candidates, seed: query.seed)
  }

  /// The list of a query, capped.
  ///
  /// - Parameter query: restricted already.
  public func list(_ query: Query, k: Int, from session: any RankingSession) throws -> CappedList {
    if let cap { return try session.rank(query, k: k, cap: cap) }
    let list = try session.rank(query, k: k)
    return CappedList(items: list.items, leftOut: 0, shortfall: list.shortfall, effort: list.effort)
  }
}
