import AkinPropagation

extension MethodDefinition {
  /// Turbo-CF without its power of single elements, which needs all pairs of items: `twohop` has that as `s`.
  static let turboCF = graphFilter(
    "turbo-cf", "graph filter Turbo-CF: a polynomial of the item graph",
    parameters: [
      .init(
        name: "alpha", defaultValue: 0.6, range: 0...2, isWhole: false,
        help: "exponent of users' degrees; items' is 1 - alpha", search: SearchRange(0.3...0.8)),
      .init(
        name: "order", defaultValue: 2, range: 1...3, isWhole: true, help: "which of its polynomials, by their degree",
        search: SearchRange(1...3)),
    ]
  ) { values in
    var options = GraphFilterOptions()
    options.connectorExponent = 2 * values["alpha"]!
    options.candidateExponent = 1 - values["alpha"]!
    options.isScaled = false
    options.response =
      switch Int(values["order"]!) {
      case 1: .powers([0, 1])
      case 2: .powers([0, 2, -1])
      default: .powers([0, 0.71, 0.1, -0.01])
      }
    return options
  }
}
