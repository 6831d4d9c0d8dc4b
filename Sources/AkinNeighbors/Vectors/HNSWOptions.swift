/// How an HNSW index is built and searched.
public struct HNSWOptions: Sendable, Equatable {
  /// Links of a vector on each level above the lowest, twice as many on that; 2...512. More find more and take more memory.
  public var links: Int
  /// Vectors kept in view while a new one looks for its links, at least 1. More make better links, more slowly.
  public var buildEffort: Int
  /// Vectors kept in view while a query is answered, at least 1; never fewer than asked for. More find more, more slowly.
  public var searchEffort: Int
  /// Decides the levels of vectors.
  public var seed: UInt64

  /// `links` is in 2...512, both efforts at least 1.
  public init(links: Int = 16, buildEffort: Int = 200, searchEffort: Int = 100, seed: UInt64 = 0) {
    precondition((2...512).contains(links), "links must be from 2 to 512, found \(links)")
    precondition(buildEffort >= 1 && searchEffort >= 1, "found efforts \(buildEffort) and \(searchEffort)")
    self.links = links
    self.buildEffort = buildEffort
    self.searchEffort = searchEffort
    self.seed = seed
  }
}
