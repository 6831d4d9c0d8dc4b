import AkinLinearAlgebra
import CHNSW
import Glibc
import Synchronization

/// hnswlib's index behind values and errors, and what threads need to search it.
///
/// Safe to share: it is searched by any number of threads, and changed only by who holds it alone (`HNSWIndex` copies
/// it before it changes one that others hold too).
@safe
final class HNSWGraph: @unchecked Sendable {
  private let handle: OpaquePointer
  /// Elements of a vector with its padding.
  let width: Int
  let metric: VectorMetric
  let links: Int
  let buildEffort: Int
  private let scratches = Mutex<[Scratch]>([])

  init(width: Int, metric: VectorMetric, links: Int, buildEffort: Int) throws(VectorError) {
    self.width = width
    self.metric = metric
    self.links = links
    self.buildEffort = buildEffort
    unsafe handle = try Self.said { message in
      unsafe akin_hnsw_make(UInt64(width), metric.distance, 1, Int64(links), Int64(buildEffort), message)
    }
  }

  /// An index with the links of `parts`.
  ///
  /// - Throws: `VectorError.indexFailed` where the parts contradict each other.
  init(_ parts: Parts, vectors: DenseMatrix, metric: VectorMetric, links: Int, buildEffort: Int) throws(VectorError) {
    let count = parts.levels.count
    let width = vectors.stride
    precondition(vectors.rowCount == count && parts.base.count == count * (1 + 2 * links))
    self.width = width
    self.metric = metric
    self.links = links
    self.buildEffort = buildEffort
    unsafe handle = try Self.said { message in
      unsafe vectors.withElements(ofRows: 0..<count) { rows in
        unsafe rows.withUnsafeBufferPointer { rows in
          unsafe akin_hnsw_import(
            UInt64(width), metric.distance, Int64(count), Int64(links), Int64(buildEffort), rows.baseAddress,
            Int64(width), parts.levels, parts.base, parts.upper, Int64(parts.upper.count), parts.entry, message)
        }
      }
    }
  }

  deinit { unsafe akin_hnsw_free(handle) }

  var count: Int { unsafe Int(akin_hnsw_count(handle)) }

  /// - Precondition: `element` is below `count`.
  func vector(_ element: Int, dimension: Int) -> [Float] {
    let start = unsafe akin_hnsw_vector(handle, UInt32(element))!
    return unsafe Array(UnsafeBufferPointer(start: start, count: dimension))
  }

  func reserve(_ capacity: Int) throws(VectorError) {
    _ = try unsafe Self.said { message in
      unsafe akin_hnsw_reserve(handle, Int64(capacity), message) == 1 ? handle : nil
    }
  }

  /// Room for more elements than there are, so that adding them one by one does not copy everything each time.
  var capacity: Int { unsafe Int(akin_hnsw_capacity(handle)) }

  /// - Parameter vector: of `width` elements.
  func add(_ vector: Span<Float>, level: Int) throws(VectorError) {
    precondition(vector.count == width)
    _ = try unsafe Self.said { message in
      unsafe vector.withUnsafeBufferPointer {
        unsafe akin_hnsw_add(handle, $0.baseAddress!, Int32(level), message) == 1 ? handle : nil
      }
    }
  }

  /// - Parameter query: of `width` elements.
  /// - Parameter excluded: empty, or one for each element.
  func search(
    _ query: Span<Float>, k: Int, effort: Int, excluded: [UInt8], admits: ((UInt32) -> Bool)?
  ) throws(VectorError) -> [VectorNeighbor] {
    precondition(query.count == width && (excluded.isEmpty || excluded.count == count))
    let scratch: Scratch
    if let idle = scratches.withLock({ $0.popLast() }) { scratch = idle } else { scratch = try Scratch() }
    defer { scratches.withLock { $0.append(scratch) } }
    let room = min(k, count)
    if scratch.elements.count < room {
      scratch.elements = [UInt32](repeating: 0, count: room)
      scratch.distances = [Float](repeating: 0, count: room)
    }
    let filter = admits.map { Filter(admits: $0) }
    let found = unsafe query.withUnsafeBufferPointer { query in
      unsafe akin_hnsw_search(
        handle, scratch.handle, query.baseAddress!, Int64(room), Int64(min(effort, max(1, count))),
        excluded.isEmpty ? nil : excluded,
        filter == nil
          ? nil
          : { context, element in
            unsafe Unmanaged<Filter>.fromOpaque(context!).takeUnretainedValue().admits(element) ? 1 : 0
          },
        unsafe filter.map { unsafe Unmanaged.passUnretained($0).toOpaque() }, &scratch.elements, &scratch.distances)
    }
    // The filter is only borrowed by the call.
    withExtendedLifetime(filter) {}
    guard found >= 0 else { throw .indexFailed(reason: "there is no memory to search it") }
    return (0..<Int(found)).map {
      VectorNeighbor(position: scratch.elements[$0], score: -Double(scratch.distances[$0]))
    }
  }

  /// The score of one element.
  func score(_ element: Int, query: Span<Float>) -> Double {
    precondition(query.count == width)
    var width = UInt64(width)
    return unsafe query.withUnsafeBufferPointer {
      unsafe -Double(metric.distance(akin_hnsw_vector(handle, UInt32(element)), $0.baseAddress!, &width))
    }
  }

  /// Everything but the vectors.
  struct Parts: Sendable, Equatable {
    var levels: [UInt32]
    var base: [UInt32]
    var upper: [UInt32]
    var entry: UInt32
  }

  func parts() -> Parts {
    var parts = Parts(
      levels: [UInt32](repeating: 0, count: count),
      base: [UInt32](repeating: 0, count: count * (1 + 2 * links)),
      upper: [UInt32](repeating: 0, count: unsafe Int(akin_hnsw_upper_count(handle))),
      entry: unsafe akin_hnsw_entry(handle))
    unsafe akin_hnsw_export(handle, &parts.levels, &parts.base, &parts.upper)
    return parts
  }

  func vectors(dimension: Int) -> DenseMatrix {
    var all = DenseMatrix(rows: count, columns: dimension)
    for element in 0..<count {
      let vector = vector(element, dimension: dimension)
      all.withMutableRow(element) { row in for column in 0..<dimension { row[column] = vector[column] } }
    }
    return all
  }

  /// What `body` returns, or the message that it left.
  @unsafe private static func said(_ body: (UnsafeMutablePointer<CChar>) -> OpaquePointer?) throws(VectorError)
    -> OpaquePointer
  {
    var message = [CChar](repeating: 0, count: Int(AKIN_HNSW_MESSAGE))
    if let result = unsafe body(&message) { return unsafe result }
    throw .indexFailed(
      reason: String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  private final class Filter {
    let admits: (UInt32) -> Bool
    init(admits: @escaping (UInt32) -> Bool) { self.admits = admits }
  }

  /// Held by one thread at a time.
  @safe
  private final class Scratch: @unchecked Sendable {
    let handle: OpaquePointer
    var elements: [UInt32] = []
    var distances: [Float] = []

    init() throws(VectorError) {
      guard let made = unsafe akin_hnsw_scratch_make() else {
        throw .indexFailed(reason: "there is no memory to search it")
      }
      unsafe handle = made
    }

    deinit { unsafe akin_hnsw_scratch_free(handle) }
  }
}
