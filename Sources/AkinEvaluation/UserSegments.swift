/// Users divided into named groups, such as new, casual and heavy ones: a metric sliced by them shows whom a method
/// serves.
public struct UserSegments: Sendable, Equatable {
  /// What the groups are called, in the order in which they are shown.
  public let names: [String]
  /// By user, a position in `names`; `nil` for users in no segment.
  public let segments: [Int?]

  /// `segments` has one entry a user; positions are of `names`.
  public init(names: [String], segments: [Int?]) {
    let wrong = segments.first { $0.map { !names.indices.contains($0) } ?? false }
    precondition(wrong == nil, "a segment is not among the \(names.count) named")
    self.names = names
    self.segments = segments
  }

  /// Users by how many training items they have: segment *s* holds those with `limits[s - 1]` up to below `limits[s]`
  /// items, the first and the last being open.
  ///
  /// - Parameter limits: ascending; three limits make four segments.
  public init(activityIn history: ItemLists, limits: [Int]) {
    names = Self.names(limits: limits)
    segments = (0..<history.userCount).map { user in limits.count { $0 <= history[user].count } }
  }

  /// What segments by activity are called: "under 5", "5–9", "10 or more".
  public static func names(limits: [Int]) -> [String] {
    precondition(zip(limits, limits.dropFirst()).allSatisfy { $0 < $1 }, "limits must ascend, found \(limits)")
    return (0...limits.count).map { segment in
      switch (segment > 0 ? limits[segment - 1] : nil, segment < limits.count ? limits[segment] : nil) {
      case (nil, nil): "all"
      case (nil, let above?): "under \(above)"
      case (let below?, nil): "\(below) or more"
      case (let below?, let above?): below == above - 1 ? "\(below)" : "\(below)–\(above - 1)"
      }
    }
  }
}

/// The mean of a metric over one segment.
public struct SegmentMean: Sendable, Equatable {
  /// Name of the segment.
  public var name: String
  /// How many users of the segment have a value.
  public var users: Int
  /// `nil` when none has.
  public var mean: Double?
}

extension UserScores {
  /// The mean in each segment, in the order of `segments.names`; the segments' means weighted by users give `mean` when
  /// every user is in one.
  ///
  /// - Complexity: O(users + segments).
  public func means(by segments: UserSegments) -> [SegmentMean] {
    precondition(
      users.last.map { $0 < segments.segments.count } ?? true,
      "segments of \(segments.segments.count) users do not cover user \(users.last ?? 0)")
    var sums = [Double](repeating: 0, count: segments.names.count)
    var counts = [Int](repeating: 0, count: segments.names.count)
    for (user, value) in zip(users, values) {
      guard let segment = segments.segments[Int(user)] else { continue }
      sums[segment] += value
      counts[segment] += 1
    }
    return segments.names.indices.map { segment in
      let count = counts[segment]
      return SegmentMean(
        name: segments.names[segment], users: count, mean: count == 0 ? nil : sums[segment] / Double(count))
    }
  }
}
