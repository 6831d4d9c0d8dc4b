import AkinGraph
import AkinNeighbors
import AkinParallel
import AkinRanking

/// What the definitions of neighbourhood methods share: parameters of all of them, and how one is made.
extension MethodDefinition {
  /// A method that recommends what is similar to the sources by `measure`.
  ///
  /// - Parameters:
  ///   - numbers: which number of an edge counts unless people say otherwise; `nil` for a measure to which edges are all
  ///     alike.
  ///   - shrinkage: unless people say otherwise. Measures that divide by what chance would give, or that are exact on a
  ///     single shared neighbour, are noise without it.
  static func similarNodes(
    _ name: String, _ summary: String, numbers: EdgeNumbers? = nil, parameters: [ParameterDefinition] = [],
    shrinkage: Double = 0,
    measure: @escaping @Sendable ([String: Double]) -> any SimilarityMeasure
  ) -> MethodDefinition {
    let own = parameters + (numbers.map { [ParameterDefinition.numbers($0)] } ?? [])
    let shared = ParameterDefinition.ofNeighbors.map { definition in
      var definition = definition
      if definition.name == "shrinkage" { definition.defaultValue = shrinkage }
      return definition
    }
    return .similarNodes(name, summary, parameters: own + shared) { context in
      func make(_ measure: some SimilarityMeasure) throws -> any NodeSimilarity {
        try GraphSimilarity(
          context.snapshot, hop: context.hop, measure: measure, options: NeighborOptions(context.values))
      }
      return try make(measure(context.values))
    }
  }

  /// A method that recommends what is similar to the sources, answering live or, trained, from stored rows.
  static func similarNodes(
    _ name: String, _ summary: String, parameters: [ParameterDefinition],
    similarity: @escaping @Sendable (MethodContext) throws -> any NodeSimilarity
  ) -> MethodDefinition {
    @Sendable func recommender(
      _ similarity: any NodeSimilarity, _ path: PathGraph?, _ context: MethodContext
    ) -> any Recommender {
      let described = context.described(parameters) + [.init("path", context.texts["path"]!)]
      return SimilarNodes(
        similarity, neighborhood: context.neighborhood, name: name, parameters: described, path: path)
    }
    @Sendable func following(
      _ context: MethodContext
    ) throws -> (similarity: any NodeSimilarity, path: PathGraph?) {
      let path = try context.pathGraph(method: name)
      return (try similarity(context.following(path)), path)
    }
    return MethodDefinition(
      name: name, summary: summary, parameters: parameters, texts: [.connectorPath],
      make: { context in
        let made = try following(context)
        return recommender(made.similarity, made.path, context)
      },
      training: TrainingDefinition(
        train: { context, run in
          var context = context
          let k = context.neighborhood ?? storedNeighborhood
          context.values["neighborhood"] = Double(k)
          let graph = try following(context).similarity.stored(
            k: k, provenance: context.provenance(of: name), execution: context.execution)
          try graph.write(to: run.output, execution: context.execution)
          return TrainingReport(remarks: [
            "kept at most \(k) similar nodes of each, \(graph.relations[0].forward.edgeCount) in all; set neighborhood for "
              + "another number"
          ])
        },
        load: { context, file in
          guard let graph = file.graph else {
            throw GraphError.wrongContent(path: file.path, found: "a model", expected: "a graph of similar nodes")
          }
          let made = try following(context)
          return recommender(try StoredSimilarity(graph, of: made.similarity), made.path, context)
        },
        refresh: { context, file, before, run in
          guard let old = file.graph else {
            throw GraphError.wrongContent(path: file.path, found: "a model", expected: "a graph of similar nodes")
          }
          let similarity = try following(context).similarity
          var earlier = context
          earlier.snapshot = before
          let compared = try earlier.following(earlier.pathGraph(method: name)).snapshot
          let count = similarity.snapshot.adjacency(similarity.hop).nodeCount
          var touched: TouchedRows?
          do {
            touched = try TouchedRows(from: compared, to: similarity.snapshot, hop: similarity.hop)
          } catch is NeighborError {
            // Nodes were taken out, and the others moved up.
          }
          var remark = "nodes were taken out since, so all \(count) rows were computed"
          let graph: Snapshot
          if let touched {
            let refresh = try similarity.refresh(
              of: old, touched: touched, k: context.neighborhood ?? storedNeighborhood,
              provenance: context.provenance(of: name), execution: context.execution)
            graph = refresh.snapshot
            remark =
              switch refresh.reason {
              case nil: "\(refresh.computed) of \(count) rows were computed"
              case .reach(let rows): "the changes reach \(rows) of \(count) rows, so all were computed"
              case .measure:
                "\(name) looks at counts over the whole graph, which the changes alter, so all \(count) rows were computed"
              }
          } else {
            graph = try similarity.stored(
              k: context.neighborhood ?? storedNeighborhood, provenance: context.provenance(of: name),
              execution: context.execution)
          }
          try graph.write(to: run.output, execution: context.execution)
          return TrainingReport(remarks: [remark])
        }))
  }

  /// How many neighbours of each node are stored where all count.
  private static let storedNeighborhood = 100

  /// A method that recommends what users similar by `measure` have.
  static func similarUsers(
    _ name: String, _ summary: String, numbers: EdgeNumbers? = nil,
    measure: @escaping @Sendable ([String: Double]) -> any SimilarityMeasure
  ) -> MethodDefinition {
    var parameters = (numbers.map { [ParameterDefinition.numbers($0)] } ?? []) + ParameterDefinition.ofNeighbors
    parameters.removeAll { $0.name == "neighborhood" }
    parameters.append(
      .init(
        name: "neighborhood", defaultValue: 100, range: 1...1e9, isWhole: true, help: "how many similar users count",
        search: SearchRange(10...1000, isLogarithmic: true)))
    let all = parameters
    return MethodDefinition(name: name, summary: summary, parameters: all) { context in
      func make(_ measure: some SimilarityMeasure) throws -> any Recommender {
        let similarity = try GraphSimilarity(
          context.snapshot, hop: Hop(relation: context.hop.relation, direction: context.hop.direction.opposite),
          measure: measure, options: NeighborOptions(context.values))
        return SimilarUsers(
          similarity, neighborhood: context.neighborhood!, name: name, parameters: context.described(all))
      }
      return try make(measure(context.values))
    }
  }
}

extension ParameterDefinition {
  static let ofNeighbors: [ParameterDefinition] = [
    .init(
      name: "shrinkage", defaultValue: 0, range: 0...1e9, isWhole: false,
      help: "how much scores that rest on few shared neighbours are lowered",
      search: SearchRange(0.1...300, isLogarithmic: true)),
    .init(
      name: "minOverlap", defaultValue: 1, range: 1...1e9, isWhole: true,
      help: "shared neighbours that a pair needs at least"),
    .init(
      name: "significance", defaultValue: 1, range: 1...1e9, isWhole: true,
      help: "shared neighbours from which a score counts in full"),
    .init(
      name: "connectorLimit", defaultValue: 0, range: 0...1e12, isWhole: true,
      help: "neighbours with more edges are passed over; 0: none"),
    .init(
      name: "neighborhood", defaultValue: 0, range: 0...1e9, isWhole: true,
      help: "how many similar nodes of each source count; 0: all",
      search: SearchRange(10...1000, isLogarithmic: true)),
  ]

  static func numbers(_ standard: EdgeNumbers) -> ParameterDefinition {
    let value = [EdgeNumbers.binary, .weights, .values].firstIndex(of: standard)!
    return .init(
      name: "numbers", defaultValue: Double(value), range: 0...2, isWhole: true,
      help: "what edges count: 0 all alike, 1 their weights, 2 their ratings")
  }
}

extension NeighborOptions {
  init(_ values: [String: Double]) {
    self.init()
    shrinkage = values["shrinkage"]!
    minOverlap = Int(values["minOverlap"]!)
    significance = Int(values["significance"]!)
    connectorLimit = values["connectorLimit"]! == 0 ? nil : Int(values["connectorLimit"]!)
    if let number = values["numbers"] { numbers = [.binary, .weights, .values][Int(number)] }
  }
}

extension MethodContext {
  /// `nil` where all count.
  var neighborhood: Int? { values["neighborhood"]! == 0 ? nil : Int(values["neighborhood"]!) }

  func described(_ parameters: [ParameterDefinition]) -> [MethodInfo.Parameter] {
    parameters.map { parameter in
      let value = values[parameter.name]!
      return parameter.isWhole ? .init(parameter.name, Int(value)) : .init(parameter.name, value)
    }
  }
}
