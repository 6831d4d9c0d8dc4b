/// What changes do to a graph, as far as people want to know before they trust it: what is new, what was there already,
/// and what looks like a mistake.
public struct OverlayEffect: Sendable, Equatable {
  /// Edges to add, those of pairs that are there included.
  public private(set) var addedEdges = 0
  /// Of `addedEdges`, those of pairs that the graph has already, or that came before among the changes.
  public private(set) var repeatedPairs = 0
  /// Pairs whose edges are taken out.
  public private(set) var removedPairs = 0
  /// Nodes that are taken out with their edges.
  public private(set) var removedNodes = 0
  /// How many nodes of each type come with the changes.
  public private(set) var newNodes: [Int]
  /// The id of the first new node of each type that has one.
  public private(set) var firstNewIDs: [String?]
  /// New ids that are, in any case, the label of a node that has another id, each with that id: names given where ids are
  /// meant. The first ten.
  public private(set) var labelsAsIDs: [LabelAsID] = []
  /// How many there are of `labelsAsIDs` in all.
  public private(set) var labelsAsIDsTotal = 0
  /// How many new ids begin or end with a space or a tab.
  public private(set) var paddedIDs = 0
  /// The first of `paddedIDs`.
  public private(set) var firstPaddedID: String?

  /// A new id that is the label of another node.
  public struct LabelAsID: Sendable, Equatable {
    /// Of the node type, in the schema.
    public var type: Int
    /// The new id.
    public var id: String
    /// The id of the node with this label.
    public var labelled: String
  }

  /// - Parameter snapshot: the graph before the changes.
  /// - Throws: `GraphError.damagedData`.
  /// - Complexity: O(changes · log nodes).
  public init(of operations: [OverlayOperation], on snapshot: Snapshot) throws(GraphError) {
    newNodes = Array(repeating: 0, count: snapshot.nodes.count)
    firstNewIDs = Array(repeating: nil, count: snapshot.nodes.count)
    var known: [Set<String>] = Array(repeating: [], count: snapshot.nodes.count)
    var pairs: Set<[String]> = []
    for operation in operations {
      switch operation {
      case .addEdge(let relation, let source, let target, _, _, _):
        addedEdges += 1
        let ends = snapshot.schema.relations[relation]
        let from = try note(source, of: ends.source, in: snapshot, &known)
        let to = try note(target, of: ends.target, in: snapshot, &known)
        let isInGraph =
          if let from, let to { try snapshot.relations[relation].forward.hasEdge(from: from, to: to) } else { false }
        let isNew = pairs.insert([String(relation), source, target]).inserted
        if isInGraph || !isNew { repeatedPairs += 1 }
      case .removeEdge: removedPairs += 1
      case .addNode(let type, let id, _): _ = try note(id, of: type, in: snapshot, &known)
      case .removeNode: removedNodes += 1
      }
    }
  }

  /// The index of a node that is there already.
  private mutating func note(
    _ id: String, of type: Int, in snapshot: Snapshot, _ known: inout [Set<String>]
  ) throws(GraphError) -> UInt32? {
    let table = snapshot.nodes[type]
    if let index = try table.index(ofID: id) { return index }
    guard known[type].insert(id).inserted else { return nil }
    newNodes[type] += 1
    firstNewIDs[type] = firstNewIDs[type] ?? id
    if let (first, last) = id.utf8.first.map({ ($0, id.utf8.last!) }),
      [first, last].contains(where: { $0 == 0x20 || $0 == 0x09 })
    {
      paddedIDs += 1
      firstPaddedID = firstPaddedID ?? id
    }
    if let node = try table.indices(ofLabel: id).first {
      labelsAsIDsTotal += 1
      if labelsAsIDs.count < 10 {
        labelsAsIDs.append(LabelAsID(type: type, id: id, labelled: try table.ids.string(at: Int(node))))
      }
    }
    return nil
  }
}
