/// What a walk is for: when it goes home, when it is over, what is written down.
protocol WalkCourse: Sendable {
  associatedtype Record: WalkRecord

  /// The walker was put at its source, at the beginning or after going home.
  func placed(_ walker: inout Walker, _ pen: Pen<Record>)
  /// The walker is at a new node, which its rule kept.
  func arrived(_ walker: inout Walker, _ pen: Pen<Record>) -> Turn
  /// The rule refused a node; the walker is back where it was.
  func refused(_ walker: inout Walker) -> Turn
  /// No edge leads on; `nil` where a sound graph always has one.
  func stranded(_ walker: inout Walker) -> Turn?
  /// The same in the words of the kernels; `nil` where they have none.
  var plain: PlainCourse? { get }
}

extension WalkCourse {
  @inline(__always) func placed(_ walker: inout Walker, _ pen: Pen<Record>) {}
  @inline(__always) func refused(_ walker: inout Walker) -> Turn { .on }
}

/// What a course writes down: plain memory, blank at first.
protocol WalkRecord: BitwiseCopyable, Sendable {
  init()
}

extension UInt32: WalkRecord {}

/// What comes next for a walker.
enum Turn {
  /// Another step from where it is.
  case on
  /// Back to the source.
  case home
  /// Its task is done.
  case over
}
