import AkinGraph
public import AkinNeighbors
public import AkinRanking

/// The lists of a job whose lists all come from one product, to be read where they are.
public struct ListRows: Sendable {
  /// By hop: in a relation within one type some nodes are followed the other way.
  public let tables: [NeighborTable]
  private let outward: [Adjacency]
  private let k: Int

  init(tables: [NeighborTable], outward: [Adjacency], k: Int) {
    self.tables = tables
    self.outward = outward
    self.k = k
  }

  /// Where the list of a node is.
  public struct Row: Sendable, Equatable {
    /// Which of the tables it is in.
    public var table: Int
    /// Its entries among those of the table, best first.
    public var entries: Range<Int>
    /// Why there are fewer than asked for.
    public var shortfall: Shortfall?
  }

  /// Where the list of `node` is.
  ///
  /// - Precondition: `node` is one of the tables' nodes.
  /// - Throws: `GraphError.damagedData`.
  public func row(of node: Int) throws -> Row {
    // Followed the other way where nothing leads on, as a question for the node alone would be.
    let table = try (tables.count > 1 && outward[0].degree(of: UInt32(node)) == 0) ? 1 : 0
    var row = Row(table: table, entries: tables[table].offsets[node]..<tables[table].offsets[node + 1])
    if row.entries.count < k {
      row.shortfall =
        try outward[table].degree(of: UInt32(node)) == 0
        ? .isolatedSources : .reachedOnly(row.entries.count, filtered: 0)
    }
    return row
  }
}
