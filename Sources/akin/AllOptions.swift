import AkinEngine
import AkinGraph
import AkinParallel
import AkinRanking
import ArgumentParser
import FoundationEssentials

/// `--all` of `related` and `recommend`: the lists of all nodes, into a file.
struct AllOptions: ParsableArguments {
  @Flag(
    help:
      "The lists of all, into the file of -o: CSV, or JSON Lines with --json. An interrupted job goes on when the command is given again."
  )
  var all = false

  @Option(name: .shortAndLong, help: ArgumentHelp("Where --all writes.", valueName: "file"))
  var output: String?

  @Flag(help: "Say what --all would take, and do nothing.")
  var estimate = false

  func validate() throws {
    guard all || output == nil else { throw ValidationError("found -o without --all, expected both or neither") }
    guard all || !estimate else { throw ValidationError("found --estimate without --all, expected both or neither") }
    guard !all || output != nil || estimate else {
      throw ValidationError("--all: found no -o, expected a file to write")
    }
  }

  func run(
    _ kind: ListJob.Kind, source: GraphOptions, list: ListOptions, choice: MethodChoice, rules options: RuleOptions
  ) throws {
    try choice.check(kind == .related ? .related : .recommendation, otherwise: "that command")
    let engine = try source.openForManyQueries(
      asOf: choice.token?.graph, along: choice.along, walks: choice.walks)
    let rules = try options.rules(for: engine.recommendedType, engine)
    let job = try choice.along {
      try ListJob(kind, engine: engine, k: list.k, seed: choice.seed, along: choice.along, rules: rules) {
        try choice.recommender(engine, for: $0, queryExecution: $1)
      }
    }
    let form = ListForm(job, isJSON: list.json, engine: engine)
    if estimate {
      try Output.write(Self.text(try job.estimate { try form.text($0).count }, threads: source.threads) + "\n")
      return
    }
    guard let output else { return }
    try AtomicFile.check(output, inputs: [source.graph])
    let file = try JobFile(path: output, header: header(job, engine: engine, list: list, choice: choice, rules: rules))
    if !list.quiet {
      if file.done > 0 { Output.standardError("\(output): going on after \(grouped(file.done)) lists\n") }
      // Lists that come from one product take less time than judging them.
      if isLong(job), !job.isWhole {
        Output.standardError(Self.text(try job.estimate { try form.text($0).count }, threads: source.threads) + "\n")
      }
    }
    try write(job, form: form, to: file, execution: engine.execution, isQuiet: list.quiet)
  }

  /// Whether it is worth asking first how long the job takes.
  private func isLong(_ job: ListJob) -> Bool { job.count > 2000 }

  private func write(
    _ job: ListJob, form: ListForm, to file: JobFile, execution: Execution, isQuiet: Bool
  ) throws {
    var empty = 0
    var short = 0
    if file.isEmpty, let heading = form.heading { try file.append(heading, pieces: 0) }
    let steps = JobSteps(unit: "lists", first: job.isWhole ? 1 << 14 : 64, bounds: 16...1 << 16, isQuiet: isQuiet)
    if job.isWhole, !form.isJSON, file.done < job.count {
      // Made before the first step, so that the time which steps take says how long the others will.
      let note = TrainingLine(isShown: !isQuiet)
      note.show("comparing all with all; how long it takes is not known before the first list")
      let rows = try job.rows()
      note.clear()
      try steps.run(file, count: job.count) { range in
        let texts = try concurrentMap(count: range.count, chunkSize: 512, execution: execution) {
          try form.text(range.lowerBound + $0.lowerBound..<range.lowerBound + $0.upperBound, of: rows)
        }
        empty += texts.reduce(0) { $0 + $1.empty }
        short += texts.reduce(0) { $0 + $1.short }
        return texts.map(\.bytes)
      }
    } else {
      try steps.run(file, count: job.count) { range in
        let entries = try job.lists(of: range)
        for entry in entries {
          if entry.items.isEmpty { empty += 1 } else if entry.shortfall != nil { short += 1 }
        }
        return try concurrentMap(count: entries.count, chunkSize: 256, execution: execution) {
          try form.text(entries[$0])
        }
      }
    }
    try file.finish()
    guard !isQuiet else { return }
    if empty > 0 { Output.standardError("note: \(grouped(empty)) nodes have nothing to start from, and no list\n") }
    if short > 0 { Output.standardError("note: \(grouped(short)) lists are shorter than asked for\n") }
    Output.standardError("wrote \(file.path): \(counted(job.count, "list"))\n")
  }

  /// Everything that the output depends on.
  private func header(
    _ job: ListJob, engine: Engine, list: ListOptions, choice: MethodChoice, rules: CandidateRules?
  ) -> JobFile.Header {
    var parts = [
      "kind": job.kind.rawValue, "graph": hex(engine.snapshot.fingerprint), "method": job.info.name,
      "k": "\(job.k)", "seed": "\(job.seed)", "form": list.json ? "json" : "csv", "along": choice.along ?? "",
    ]
    for parameter in job.info.parameters { parts["parameter \(parameter.name)"] = parameter.value }
    for (name, text) in rules?.texts ?? [:] { parts[name] = text }
    switch choice.answer {
    case .method: break
    case .model(let path): parts["model"] = path
    case .embeddings(let path, _, _): parts["embeddings"] = path
    }
    return JobFile.Header(job: parts)
  }

  private static func text(_ estimate: ListJob.Estimate, threads: Int) -> String {
    "about \(counted(estimate.lists, "list")) with \(counted(estimate.items, "item")), \(counted(estimate.bytes, "byte")), "
      + "\(rounded(estimate.cpuSeconds / Double(threads))) s on \(threads) threads"
  }
}
