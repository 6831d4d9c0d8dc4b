public import AkinGraph
public import AkinParallel

/// Settings of a training by stochastic gradient descent.
public protocol DescentOptions: Sendable {
  /// Numbers that are learned for each node: factors and biases.
  var columns: Int { get }
  /// Passes over the edges; at least 1.
  var epochs: Int { get }
}

/// Factors of two sides of a relation that stochastic gradient descent learns, epoch by epoch, and a file keeps.
public protocol DescentFactors: Sendable {
  /// How they are trained.
  associatedtype Options: DescentOptions

  /// Trains on the edges that `hop` leads along, from candidates to connectors, and tells `progress` after each epoch where
  /// it stands; from `checkpoint` on, if there is one, to the same bits.
  ///
  /// - Throws: `PropagationError`; `GraphError`; `CancellationError`; what `progress` throws.
  init(
    _ snapshot: Snapshot, hop: Hop, options: Options, execution: Execution, from checkpoint: DescentCheckpoint?,
    progress: (DescentCheckpoint) throws -> Void) throws

  /// What `write` wrote, for the options that it was trained with and a graph of so many candidates.
  ///
  /// - Throws: `GraphError.corrupt`.
  init(_ model: ModelFile, options: Options, candidateCount: Int) throws(GraphError)

  /// Writes what answers need.
  ///
  /// - Throws: `GraphError.cannotWrite`; `CancellationError`.
  func write(to path: String, provenance: Provenance, execution: Execution) throws
}

extension PairwiseFactors: DescentFactors {}
extension RatingFactors: DescentFactors {}
extension PairwiseFactorsOptions: DescentOptions {}
extension RatingFactorsOptions: DescentOptions {}
