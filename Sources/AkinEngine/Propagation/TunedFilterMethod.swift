import AkinPropagation

extension MethodDefinition {
  /// The general two-hop filter with a second term and a low-pass: most published filters are settings of it.
  static let tunedFilter = graphFilter(
    "filter", "graph filter: two hops, a correction by four, the low frequencies",
    parameters: [
      .init(
        name: "a", defaultValue: 0.35, range: 0...3, isWhole: false, help: "exponent of items' degrees in the matrix",
        search: SearchRange(0.2...0.7)),
      .init(
        name: "g", defaultValue: 0.6, range: 0...3, isWhole: false, help: "exponent of users' degrees in the matrix",
        search: SearchRange(0.3...1.2)),
      .init(
        name: "b", defaultValue: 0.3, range: -2...2, isWhole: false,
        help: "popularity dial: history divided and scores multiplied by degrees to this power",
        search: SearchRange(0...0.6)),
      .init(
        name: "second", defaultValue: 0.8, range: -10...10, isWhole: false,
        help: "how much of four hops is taken away from two", search: SearchRange(0...1.2)),
      .rank(0),
      .init(
        name: "low", defaultValue: 0.2, range: 0...100, isWhole: false, help: "how much the low frequencies add",
        search: SearchRange(0.01...1, isLogarithmic: true)),
      .init(
        name: "power", defaultValue: 0, range: 0...20, isWhole: false,
        help: "low frequencies count by their singular value to this power", search: SearchRange(0...4)),
      .individualExponent,
    ]
  ) { values in
    var options = GraphFilterOptions()
    options.candidateExponent = values["a"]!
    options.connectorExponent = values["g"]!
    options.signalExponent = values["b"]!
    options.response = .powers([0, 1, -values["second"]!])
    options.lowPass = .init(
      rank: values["rank"]!, weight: values["low"]!, signalExponent: values["b"]!, valueExponent: values["power"]!,
      individualExponent: values["spread"]!)
    return options
  }
}
