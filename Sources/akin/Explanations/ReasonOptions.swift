import AkinDiagrams
import AkinEngine
import AkinRanking
import ArgumentParser

/// Whether a list comes with its reasons.
struct ReasonOptions: ParsableArguments {
  @Flag(help: "Say of each item what its score comes from, the three largest reasons in tables, more in JSON.")
  var explain = false

  @OptionGroup var privacy: PrivacyOptions

  /// Reasons for each item that JSON names.
  private static let partLimit = 10

  /// Adds its reasons to every item of the report.
  func explain(
    _ report: inout ListReport, of list: RankedList, _ engine: Engine, _ question: Question,
    _ method: any Recommender
  ) throws {
    let session: any ExplainingSession
    do {
      session = try engine.explainingSession(of: method)
    } catch {
      throw CommandFailure.usage("--explain: \(error)")
    }
    var naming = privacy.naming(
      engine, known: question.query.sources.map(\.node) + list.items.map(\.node) + (question.asker.map { [$0] } ?? []))
    for (position, item) in list.items.enumerated() {
      guard
        let explanation = try session.explanation(
          of: item.node, for: question.query, limit: privacy.partLimit(for: Self.partLimit))
      else { continue }
      let evidence = Evidence(explanation, limit: Self.partLimit, minUsers: privacy.minUsers, naming: naming)
      report.items[position].explanation = try ReasonText(
        evidence, overlap: try engine.overlap(of: item.node, for: question), minUsers: privacy.minUsers, naming: &naming
      )
    }
  }
}
