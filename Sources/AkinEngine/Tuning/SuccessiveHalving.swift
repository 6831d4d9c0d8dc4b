/// Which setting to try next, and on how much: random search that spends more only on what looks good.
///
/// Settings start on the lowest rung, a small part of the validation users; of those tried on a rung the best 1/`eta` go
/// on to the next, with `eta` times as many users, up to all. Before a new setting is drawn, promotion is looked for from
/// the top down: the asynchronous variant, taken one step at a time, so the order of trials is fixed by their results.
/// With a single rung this is plain random search.
///
/// Source: Li et al., "A system for massively parallel hyperparameter tuning" (ASHA), MLSys 2020, arXiv:1810.05934.
public struct SuccessiveHalving: Sendable, Equatable {
  /// At least 1.
  public let rungCount: Int
  /// At least 2.
  public let eta: Int

  /// The defaults are three rungs that try settings on a ninth, a third and all of the validation users.
  public init(rungCount: Int = 3, eta: Int = 3) {
    precondition(rungCount >= 1, "rungCount must be at least 1, found \(rungCount)")
    precondition(eta >= 2, "eta must be at least 2, found \(eta)")
    self.rungCount = rungCount
    self.eta = eta
  }

  /// What to do next.
  public struct Step: Sendable, Equatable {
    /// Number of the setting, in order of first trial.
    public var setting: Int
    /// From 0, the lowest; below `rungCount`.
    public var rung: Int

    /// `setting` and `rung` count from 0.
    public init(setting: Int, rung: Int) {
      self.setting = setting
      self.rung = rung
    }
  }

  /// - Parameters:
  ///   - tried: by rung the settings tried on it with their values, higher being better.
  ///   - settings: how many settings there are so far; the next new one gets this number.
  public func next(after tried: [[(setting: Int, value: Double)]], settings: Int) -> Step {
    for rung in stride(from: rungCount - 2, through: 0, by: -1) where tried.indices.contains(rung) {
      let above = tried.indices.contains(rung + 1) ? Set(tried[rung + 1].map(\.setting)) : []
      let ranked = tried[rung].sorted { ($1.value, $0.setting) < ($0.value, $1.setting) }
      if let chosen = ranked.prefix(ranked.count / eta).first(where: { !above.contains($0.setting) }) {
        return Step(setting: chosen.setting, rung: rung + 1)
      }
    }
    return Step(setting: settings, rung: 0)
  }

  /// The share of the validation users that a rung is tried on.
  public func share(ofRung rung: Int) -> Double {
    (0..<(rungCount - 1 - rung)).reduce(1) { share, _ in share / Double(eta) }
  }
}
