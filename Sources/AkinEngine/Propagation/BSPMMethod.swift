import AkinPropagation

extension MethodDefinition {
  /// Blurring and sharpening with the low-pass merged late: added to what sharpening leaves.
  static let bspm = graphFilter(
    "bspm", "graph filter BSPM: one blur, sharpened, and the ideal low-pass",
    parameters: [
      .init(
        name: "time", defaultValue: 1.2, range: 0...10, isWhole: false, help: "how long the blur is sharpened",
        search: SearchRange(0.2...3)),
      .rank(256),
      .init(
        name: "beta", defaultValue: 0.2, range: 0...100, isWhole: false, help: "how much the low-pass adds",
        search: SearchRange(0.01...1, isLogarithmic: true)),
    ]
  ) { values in
    var options = GraphFilterOptions()
    options.isScaled = false
    options.response = .sharpenedBlur(time: values["time"]!)
    options.lowPass = .init(rank: values["rank"]!, weight: values["beta"]!, signalExponent: 0.5)
    return options
  }
}
