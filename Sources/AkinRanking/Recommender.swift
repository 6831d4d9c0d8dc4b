/// A way to answer queries on one snapshot: `pixie`, `pagerank`, `cosine` …
///
/// A method is a value that any number of threads may share. What a query needs to work with, such as visit counters,
/// lives in a session: one per thread, reused from query to query so that none of them allocates.
public protocol Recommender: Sendable {
  /// Name, parameters and graph of the method.
  var info: MethodInfo { get }
  /// Buffers for one thread, to be used for any number of queries.
  func makeSession() -> any RankingSession
}

/// The working memory of one thread over one method. Not `Sendable`: make one per thread.
public protocol RankingSession: AnyObject {
  /// The `k` best candidates for `query`. Same snapshot, parameters, query and seed give the same bits.
  ///
  /// - Parameter k: at least 1. A `k` above the number of candidates gives a short list with its reason.
  func rank(_ query: Query, k: Int) throws -> RankedList

  /// The score of each of `nodes` for `query` on the scale of `rank`; `nil` for one that the method did not reach or
  /// that the filter removes. For ranking stages and for asking why a node is not in a list.
  func scores(of nodes: [NodeID], for query: Query) throws -> [Double?]
}

extension Recommender {
  /// One query with buffers of its own. For many, keep a session.
  public func rank(_ query: Query, k: Int) throws -> RankedList {
    try makeSession().rank(query, k: k)
  }
}

/// What a method is and what it was made with: enough to make it again.
public struct MethodInfo: Sendable, Equatable {
  /// The name that people type: `pixie`.
  public var name: String
  /// Every parameter of the method, those at their defaults too, in the method's own order.
  public var parameters: [Parameter]
  /// Fingerprint of the snapshot that the method reads.
  public var fingerprint: UInt64

  /// A parameter of a method, as text.
  public struct Parameter: Sendable, Equatable {
    /// The name by which people set it: `damping`.
    public var name: String
    /// The value as it is printed, exact enough to give the same method again.
    public var value: String
    /// Keeps the description of `value`.
    public init(_ name: String, _ value: some CustomStringConvertible) {
      self.name = name
      self.value = value.description
    }
  }

  /// `parameters` names every parameter; `fingerprint` is that of the snapshot the method reads.
  public init(name: String, parameters: [Parameter], fingerprint: UInt64) {
    self.name = name
    self.parameters = parameters
    self.fingerprint = fingerprint
  }
}
