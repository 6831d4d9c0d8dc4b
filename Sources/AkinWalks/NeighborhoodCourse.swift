import CAkinKernels

/// Walks of a few steps from one node: every candidate they come to is written down. The budget counts walks; each ends
/// after `length` steps, or earlier with a probability after every step.
struct NeighborhoodCourse: WalkCourse {
  /// In steps of as many hops as the path has states.
  let length: Int
  private let hopsAStep: Int32
  private let threshold: UInt64

  init(length: Int, restart: Double, hopsAStep: Int) {
    self.length = length
    self.hopsAStep = Int32(hopsAStep)
    threshold = UInt64(restart * 0x1p53)
  }

  @inline(__always)
  func arrived(_ walker: inout Walker, _ pen: Pen<UInt32>) -> Turn {
    guard walker.state == walker.sourceState else { return .on }
    pen.write(walker.node, by: &walker)
    if walker.random.next() >> 11 < threshold || walker.hops >= Int32(length) &* hopsAStep { return next(&walker) }
    return .on
  }

  @inline(__always)
  func stranded(_ walker: inout Walker) -> Turn? { walker.hops == 0 ? .over : next(&walker) }

  @inline(__always)
  private func next(_ walker: inout Walker) -> Turn {
    walker.left &-= 1
    return walker.left == 0 ? .over : .home
  }

  var plain: PlainCourse? {
    PlainCourse(
      kind: AKIN_WALK_RETURNS, threshold: threshold, hopLimit: UInt64(length) * UInt64(hopsAStep), recordsEach: length)
  }
}
