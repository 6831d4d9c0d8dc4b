import AkinParallel
import TestSupport
import Testing

@testable import AkinGraph

/// Enough edges for many buckets and digits, in chunks of odd sizes, against a plain sort.
@Suite struct EdgeSortingTests {
  struct Form: Sendable, CustomTestStringConvertible {
    var policy: DuplicatePolicy
    var weights = false
    var values = false
    var times = Times.none

    enum Times { case none, narrow, wide, unknown }

    var testDescription: String { "\(policy) weights \(weights) values \(values) times \(times)" }

    static let all: [Form] = [DuplicatePolicy.last, .sum, .count, .max, .keep].flatMap { policy in
      [
        Form(policy: policy), Form(policy: policy, weights: true), Form(policy: policy, times: .narrow),
        Form(policy: policy, weights: true, times: .narrow), Form(policy: policy, weights: true, times: .wide),
        Form(policy: policy, weights: true, values: true, times: .unknown),
      ]
    }
  }

  private struct Edge: Equatable {
    var source: UInt32
    var target: UInt32
    var weight: Float?
    var value: Float?
    var time: Int64?
  }

  private static let sourceCount = 3000
  private static let targetCount = 70_000

  private func edges(_ form: Form, seed: UInt64) -> [Edge] {
    var random = SplitMix64(seed: seed)
    var edges: [Edge] = []
    for number in 0..<150_000 {
      var edge = Edge(
        // Some sources and targets have far more than others, and some pairs repeat.
        source: UInt32(Int.random(in: 0..<Self.sourceCount, using: &random) >> (number % 4)),
        target: UInt32(Int.random(in: 0..<Self.targetCount, using: &random) >> (number % 12)))
      if form.weights { edge.weight = Float(Int.random(in: 1...20, using: &random)) / 4 }
      if form.values { edge.value = Float(Int.random(in: -9...9, using: &random)) }
      switch form.times {
      case .none: break
      case .narrow: edge.time = 1_500_000_000 + Int64.random(in: 0..<50, using: &random)
      case .wide: edge.time = Int64.random(in: -9...9, using: &random) * 5_000_000_000
      case .unknown:
        edge.time = number % 3 == 0 ? TimeColumn.unknown : Int64.random(in: 0..<4_000_000_000, using: &random)
      }
      edges.append(edge)
    }
    return edges
  }

  /// By the standard library's sort and one loop.
  private func naive(_ edges: [Edge], _ policy: DuplicatePolicy) -> [Edge] {
    func key(_ edge: Edge) -> Int64 { edge.time == TimeColumn.unknown ? .min : edge.time ?? 0 }
    let order = edges.enumerated().sorted {
      ($0.element.source, $0.element.target, key($0.element), $0.offset)
        < ($1.element.source, $1.element.target, key($1.element), $1.offset)
    }.map(\.element)
    guard policy != .keep else { return order }
    var merged: [[Edge]] = []
    for edge in order {
      if let last = merged.last?.last, last.source == edge.source, last.target == edge.target {
        merged[merged.count - 1].append(edge)
      } else {
        merged.append([edge])
      }
    }
    return merged.map { run in
      var edge = run.last!
      switch policy {
      case .last, .keep: break
      case .sum:
        if edge.weight != nil { edge.weight = run.reduce(0) { $0 + $1.weight! } }
        if edge.value != nil { edge.value = run.reduce(0) { $0 + $1.value! } }
      case .count: edge.weight = Float(run.count)
      case .max:
        let largest = run.map { $0.weight ?? 1 }.max()!
        edge = run.last { ($0.weight ?? 1) == largest }!
      }
      return edge
    }
  }

  private func list(_ adjacency: Adjacency, isForward: Bool) throws -> [Edge] {
    var edges: [Edge] = []
    for node in 0..<UInt32(adjacency.nodeCount) {
      for edge in try adjacency.edges(of: node) {
        let neighbor = try adjacency.neighbor(at: edge)
        let attributes = adjacency.attributes
        edges.append(
          Edge(
            source: isForward ? node : neighbor, target: isForward ? neighbor : node,
            weight: attributes.weights?[edge], value: attributes.values?[edge],
            time: attributes.times.map { $0.time(at: edge) ?? TimeColumn.unknown }))
      }
    }
    return edges
  }

  private func chunks(_ edges: [Edge]) -> [EdgeChunk] {
    var chunks: [EdgeChunk] = []
    var start = 0
    for number in 0... where start < edges.count {
      let end = min(edges.count, start + [1, 4099, 30_011][number % 3])
      let part = edges[start..<end]
      chunks.append(
        EdgeChunk(
          sources: part.map(\.source), targets: part.map(\.target), weights: part.compactMap(\.weight),
          values: part.compactMap(\.value), times: ChunkTimes(part.compactMap(\.time))))
      start = end
      if start == edges.count { break }
    }
    return chunks
  }

  @Test(arguments: Form.all)
  func `both directions are those of a plain sort, on any number of threads`(form: Form) throws {
    let edges = edges(form, seed: 7)
    let expected = naive(edges, form.policy)
    let reversed = expected.enumerated().sorted {
      ($0.element.target, $0.offset) < ($1.element.target, $1.offset)
    }.map(\.element)
    for threads in [1, 3] {
      let sorting = EdgeSorting(
        sourceCount: Self.sourceCount, targetCount: Self.targetCount, policy: form.policy,
        execution: Execution(threads: threads))
      let found = try sorting.relation(from: ChunkShelf(chunks(edges)))
      #expect(try list(found.forward, isForward: true) == expected)
      #expect(try list(found.reverse, isForward: false) == reversed)
      #expect(found.timeBase == (form.times == .none ? nil : expected.compactMap(\.time).filter { $0 != .max }.min()))
    }
  }

  @Test func `a formula is applied once pairs are merged, and its failure names the pair`() throws {
    let edges = edges(Form(policy: .count), seed: 3)
    var sorting = EdgeSorting(sourceCount: Self.sourceCount, targetCount: Self.targetCount, policy: .count)
    sorting.formula = { $0 * 10 }
    let found = try sorting.relation(from: ChunkShelf(chunks(edges)))
    let expected = naive(edges, .count).map(\.weight!).map { $0 * 10 }
    #expect(found.forward.attributes.weights?.array() == expected)
    sorting.formula = { _ in .nan }
    #expect(throws: EdgeSorting.Overflow.self) { try sorting.relation(from: ChunkShelf(chunks(edges))) }
  }
}
