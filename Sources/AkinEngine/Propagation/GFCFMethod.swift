import AkinPropagation

extension MethodDefinition {
  static let gfcf = graphFilter(
    "gf-cf", "graph filter GF-CF: two hops and the ideal low-pass",
    parameters: [
      .rank(256),
      .init(
        name: "alpha", defaultValue: 0.3, range: 0...100, isWhole: false, help: "how much the low-pass adds",
        search: SearchRange(0.01...1, isLogarithmic: true)),
    ]
  ) { values in
    var options = GraphFilterOptions()
    options.isScaled = false
    options.lowPass = .init(rank: values["rank"]!, weight: values["alpha"]!, signalExponent: 0.5)
    return options
  }
}
