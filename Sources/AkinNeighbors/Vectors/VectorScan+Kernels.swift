import AkinLinearAlgebra
import AkinParallel
import AkinRanking
import CAkinKernels

// Safe throughout: `visit` takes positions below the count of the index, and a hit is one of the rows and lanes that the
// kernel was given.

/// The lists of some queries over an `ExactIndex`, as they are while its vectors go by.
struct VectorScan {
  private let index: ExactIndex
  private let queries: DenseMatrix
  private let norms: [Double]
  private let rows: Range<Int>
  private let filter: VectorFilter
  private let panels: [Panel]
  /// A list for each of `rows`.
  private(set) var lists: [TopK]
  private var hits: [UInt32]
  private let blockSize: Int

  /// Up to 64 queries side by side.
  private struct Panel {
    var first: Int
    var queryCount: Int
    /// A multiple of 16.
    var lanes: Int
    /// By element, then by lane.
    var elements: [Float]
    var thresholds: [Float]
  }

  /// - Parameter rows: of `queries`, which are those to ask for, as they are compared.
  init(
    index: ExactIndex, queries: DenseMatrix, norms: [Double], rows: Range<Int>, k: Int, filter: VectorFilter
  ) {
    self.index = index
    self.queries = queries
    self.norms = norms
    self.rows = rows
    self.filter = filter
    let dimension = index.dimension
    panels = stride(from: rows.lowerBound, to: rows.upperBound, by: 64).map { first in
      let count = min(64, rows.upperBound - first)
      let lanes = (count + 15) / 16 * 16
      var elements = [Float](repeating: 0, count: dimension * lanes)
      for lane in 0..<count {
        queries.withRow(first + lane) { query in
          for element in 0..<dimension { elements[element * lanes + lane] = query[element] }
        }
      }
      return Panel(first: first, queryCount: count, lanes: lanes, elements: elements, thresholds: [])
    }
    lists = rows.map { _ in TopK(k) }
    // Blocks that stay in the second cache while all panels go over them.
    let fitting = (1 << 18) / (4 * index.vectors.stride) / ExactIndex.groupSize * ExactIndex.groupSize
    blockSize = max(ExactIndex.groupSize, min(4 * ExactIndex.groupSize, fitting))
    hits = [UInt32](repeating: 0, count: blockSize * 64)
  }

  /// - Parameter range: starts anywhere; vectors beyond `index.count` do not exist.
  mutating func visit(_ range: Range<Int>, cancellation: Cancellation) throws {
    var start = range.lowerBound
    // Short blocks at first: as long as there is no list, everything passes.
    var size = min(48, blockSize)
    while start < range.upperBound {
      try cancellation.check()
      let block = start..<min(range.upperBound, start + size)
      for panel in panels { visit(block, panel) }
      start = block.upperBound
      size = min(size * 2, blockSize)
    }
  }

  private mutating func visit(_ block: Range<Int>, _ panel: Panel) {
    let groups = block.lowerBound / ExactIndex.groupSize...(block.upperBound - 1) / ExactIndex.groupSize
    let length = index.groupLengths[groups].max() ?? 0
    let thresholds = (0..<panel.lanes).map { lane in
      // Lanes without a query ask for more than there is.
      lane < panel.queryCount ? threshold(panel.first + lane, length: length) : .infinity
    }
    let stride = index.vectors.stride
    let kernel = unsafe akin_vectors().pointee.scan!
    let found = index.vectors.withElements(ofRows: block) { rows in
      unsafe rows.withUnsafeBufferPointer { rows in
        unsafe index.offsets.withUnsafeBufferPointer { offsets in
          unsafe kernel(
            rows.baseAddress!, Int64(stride), Int64(block.count), Int64(index.dimension),
            offsets.isEmpty ? nil : offsets.baseAddress! + block.lowerBound, panel.elements, Int64(panel.lanes),
            thresholds, &hits)
        }
      }
    }
    guard found > 0 else { return }
    let distance = unsafe index.metric.distance
    var width = UInt64(stride)
    for hit in 0..<Int(found) {
      let row = Int(hits[hit]) / panel.lanes
      let query = panel.first + Int(hits[hit]) % panel.lanes
      let position = block.lowerBound + row
      guard !index.isDeleted[position], filter.isAdmitted(UInt32(position), query: query) else { continue }
      let score = index.vectors.withElements(ofRows: position..<position + 1) { vector in
        queries.withElements(ofRows: query..<query + 1) { query in
          unsafe vector.withUnsafeBufferPointer { vector in
            unsafe query.withUnsafeBufferPointer { query in
              unsafe -Double(distance(query.baseAddress!, vector.baseAddress!, &width))
            }
          }
        }
      }
      lists[query - rows.lowerBound].offer(UInt32(position), score: score)
    }
  }

  /// What a score of the scan must be above for a vector no longer than `length` to have a place in the query's list.
  ///
  /// Both sums, that of the scan and that of the score, are off by at most γ·|q|·|x| (γ·|q − x|² for the Euclidean
  /// score), with γ = n·u / (1 − n·u) for n additions and u = 2⁻²⁴; here n is larger than either takes.
  private func threshold(_ query: Int, length: Double) -> Float {
    guard let worst = lists[query - rows.lowerBound].worst else { return -.infinity }
    let gamma = Double(index.dimension + 16) * 0x1p-24 * 1.1
    let norm = norms[query]
    let exact =
      switch index.metric {
      case .innerProduct, .cosine: worst - 2 * gamma * norm * length
      // The scan sums q·x − |x|²/2 = (|q|² − |q − x|²) / 2.
      case .euclidean:
        (norm * norm + worst) / 2 - gamma * (worst.magnitude / 2 + 2 * norm * length + 2 * length * length)
          - 0x1p-48 * norm * norm
      }
    // What underflows is beyond relative errors.
    return (Float(exact) - Float.leastNormalMagnitude).nextDown.nextDown
  }
}

extension ExactIndex {
  /// As a search scores them, each vector on its own: O(positions · dimension).
  public func scores(of positions: [UInt32], for query: [Float]) throws -> [Double] {
    guard query.count == dimension else {
      throw VectorError.dimensionMismatch(found: query.count, expected: dimension)
    }
    let prepared = try VectorNorms.prepared(
      DenseMatrix(rows: 1, columns: dimension, elements: query), metric: metric
    ).vectors
    let distance = unsafe metric.distance
    var width = UInt64(vectors.stride)
    return prepared.withElements(ofRows: 0..<1) { query in
      positions.map { position in
        precondition(Int(position) < count, "position \(position) of \(count)")
        return vectors.withElements(ofRows: Int(position)..<Int(position) + 1) { vector in
          unsafe vector.withUnsafeBufferPointer { vector in
            unsafe query.withUnsafeBufferPointer { query in
              unsafe -Double(distance(query.baseAddress!, vector.baseAddress!, &width))
            }
          }
        }
      }
    }
  }
}
