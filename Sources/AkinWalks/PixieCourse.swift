import CAkinKernels

/// One kept step of Pixie: the candidate, the connector that led to it, and how much it counts.
struct Visit: WalkRecord, Equatable {
  var candidate: UInt32 = 0
  var connector: UInt32 = 0
  /// At least 1.
  var worth = 1.0
}

/// Pixie's walk: from candidate over connector to candidate, home with a probability after every step, until the steps of
/// the task are used up. A refused draw uses up its step, so that the work is bound by the steps whatever the graph.
struct PixieCourse: WalkCourse {
  /// A walker goes home when the upper 53 bits of a draw fall below this: exact at 0 and at 1.
  private let threshold: UInt64

  init(restart: Double) { threshold = UInt64(restart * 0x1p53) }

  @inline(__always)
  func arrived(_ walker: inout Walker, _ pen: Pen<Visit>) -> Turn {
    let isFirst = walker.hops <= (walker.sourceState == PixieState.candidate ? 2 : 1)
    guard walker.state == PixieState.candidate else { return .on }
    if isFirst && walker.sumsFirstSteps {
      walker.firstSteps += walker.worth
    } else {
      pen.write(Visit(candidate: walker.node, connector: walker.previous, worth: walker.worth), by: &walker)
    }
    walker.left &-= 1
    if walker.left == 0 { return .over }
    return walker.random.next() >> 11 < threshold ? .home : .on
  }

  @inline(__always)
  func refused(_ walker: inout Walker) -> Turn {
    walker.left &-= 1
    return walker.left == 0 ? .over : .on
  }

  /// There is always the edge back.
  @inline(__always)
  func stranded(_ walker: inout Walker) -> Turn? { nil }

  var plain: PlainCourse? { PlainCourse(kind: AKIN_WALK_VISITS, threshold: threshold) }
}

/// The states of a path there and back.
enum PixieState {
  static let candidate: Int32 = 0
  static let connector: Int32 = 1
}
