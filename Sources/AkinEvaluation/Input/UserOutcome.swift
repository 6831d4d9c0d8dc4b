/// How one user's list fared: which ranks hold relevant items, and what could have been found.
///
/// Every metric of accuracy is a small function of this pattern alone. `k` counts ranks from the top; a list shorter
/// than `k` has misses at the ranks that it lacks, and `k` beyond the list, up to `Int.max`, means the whole list.
public struct UserOutcome: Sendable, Equatable {
  /// The grade of the item at each rank, best rank first; 0 is a miss.
  public internal(set) var grades: [Float]
  /// The grades of all relevant items, found or not, in descending order.
  public internal(set) var idealGrades: [Float]

  /// - Parameters:
  ///   - grades: of the list, by rank; finite and not negative.
  ///   - relevant: of all relevant items in any order, those of the list included; finite and positive.
  public init(grades: [Float], relevant: [Float]) {
    let range = 0...GroundTruth.largestGrade
    precondition(grades.allSatisfy { range.contains($0) }, "a grade is out of range: \(grades)")
    precondition(relevant.allSatisfy { $0 > 0 && range.contains($0) }, "a grade is out of range: \(relevant)")
    let hits = grades.count { $0 > 0 }
    precondition(hits <= relevant.count, "\(hits) hits among \(relevant.count) relevant items")
    self.grades = grades
    idealGrades = relevant.sorted(by: >)
  }

  /// The outcome when all relevant items are alike.
  public init(hits: [Bool], relevantCount: Int) {
    self.init(
      grades: hits.map { $0 ? 1 : 0 }, relevant: [Float](repeating: 1, count: relevantCount))
  }

  init() {
    grades = []
    idealGrades = []
  }

  /// How many items are relevant, found or not.
  public var relevantCount: Int { idealGrades.count }

  /// The number of relevant items among the first `k`.
  public func hitCount(at k: Int = .max) -> Int {
    checkCutoff(k)
    var hits = 0
    for rank in 0..<min(k, grades.count) where grades[rank] > 0 { hits += 1 }
    return hits
  }
}

extension GroundTruth {
  /// How the list of `user` fared.
  ///
  /// - Complexity: O(l log n) for a list of l and n relevant items.
  public func outcome(of lists: ItemLists, user: Int) -> UserOutcome {
    var outcome = UserOutcome()
    fill(&outcome, from: lists, user: user)
    return outcome
  }

  /// As `outcome(of:user:)`, in the buffers of an earlier outcome.
  func fill(_ outcome: inout UserOutcome, from lists: ItemLists, user: Int) {
    outcome.grades.removeAll(keepingCapacity: true)
    for position in lists.offsets[user]..<lists.offsets[user + 1] {
      outcome.grades.append(grade(of: lists.items[position], for: user))
    }
    outcome.idealGrades.removeAll(keepingCapacity: true)
    if isGraded {
      outcome.idealGrades.append(contentsOf: idealGrades[offsets[user]..<offsets[user + 1]])
    } else {
      outcome.idealGrades.append(contentsOf: repeatElement(1, count: relevantCount(of: user)))
    }
  }
}
