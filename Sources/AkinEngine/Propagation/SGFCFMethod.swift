import AkinPropagation

extension MethodDefinition {
  /// SGFCF with one exponent for both kinds of degrees, and its two parts weighted without dividing by sums of rows, which
  /// can be near zero.
  static let sgfcf = graphFilter(
    "sgfcf", "graph filter SGFCF: generalised normalisation, frequencies by their singular values",
    parameters: [
      .init(
        name: "epsilon", defaultValue: 0.4, range: 0...2, isWhole: false, help: "exponent of degrees",
        search: SearchRange(0.2...0.6)),
      .rank(256),
      .init(
        name: "beta", defaultValue: 1, range: 0...20, isWhole: false,
        help: "low frequencies count by their singular value to twice this power, less one",
        search: SearchRange(0.5...3)),
      .individualExponent,
      .init(
        name: "gamma", defaultValue: 1, range: 0...1000, isWhole: false, help: "how much the high frequencies count",
        search: SearchRange(0.1...10, isLogarithmic: true)),
    ]
  ) { values in
    var options = GraphFilterOptions()
    options.candidateExponent = values["epsilon"]!
    options.connectorExponent = 2 * values["epsilon"]!
    options.signalExponent = 0
    options.response = .powers([0, values["gamma"]!])
    options.lowPass = .init(
      rank: values["rank"]!, weight: 1, signalExponent: 0, valueExponent: 2 * values["beta"]! - 1,
      individualExponent: values["spread"]!,
      normalization: values["epsilon"]!)
    return options
  }
}
