/// One chart of a report: drawing, description for those who cannot see it, and its numbers as a table.
struct Chart {
  var title: String
  /// What it shows and how to read it, in a sentence or two.
  var caption: String
  var svg: String
  var columns: [String]
  var rows: [[String]]

  static let width = 520.0
  static let height = 320.0

  /// One line or one set of points.
  struct Series {
    var name: String
    var style: SeriesStyle
    var points: [Point]
  }

  struct Point {
    var x: Double
    var y: Double
    var lower: Double?
    var upper: Double?
  }

  /// Lines over list lengths, each with its band.
  static func lines(title: String, caption: String, yName: String, ks: [Int], series: [Series]) -> Chart {
    let (left, right, top, bottom) = (52.0, width - 14, 14.0, height - 42)
    let values = series.flatMap { $0.points.flatMap { [$0.y, $0.lower ?? $0.y, $0.upper ?? $0.y] } }
    let axis = ChartAxis(values, from: bottom, to: top, includesZero: true)
    // List lengths are spread evenly: what happens at the top matters most.
    func x(_ position: Int) -> Double {
      ks.count < 2 ? (left + right) / 2 : left + 14 + Double(position) * (right - left - 28) / Double(ks.count - 1)
    }
    var body = grid(axis, left: left, right: right) + yTitle(yName)
    for (position, k) in ks.enumerated() {
      body += SVG.text(x(position), bottom + 18, "\(k)", style: "tick", anchor: "middle")
    }
    body += SVG.text((left + right) / 2, height - 6, "length of the list, k", style: "axis", anchor: "middle")
    func place(_ k: Double) -> Double { x(ks.firstIndex(of: Int(k)) ?? 0) }
    for one in series {
      let upper = one.points.map { (x: place($0.x), y: axis.position($0.upper ?? $0.y)) }
      let lower = one.points.reversed().map { (x: place($0.x), y: axis.position($0.lower ?? $0.y)) }
      if one.points.count > 1 { body += SVG.path(upper + lower, style: "band \(one.style.color)", isClosed: true) }
    }
    for one in series {
      body += SVG.path(
        one.points.map { (x: place($0.x), y: axis.position($0.y)) }, style: "line \(one.style.color) \(one.style.dash)")
      for point in one.points {
        let range =
          point.lower.flatMap { lower in
            point.upper.map { " (95 %: \(metricText(lower)) to \(metricText($0)))" }
          } ?? ""
        body += one.style.mark(
          place(point.x), axis.position(point.y),
          title: "\(one.name), k = \(Int(point.x)): \(metricText(point.y))\(range)",
          size: 3.8)
      }
    }
    return Chart(
      title: title, caption: caption, svg: body, columns: ["method"] + ks.map { "k = \($0)" },
      rows: series.map { one in
        [one.name] + ks.map { k in one.points.first { Int($0.x) == k }.map { metricText($0.y) } ?? "–" }
      })
  }

  /// Lines over processor time.
  static func curves(title: String, caption: String, yName: String, series: [Series]) -> Chart {
    let (left, right, top, bottom) = (52.0, width - 20, 14.0, height - 42)
    let xAxis = ChartAxis(series.flatMap { $0.points.map(\.x) }, from: left, to: right, includesZero: true)
    let yAxis = ChartAxis(series.flatMap { $0.points.map(\.y) }, from: bottom, to: top, includesZero: false)
    var body = grid(yAxis, left: left, right: right) + yTitle(yName)
    for tick in xAxis.ticks {
      body += SVG.text(xAxis.position(tick), bottom + 18, xAxis.label(tick), style: "tick", anchor: "middle")
    }
    body += SVG.text((left + right) / 2, height - 6, "CPU seconds", style: "axis", anchor: "middle")
    for one in series {
      body += SVG.path(
        one.points.map { (x: xAxis.position($0.x), y: yAxis.position($0.y)) },
        style: "line \(one.style.color) \(one.style.dash)")
      // Marks on hundreds of measurements would hide the line.
      for point in one.points where one.points.count <= 60 {
        body += one.style.mark(
          xAxis.position(point.x), yAxis.position(point.y),
          title: "\(one.name) after \(rounded(point.x)) s: \(metricText(point.y))", size: 3)
      }
    }
    return Chart(
      title: title, caption: caption, svg: body, columns: ["method", "measurements", "first", "last", "CPU seconds"],
      rows: series.map { one in
        [
          one.name, "\(one.points.count)", one.points.first.map { metricText($0.y) } ?? "–",
          one.points.last.map { metricText($0.y) } ?? "–", one.points.last.map { rounded($0.x) } ?? "–",
        ]
      })
  }

  /// One point a method, with its name beside it.
  static func scatter(title: String, caption: String, xName: String, yName: String, series: [Series]) -> Chart {
    let (left, right, top, bottom) = (52.0, width - 20, 14.0, height - 42)
    let points = series.flatMap(\.points)
    let xAxis = ChartAxis(points.map(\.x), from: left, to: right, includesZero: true)
    let yAxis = ChartAxis(
      points.flatMap { [$0.y, $0.lower ?? $0.y, $0.upper ?? $0.y] }, from: bottom, to: top, includesZero: true)
    var body = grid(yAxis, left: left, right: right) + yTitle(yName)
    for tick in xAxis.ticks {
      body += SVG.text(xAxis.position(tick), bottom + 18, xAxis.label(tick), style: "tick", anchor: "middle")
    }
    body += SVG.text((left + right) / 2, height - 6, xName, style: "axis", anchor: "middle")
    var taken: [(x: Double, y: Double, width: Double)] = []
    for one in series {
      for point in one.points {
        let (x, y) = (xAxis.position(point.x), yAxis.position(point.y))
        if let lower = point.lower, let upper = point.upper {
          body += SVG.line(x, yAxis.position(lower), x, yAxis.position(upper), style: "whisker \(one.style.color)")
        }
        body += one.style.mark(
          x, y, title: "\(one.name): \(yName) \(metricText(point.y)), \(xName) \(metricText(point.x))", size: 6)
        // Names go to the side with more room, and down until none is in the way.
        let length = Double(one.name.count) * 6.6
        let isLeft = x + 12 + length > right + 16
        let start = isLeft ? x - 11 - length : x + 11
        var height = y + 4
        while taken.contains(where: { abs($0.y - height) < 13 && start < $0.x + $0.width && $0.x < start + length }) {
          height += 4
        }
        taken.append((start, height, length))
        body += SVG.text(isLeft ? x - 11 : x + 11, height, one.name, style: "name", anchor: isLeft ? "end" : "start")
      }
    }
    return Chart(
      title: title, caption: caption, svg: body, columns: ["method", xName, yName],
      rows: series.map { one in
        [one.name] + (one.points.first.map { [metricText($0.x), metricText($0.y)] } ?? ["–", "–"])
      })
  }

  /// Points side by side in groups: one group a segment, one point a method.
  static func groups(
    title: String, caption: String, yName: String, groups: [(name: String, note: String)], series: [Series]
  ) -> Chart {
    let (left, right, top, bottom) = (52.0, width - 14, 14.0, height - 50)
    let axis = ChartAxis(
      series.flatMap { $0.points.flatMap { [$0.y, $0.upper ?? $0.y] } }, from: bottom, to: top, includesZero: true)
    let step = (right - left) / Double(max(1, groups.count))
    var body = grid(axis, left: left, right: right) + yTitle(yName)
    for (number, group) in groups.enumerated() {
      let middle = left + (Double(number) + 0.5) * step
      if number > 0 {
        body += SVG.line(left + Double(number) * step, top, left + Double(number) * step, bottom, style: "divider")
      }
      body += SVG.text(middle, bottom + 17, group.name, style: "tick strong", anchor: "middle")
      body += SVG.text(middle, bottom + 32, group.note, style: "tick", anchor: "middle")
    }
    let spread = min(26, step * 0.76 / Double(max(1, series.count)))
    for (number, one) in series.enumerated() {
      let shift = (Double(number) - Double(series.count - 1) / 2) * spread
      for point in one.points {
        let x = left + (point.x + 0.5) * step + shift
        body += SVG.line(x, axis.position(0), x, axis.position(point.y), style: "stem \(one.style.color)")
        if let lower = point.lower, let upper = point.upper {
          body += SVG.line(x, axis.position(lower), x, axis.position(upper), style: "whisker \(one.style.color)")
        }
        body += one.style.mark(
          x, axis.position(point.y), title: "\(one.name), \(groups[Int(point.x)].name): \(metricText(point.y))", size: 5
        )
      }
    }
    return Chart(
      title: title, caption: caption, svg: body, columns: ["method"] + groups.map(\.name),
      rows: series.map { one in
        [one.name]
          + groups.indices.map { number in
            one.points.first { Int($0.x) == number }.map { metricText($0.y) } ?? "–"
          }
      })
  }

  /// Horizontal bars, one a method, with their values at the end; `parts` stack.
  static func bars(
    title: String, caption: String, xName: String, rows: [(name: String, style: SeriesStyle, parts: [Double])],
    partNames: [String], text: (Double) -> String
  ) -> Chart {
    // Longer names would leave no room for the bars; the title under the pointer has them whole.
    let longest = 34
    let left = min(264, 24 + 6.8 * Double(rows.map { min(longest, $0.name.count) }.max() ?? 0))
    let (right, top) = (width - 70, 12.0)
    let height = max(120, Double(rows.count) * 30 + 56)
    let bottom = height - 40
    let axis = ChartAxis(rows.map { $0.parts.reduce(0, +) }, from: left, to: right, includesZero: true, count: 4)
    let step = (bottom - top) / Double(max(1, rows.count))
    var body = ""
    for tick in axis.ticks {
      body += SVG.line(axis.position(tick), top, axis.position(tick), bottom, style: "grid")
      body += SVG.text(axis.position(tick), bottom + 17, axis.label(tick), style: "tick", anchor: "middle")
    }
    body += SVG.text((left + right) / 2, height - 5, xName, style: "axis", anchor: "middle")
    for (number, row) in rows.enumerated() {
      let middle = top + (Double(number) + 0.5) * step
      let thickness = min(16, step * 0.62)
      var position = 0.0
      for (part, value) in row.parts.enumerated() {
        let (from, to) = (axis.position(position), axis.position(position + value))
        body +=
          #"<g class="bar \#(row.style.color)\#(part > 0 ? " second" : "")"><title>\#(SVG.escaped("\(row.name), \(partNames[part]): \(text(value))"))</title>"#
          + #"<rect x="\#(SVG.number(from))" y="\#(SVG.number(middle - thickness / 2))" width="\#(SVG.number(max(value > 0 ? 1 : 0, to - from)))" height="\#(SVG.number(thickness))" rx="2"/></g>"#
        position += value
      }
      let name = row.name.count > longest ? row.name.prefix(longest - 1) + "…" : row.name
      body += SVG.text(left - 8, middle + 4, name, style: "name", anchor: "end")
      body += SVG.text(axis.position(position) + 6, middle + 4, text(position), style: "tick")
    }
    var chart = Chart(
      title: title, caption: caption, svg: body, columns: ["method"] + partNames,
      rows: rows.map { [$0.name] + $0.parts.map(text) })
    chart.drawnHeight = height
    return chart
  }

  var drawnHeight = Chart.height

  private static func grid(_ axis: ChartAxis, left: Double, right: Double) -> String {
    axis.ticks.reduce(into: "") { body, tick in
      let y = axis.position(tick)
      body += SVG.line(left, y, right, y, style: tick == 0 ? "zero" : "grid")
      body += SVG.text(left - 7, y + 4, axis.label(tick), style: "tick", anchor: "end")
    }
  }

  private static func yTitle(_ name: String) -> String {
    #"<text class="axis" text-anchor="middle" transform="translate(11 \#(SVG.number((height - 28) / 2))) rotate(-90)">\#(SVG.escaped(name))</text>"#
  }

  init(title: String, caption: String, svg: String, columns: [String], rows: [[String]]) {
    self.title = title
    self.caption = caption
    self.svg = svg
    self.columns = columns
    self.rows = rows
  }

  /// The figure as HTML.
  func html(id: String) -> String {
    let table = rows.map { row in
      "<tr>"
        + row.enumerated().map {
          $0.offset == 0 ? "<th scope=\"row\">\(SVG.escaped($0.element))</th>" : "<td>\(SVG.escaped($0.element))</td>"
        }.joined() + "</tr>"
    }.joined()
    return """
      <figure>
      <figcaption><h2>\(SVG.escaped(title))</h2><p>\(SVG.escaped(caption))</p></figcaption>
      <svg viewBox="0 0 \(SVG.number(Self.width)) \(SVG.number(drawnHeight))" role="img" aria-labelledby="\(id)-t \(id)-d"><title id="\(id)-t">\(SVG.escaped(title))</title><desc id="\(id)-d">\(SVG.escaped(caption))</desc>\(svg)</svg>
      <details><summary>Numbers</summary><div class="scroll"><table><thead><tr>\(columns.map { "<th scope=\"col\">\(SVG.escaped($0))</th>" }.joined())</tr></thead><tbody>\(table)</tbody></table></div></details>
      </figure>

      """
  }
}
