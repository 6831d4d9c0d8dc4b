import AkinNeighbors

extension MethodDefinition {
  static let paths: [MethodDefinition] = [
    .similarNodes(
      "cooccurrence", "how many neighbours two nodes share",
      parameters: [
        .init(
          name: "halfLife", defaultValue: 0, range: 0...1e12, isWhole: false,
          help: "seconds apart at which a shared neighbour counts half; 0: time does not matter")
      ]
    ) { CoOccurrence(halfLife: $0["halfLife"]! == 0 ? nil : $0["halfLife"]!) },
    .similarNodes("adamic-adar", "shared neighbours, those with few edges first", numbers: .binary) { _ in AdamicAdar()
    },
    .similarNodes("resource", "resource allocation: shared neighbours split one unit each", numbers: .binary) { _ in
      ResourceAllocation()
    },
    .similarNodes(
      "rp3beta", "random walk of two hops, popularity held down", numbers: .binary,
      parameters: [
        .init(
          name: "alpha", defaultValue: 1, range: 0...10, isWhole: false,
          help: "how much the degrees of source and shared neighbours count", search: SearchRange(0.3...1.5)),
        .init(
          name: "beta", defaultValue: 0.5, range: 0...10, isWhole: false, help: "popularity dial",
          search: SearchRange(0...1)),
      ]
    ) { TwoHop(sourceExponent: $0["alpha"]!, targetExponent: $0["beta"]!, connectorExponent: $0["alpha"]!) },
    .similarNodes(
      "twohop", "the general two-hop kernel", numbers: .binary,
      parameters: [
        .init(
          name: "a", defaultValue: 0.5, range: 0...10, isWhole: false, help: "exponent of the source's degree",
          search: SearchRange(0...1.2)),
        .init(
          name: "c", defaultValue: 0.5, range: 0...10, isWhole: false, help: "exponent of the candidate's degree",
          search: SearchRange(0...1)),
        .init(
          name: "g", defaultValue: 1, range: 0...10, isWhole: false, help: "exponent of shared neighbours' degrees",
          search: SearchRange(0...1.5)),
        .init(
          name: "s", defaultValue: 1, range: 0.01...10, isWhole: false, help: "power of the whole",
          search: SearchRange(0.5...1.5)),
      ]
    ) { TwoHop(sourceExponent: $0["a"]!, targetExponent: $0["c"]!, connectorExponent: $0["g"]!, power: $0["s"]!) },
  ]
}
