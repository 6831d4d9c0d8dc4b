import AkinEngine
import AkinGraph
import AkinLinearAlgebra
import AkinNeighbors
import AkinParallel
import AkinRanking
import ArgumentParser

/// `--embeddings` of `related` and `recommend`: vectors from elsewhere as a method.
struct EmbeddingMethod {
  let path: String
  let ids: String?
  /// Of `--set`: metric, index, m, ef-construction, ef.
  let settings: [String: String]
  let seed: UInt64

  func recommender(_ engine: Engine, hop: Hop) throws -> any Recommender {
    let options = try self.options()
    let execution = engine.execution
    let named = try NamedVectors.read(path, ids: ids, format: nil, execution: execution, isQuiet: false)
    let made: VectorMethod
    do {
      switch named.content {
      case .index(let stored as ExactIndex) where options.searchEffort == nil:
        // Made anew by ascending node, so that equal scores come in that order.
        let index = try options.index(of: named, seed: seed, execution: execution, isQuiet: true)
        let live = (0..<UInt32(index.count)).filter { index.contains($0) }
        made = try engine.vectorMethod(
          NeighborLists.vectors(of: index, at: live), ids: live.map { named.ids[Int($0)] }, hop: hop,
          parameters: parameters(stored)
        ) { try ExactIndex($0, metric: index.metric) }
      case .index:
        let index = try options.index(of: named, seed: seed, execution: execution, isQuiet: true)
        made = try engine.vectorMethod(index, ids: named.ids, hop: hop, parameters: parameters(index))
      case .vectors(let vectors):
        let sample = try options.made(
          DenseMatrix(rows: 0, columns: vectors.columnCount), seed: seed, execution: execution, isQuiet: true)
        made = try engine.vectorMethod(vectors, ids: named.ids, hop: hop, parameters: parameters(sample)) {
          try options.made($0, seed: seed, execution: execution, isQuiet: false)
        }
      }
    } catch let error as VectorError {
      throw CommandFailure(message: "\(path): \(error)")
    } catch let error as EngineError {
      throw CommandFailure(message: "\(path): \(error)")
    }
    if made.joinedCount < made.nodeCount || made.unknownCount > 0 {
      Output.standardError(
        "note: \(path) has vectors of \(grouped(made.joinedCount)) of \(grouped(made.nodeCount)) nodes"
          + (made.unknownCount > 0 ? ", and \(grouped(made.unknownCount)) of ids that are none of them" : "") + "\n")
    }
    return made.method
  }

  private func parameters(_ index: any VectorIndex) -> [MethodInfo.Parameter] {
    var parameters: [MethodInfo.Parameter] = [
      .init("embeddings", path), .init("metric", index.metric.rawValue), .init("index", type(of: index).kind),
    ]
    if let hnsw = index as? HNSWIndex {
      parameters += [
        .init("m", hnsw.options.links), .init("ef-construction", hnsw.options.buildEffort),
        .init("ef", hnsw.options.searchEffort),
      ]
    }
    return parameters
  }

  /// The settings as options of the other command.
  private func options() throws -> VectorOptions {
    let known = ["metric", "index", "m", "ef-construction", "ef"]
    if let unknown = settings.keys.sorted().first(where: { !known.contains($0) }) {
      throw CommandFailure.usage(
        "--embeddings has no parameter '\(unknown)', expected \(known.joined(separator: ", "))")
    }
    do {
      return try VectorOptions.parse(settings.sorted { $0.key < $1.key }.flatMap { ["--\($0.key)", $0.value] })
    } catch {
      throw CommandFailure.usage("--set: \(VectorOptions.message(for: error))")
    }
  }
}
