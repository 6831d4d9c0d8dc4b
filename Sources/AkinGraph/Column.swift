import Glibc

/// A fixed run of values of one kind: the storage of everything in a snapshot.
///
/// A column is a view on memory that its owner keeps alive: an allocation of this process or a mapped file. Mapped
/// values are whatever the file holds, so readers check what they take from a column before they use it as a position.
@safe
public struct Column<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // Safe to share: the memory is never written after `init`, and `owner` outlives `base`.
  private let base: UnsafePointer<Element>
  private let owner: AnyObject
  /// How many elements the column has.
  public let count: Int

  /// A column over memory that `owner` keeps alive and nobody writes.
  @unsafe package init(base: UnsafePointer<Element>, count: Int, owner: AnyObject) {
    unsafe self.base = base
    self.count = count
    self.owner = owner
  }

  /// Copies `elements` into memory that the column owns.
  ///
  /// - Complexity: O(n).
  public init(_ elements: [Element]) {
    let filling = unsafe ColumnFilling<Element>(capacity: elements.count)
    unsafe elements.withUnsafeBufferPointer { source in
      if let first = source.baseAddress { unsafe filling.start.update(from: first, count: source.count) }
    }
    self = unsafe filling.column(count: elements.count)
  }

  /// Allocates `count` zeroed elements, in huge pages where they are many and the system has them, and lets `fill` write
  /// them.
  public init<Failure: Error>(count: Int, filledBy fill: (inout MutableSpan<Element>) throws(Failure) -> Void)
    throws(Failure)
  {
    let allocation = Allocation(byteCount: count * MemoryLayout<Element>.stride, inHugePages: true)
    let start = unsafe allocation.start.bindMemory(to: Element.self, capacity: count)
    var span = unsafe MutableSpan(_unsafeStart: start, count: count)
    try fill(&span)
    unsafe self.init(base: UnsafePointer(start), count: count, owner: allocation)
  }

  /// Whether there are no elements.
  public var isEmpty: Bool { count == 0 }
  /// Bytes of all elements, without what the owner holds beside them.
  public var byteCount: Int { count * MemoryLayout<Element>.stride }

  /// - Precondition: `position` is in `0..<count`.
  public subscript(position: Int) -> Element {
    precondition(position >= 0 && position < count, "position \(position) is outside a column of \(count)")
    return unsafe base[position]
  }

  /// The first element, at the same place as long as any copy of the column lives: for kernels that read a number of
  /// columns which is known only at run time, where spans cannot be kept. Who holds it holds the column too.
  @unsafe public var start: UnsafePointer<Element> { unsafe base }

  /// Lends all elements as a span, without a copy: the way to read many of them in a loop.
  ///
  /// - Throws: what `body` throws.
  public func withSpan<Result, Failure: Error>(
    _ body: (Span<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(unsafe Span(_unsafeStart: base, count: count))
  }

  @unsafe func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(UnsafeRawBufferPointer(start: base, count: byteCount))
  }
}

extension Column {
  /// A copy of all elements.
  ///
  /// - Complexity: O(n) time and space.
  public func array() -> [Element] { withSpan { span in span.indices.map { span[$0] } } }
}

/// The memory of a column that is still being filled, by several threads at places of their own.
@unsafe
struct ColumnFilling<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  let start: UnsafeMutablePointer<Element>
  private let owner: AnyObject
  let capacity: Int

  /// Zeroed memory; or, with `disk`, a file that has no name,
  /// of which the system keeps in memory what it has room for.
  ///
  /// - Throws: `GraphError.cannotWrite`, where there is no room on `disk`.
  init(capacity: Int, disk: SpillFolder) throws(GraphError) {
    let file = try SpillFile(in: disk, byteCount: capacity * MemoryLayout<Element>.stride)
    unsafe start = file.start.bindMemory(to: Element.self, capacity: capacity)
    unsafe owner = file
    unsafe self.capacity = capacity
  }

  init(capacity: Int) {
    let allocation = Allocation(byteCount: capacity * MemoryLayout<Element>.stride)
    unsafe start = allocation.start.bindMemory(to: Element.self, capacity: capacity)
    unsafe owner = allocation
    unsafe self.capacity = capacity
  }

  /// Lets the first `count` elements, which are about to be written, lie in pages of `spare`.
  func back(_ count: Int, with spare: SparePages) {
    guard let allocation = unsafe owner as? Allocation else { return }
    allocation.back(unsafe min(count, capacity) * MemoryLayout<Element>.stride, with: spare)
  }

  /// What was filled, once nobody writes any more.
  func column(count: Int) -> Column<Element> {
    precondition(unsafe count <= capacity, "\(count) elements in the memory of \(unsafe capacity)")
    return unsafe Column(base: UnsafePointer(start), count: count, owner: owner)
  }
}
