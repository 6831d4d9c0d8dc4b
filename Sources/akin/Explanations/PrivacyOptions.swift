import AkinDiagrams
import AkinEngine
import AkinRanking
import ArgumentParser

/// Who may be recognised in reasons and pictures: nobody unless asked for.
struct PrivacyOptions: ParsableArguments {
  @Flag(
    name: .customLong("show-users"),
    help: "Call people by their names; by default they are 'user A', 'user B' in each answer anew.")
  var showUsers = false

  @Option(
    name: .customLong("min-users"), parsing: .unconditional,
    help: ArgumentHelp(
      "Keep back paths that fewer people make, and say of the others how many, not who.", valueName: "n"))
  var minUsers = 1

  func validate() throws {
    guard minUsers >= 1 else { throw ValidationError("--min-users: found \(minUsers), expected at least 1") }
  }

  /// - Parameter known: whom the asker named.
  func naming(_ engine: Engine, known: [NodeID]) -> NodeNaming {
    NodeNaming(engine.snapshot, privateType: showUsers ? nil : engine.privateType, known: known)
  }

  /// Parts to ask for, so that `limit` can be shown: all where people are to be counted.
  func partLimit(for limit: Int) -> Int { minUsers > 1 ? 1_000_000 : limit }
}
