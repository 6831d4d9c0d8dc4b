import AkinGraph
import AkinNeighbors

extension MethodDefinition {
  /// Methods whose scores are ratings: for RMSE and MAE.
  static let ratings: [MethodDefinition] = [
    .predictedRatings("rating-bias", "ratings from the means of users and items", neighborhood: nil),
    .predictedRatings("user-rating", "ratings from those of users with correlated ratings", neighborhood: 40),
  ]

  private static func predictedRatings(_ name: String, _ summary: String, neighborhood: Int?) -> MethodDefinition {
    var parameters: [ParameterDefinition] = [
      .init(
        name: "damping", defaultValue: 10, range: 0...1e9, isWhole: false,
        help: "imaginary ratings that hold back the bias of a user or item with few",
        search: SearchRange(0.5...50, isLogarithmic: true))
    ]
    if let neighborhood {
      parameters += [
        .init(
          name: "neighborhood", defaultValue: Double(neighborhood), range: 1...1e9, isWhole: true,
          help: "how many similar users who rated an item count", search: SearchRange(5...200, isLogarithmic: true))
      ]
      parameters += ParameterDefinition.ofNeighbors.filter { $0.name != "neighborhood" }.map { parameter in
        var parameter = parameter
        // Correlations over one or two shared ratings are ±1 and mean nothing.
        if parameter.name == "minOverlap" { parameter.defaultValue = 3 }
        if parameter.name == "shrinkage" { parameter.search = SearchRange(0...100) }
        return parameter
      }
    }
    let all = parameters
    var definition = MethodDefinition(name: name, summary: summary, isPersonalized: false, parameters: all) { context in
      var options = NeighborOptions()
      if neighborhood != nil {
        var values = context.values
        values["numbers"] = 1
        options = NeighborOptions(values)
      }
      options.numbers = .weights
      let similarity = try GraphSimilarity(
        context.snapshot, hop: Hop(relation: context.hop.relation, direction: context.hop.direction.opposite),
        measure: Pearson(), options: options)
      return try PredictedRatings(
        similarity, neighborhood: neighborhood == nil ? 0 : Int(context.values["neighborhood"]!),
        damping: context.values["damping"]!, name: name, parameters: context.described(all))
    }
    definition.predictsRatings = true
    definition.needsRatings = true
    definition.isPersonalized = neighborhood != nil
    return definition
  }
}
