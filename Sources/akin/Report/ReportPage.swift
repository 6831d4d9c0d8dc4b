import AkinEngine
import AkinEvaluation

/// An evaluation as one page for a browser: nothing is loaded from elsewhere, everything is drawn as SVG.
struct ReportPage {
  var summary: EvaluationSummary
  var result: StudyResult

  var html: String {
    let charts = charts.enumerated().map { $0.element.html(id: "chart\($0.offset)") }.joined()
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Evaluation: \(SVG.escaped(summary.data))</title>
      <style>
      \(ReportStyle.css)
      </style>
      </head>
      <body>
      <main>
      <h1>How well do \(result.methods.count == 1 ? "the lists" : "\(result.methods.count) methods") do on \(SVG.escaped(summary.data))?</h1>
      <p class="lead">\(SVG.escaped(lead))</p>
      <dl class="facts">\(facts)</dl>
      \(warnings)
      <section><h2>Results</h2><div class="scroll">\(table)</div>\(remarks)</section>
      \(legend)
      <div class="charts">
      \(charts)</div>
      \(colophon)
      </main>
      </body>
      </html>

      """
  }

  private var styles: [SeriesStyle] { result.methods.indices.map { SeriesStyle(number: $0) } }
  private var k: Int { result.options.k }

  private var lead: String {
    "Edges were held out by '\(summary.split)'; each method saw the rest, and made a list of \(k) for every test user "
      + (summary.sampledNegatives.map { "from the held-out items and \(grouped($0)) drawn ones. " }
        ?? "from all items that the user had not seen. ") + "Every user counts once."
  }

  private var facts: String {
    let facts = [
      ("test users", grouped(result.users)), ("held-out edges", grouped(result.relevantItems)),
      ("training edges", grouped(result.trainEdges)), ("items", grouped(result.itemCount)),
      ("length of the lists", "\(k)"),
    ]
    return facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined()
  }

  private var warnings: String {
    let all = summary.allWarnings
    guard !all.isEmpty else { return "" }
    return #"<section class="warn"><h2>To keep in mind</h2><ul>"#
      + all.map { "<li>\(SVG.escaped($0))</li>" }.joined() + "</ul></section>"
  }

  private func key(_ style: SeriesStyle) -> String {
    #"<svg class="key" viewBox="0 0 14 14" aria-hidden="true">\#(style.mark(7, 7, title: "", size: 5))</svg>"#
      .replacing("<title></title>", with: "")
  }

  private var legend: String {
    #"<div class="legend" aria-label="Methods">"#
      + zip(result.methods, styles).map { "<span>\(key($1))\(SVG.escaped($0.request.title))</span>" }.joined()
      + "</div>"
  }

  private var table: String {
    let head = result.metrics.map { metric in
      let arrow =
        switch metric.measure.direction {
        case .higher: " ↑"
        case .lower: " ↓"
        case .neither: ""
        }
      return "<th scope=\"col\">\(SVG.escaped(result.label(of: metric)))\(arrow)</th>"
    }
    let rows = zip(result.methods, styles).map { method, style in
      let cells = result.metrics.map { metric in
        guard let found = method[metric], let value = found.value else { return "<td>–</td>" }
        let range =
          found.interval.map { "<span class=\"range\">\(metricText($0.lower)) – \(metricText($0.upper))</span>" } ?? ""
        return
          "<td\(found.isBest ? " class=\"best\"" : "")>\(found.isTied ? "≈\u{202F}" : "")\(metricText(value))\(range)</td>"
      }
      return "<tr><th scope=\"row\">\(key(style))\(SVG.escaped(method.request.title))</th>\(cells.joined())</tr>"
    }
    return
      "<table><thead><tr><th scope=\"col\">method</th>\(head.joined())</tr></thead><tbody>\(rows.joined())</tbody></table>"
  }

  private var remarks: String {
    var text =
      "Best values on green; below each value the range of the mean for other users like these (95 %, bootstrap)."
    if result.methods.count > 1 {
      text +=
        " ≈ marks a difference from the best that may be chance (randomisation test over users, Holm-corrected, 5 %)."
    }
    return "<p class=\"note\">\(text)</p>"
  }

  private var colophon: String {
    let parameters = result.methods.map { method in
      let list = method.parameters.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
      return
        "<dt>\(SVG.escaped(method.request.title))</dt><dd>\(SVG.escaped(list.isEmpty ? "no parameters" : list.joined(separator: ", ")))</dd>"
    }
    return """
      <section style="margin-top:18px"><h2>To make it again</h2>
      <p class="note">Seed \(summary.seed). Split: \(summary.tokens.map { "<code>\(SVG.escaped($0))</code>" }.joined(separator: ", ")). The same token, \
      parameters and seed give the same numbers on any machine; time and memory are those of this one.</p>
      <dl class="params">\(parameters.joined())</dl></section>
      """
  }

  private func users(_ count: Int) -> String { "\(grouped(count)) user\(count == 1 ? "" : "s")" }

  private func series(_ points: (MethodResult) -> [Chart.Point]) -> [Chart.Series] {
    zip(result.methods, styles).map { Chart.Series(name: $0.request.title, style: $1, points: points($0)) }
  }

  private func point(_ x: Double, _ found: MetricResult?) -> Chart.Point? {
    found?.value.map { Chart.Point(x: x, y: $0, lower: found?.interval?.lower, upper: found?.interval?.upper) }
  }

  private var charts: [Chart] {
    let ks = StudyResult.curveLengths(k)
    let ndcg = Metric(.ndcg, at: k)
    let recall = Metric(.recall, at: k)
    var charts = [Measure.ndcg, .recall].map { measure in
      let name = measure == .ndcg ? "NDCG" : "Recall"
      return Chart.lines(
        title: "\(name) by length of the list",
        caption: measure == .ndcg
          ? "How near the top held-out items stand; 1 would be a perfect list. Bands: 95 % over users."
          : "The share of a user's held-out items that the list holds. Bands: 95 % over users.",
        yName: "\(name)@k", ks: ks,
        series: series { method in ks.compactMap { point(Double($0), method[Metric(measure, at: $0)]) } })
    }
    let against: [(Metric, String, String, String)] = [
      (
        Metric(.catalogCoverage, at: k), "Accuracy against coverage", "share of the catalogue in any list",
        "Up: better lists. Right: more of the catalogue is shown to somebody."
      ),
      (
        Metric(.novelty, at: k), "Accuracy against novelty", "novelty of the lists, bits",
        "Up: better lists. Right: less known items; a bit more means half as many users."
      ),
    ]
    for (metric, title, name, caption) in against {
      charts.append(
        .scatter(
          title: title, caption: caption, xName: name, yName: "\(ndcg)",
          series: series { method in
            guard let x = method[metric]?.value, let found = point(x, method[ndcg]) else { return [] }
            return [found]
          }))
    }
    let activity = result.methods.map { $0.byActivity(ndcg) }
    if let first = activity.first, !first.isEmpty {
      charts.append(
        .groups(
          title: "By activity of the user",
          caption: "NDCG of users with short and long histories: groups by number of training items.",
          yName: "\(ndcg)", groups: first.map { ("\($0.name) items", users($0.users)) },
          series: zip(result.methods, zip(styles, activity)).map { method, rest in
            Chart.Series(
              name: method.request.title, style: rest.0,
              points: rest.1.enumerated().compactMap { position, mean in
                mean.mean.map { Chart.Point(x: Double(position), y: $0) }
              })
          }))
    }
    if let first = result.methods.first, !first.byItemPopularity.isEmpty {
      charts.append(
        .groups(
          title: "By popularity of the item",
          caption: "Recall of held-out items that are popular or not: each group has a quarter of the training edges.",
          yName: "\(recall)",
          groups: zip(MethodResult.popularityGroups, first.byItemPopularity).map {
            ($0, users($1.users.count))
          },
          series: series { method in
            method.byItemPopularity.enumerated().compactMap { position, scores in
              scores.mean.map { Chart.Point(x: Double(position), y: $0) }
            }
          }))
    }
    let rows = zip(result.methods, styles)
    charts.append(
      .bars(
        title: "Time",
        caption: "CPU seconds of all threads: answering \(grouped(result.users)) users, and (paler) making the method.",
        xName: "CPU seconds",
        rows: rows.map { ($0.request.title, $1, [$0.ranking.cpuSeconds, $0.preparation.cpuSeconds]) },
        partNames: ["answering", "making"], text: { "\(rounded($0)) s" }))
    charts.append(
      .bars(
        title: "Memory", caption: "The most that the process held while the method ran, the graph included.",
        xName: "MB",
        rows: rows.map {
          ($0.request.title, $1, [Double(max($0.ranking.peakBytes, $0.preparation.peakBytes)) / 1_048_576])
        },
        partNames: ["peak"], text: { "\(grouped(Int($0.rounded()))) MB" }))
    return charts
  }
}
