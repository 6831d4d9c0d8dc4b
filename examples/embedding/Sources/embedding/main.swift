import AkinEngine
import AkinEvaluation
import AkinFormats
import AkinGraph
import AkinRanking

/// Prints what goes with an event, by random walks and by a method of one's own, and how well each foretells what is left
/// out of the graph.
func run() throws {
  guard CommandLine.arguments.count == 3 else {
    print("usage: embedding FILE NAME, such as ../../graphs/southern-women/attendance.csv E1")
    return
  }
  let graph = try InteractionImport(path: CommandLine.arguments[1]).snapshot
  let engine = Engine(graph)
  let question = try engine.relatedQuestion(to: [engine.node(named: CommandLine.arguments[2])])
  let methods: [any Recommender] = [
    try engine.method(named: "pixie", for: question), SharedNeighbors(snapshot: graph, hop: question.hop),
  ]
  for method in methods {
    print(method.info.name)
    for item in try method.rank(question.query, k: 5).items { print("  ", try graph.name(of: item.node), item.score) }
  }
  let runner = try EvaluationRunner(graph.split(.random(share: 0.2, seed: 0)))
  let runs = [
    try runner.run(MethodRequest(name: "pixie")),
    try runner.run("shared-neighbors") { train, hop in SharedNeighbors(snapshot: train, hop: hop) },
  ]
  let metrics = try Metric.list(parsing: "ndcg@5,recall@5")
  for run in runs {
    let values = try runner.input(for: run).evaluate(metrics).values
    print(run.request.title, zip(metrics, values).map { "\($0) \($1.value ?? .nan)" }.joined(separator: ", "))
  }
}

try run()
