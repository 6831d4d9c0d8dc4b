/// The value of one metric for each user who has one.
///
/// Users are positions in the lists. Who has no value (no relevant items, no list) is not here and in no mean.
public struct UserScores: Sendable, Equatable {
  /// Ascending.
  public let users: [UInt32]
  /// Parallel to `users`.
  public let values: [Double]

  /// `users` ascend, each once, and have one value each, which is not NaN.
  public init(users: [UInt32], values: [Double]) {
    precondition(users.count == values.count, "\(values.count) values for \(users.count) users")
    precondition(zip(users, users.dropFirst()).allSatisfy { $0 < $1 }, "users must ascend")
    precondition(values.allSatisfy { !$0.isNaN }, "a value is not a number")
    self.users = users
    self.values = values
  }

  /// `nil` without users.
  public var mean: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }

  /// These values minus those of `other`, for the users who have both.
  ///
  /// - Complexity: O(users of both).
  public func minus(_ other: UserScores) -> UserScores {
    var users: [UInt32] = []
    var values: [Double] = []
    var position = 0
    for (user, value) in zip(self.users, self.values) {
      while position < other.users.count, other.users[position] < user { position += 1 }
      guard position < other.users.count, other.users[position] == user else { continue }
      users.append(user)
      values.append(value - other.values[position])
    }
    return UserScores(users: users, values: values)
  }
}
