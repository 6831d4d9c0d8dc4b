import Glibc

extension ItemPopularity {
  /// How surprising it is that a training user has this item: −log₂ p(i), p(i) = users of i / users. In bits, from 0.
  ///
  /// An item that no training user has would be infinitely surprising: it counts as half a user, one bit above an item
  /// with a single user.
  public func selfInformation(of item: Int) -> Double {
    let users = counts[item] == 0 ? 0.5 : Double(counts[item])
    return -log2(users / Double(max(1, userCount)))
  }

  /// The mean self-information of the items given: the novelty of a list. `nil` without items.
  ///
  /// - Complexity: O(items).
  ///
  /// Source: Zhou et al., "Solving the apparent diversity–accuracy dilemma of recommender systems", PNAS 107(10), 2010,
  /// doi:10.1073/pnas.1000488107.
  public func novelty(of items: some Collection<UInt32>) -> Double? {
    items.isEmpty ? nil : items.reduce(0) { $0 + selfInformation(of: Int($1)) } / Double(items.count)
  }
}
