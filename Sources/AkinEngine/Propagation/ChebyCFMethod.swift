import AkinPropagation

extension MethodDefinition {
  static let chebyCF = graphFilter(
    "cheby-cf", "graph filter ChebyCF: a plateau by Chebyshev polynomials and the ideal low-pass",
    parameters: [
      .init(
        name: "phi", defaultValue: 1.5, range: 0.1...100, isWhole: false, help: "flatness of the plateau",
        search: SearchRange(1...20, isLogarithmic: true)),
      .init(
        name: "order", defaultValue: 8, range: 1...64, isWhole: true, help: "degree of the polynomial"),
      .rank(512),
      .init(
        name: "alpha", defaultValue: 0.2, range: 0...100, isWhole: false, help: "how much the low-pass adds",
        search: SearchRange(0.01...1, isLogarithmic: true)),
      .init(
        name: "beta", defaultValue: 0.4, range: -2...2, isWhole: false,
        help: "popularity dial: history divided and scores multiplied by degrees to this power",
        search: SearchRange(0...0.6)),
    ]
  ) { values in
    var options = GraphFilterOptions()
    options.isScaled = false
    options.signalExponent = values["beta"]!
    options.response = .plateau(flatness: values["phi"]!, order: Int(values["order"]!))
    options.lowPass = .init(rank: values["rank"]!, weight: values["alpha"]!, signalExponent: values["beta"]!)
    return options
  }
}
