/// Ribbons between columns, as wide as what flows along them: from sources on the left to the answer on the right.
///
/// Every ribbon has a place of its own at either end, so that what meets in a node adds up to be seen. A ribbon that
/// passes columns gets a lane in each of them. Nodes are ordered by the mean place of what they are joined with, and then
/// moved towards it as far as their neighbours allow.
///
/// - Complexity: O(edges · columns · log) a round, in a fixed number of rounds: it cannot run away.
///
/// Source: Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures", 1981, for
/// lanes and order.
struct FlowLayout {
  /// Points that an edge of weight 1 is wide.
  static let widestRibbon = 46.0
  private static let gap = 9.0
  private static let columnGap = 130.0

  /// A node, or the lane of a ribbon that passes a column.
  private struct Cell {
    var column: Int
    var height: Double
    var center = 0.0
    var isLane = false
  }

  /// One stretch of a ribbon, from a column to the next.
  private struct Stretch {
    var from: Int
    var to: Int
    var slot: Double
  }

  private(set) var placement: Placement
  /// Of the nodes, high enough for their ribbons.
  private(set) var sizes: [Size]

  /// - Parameter labelHeights: what a ribbon's label needs at its start.
  init(diagram: Diagram, sizes: [Size], labelHeights: [Double]) {
    self.sizes = sizes
    let position = Dictionary(uniqueKeysWithValues: diagram.nodes.enumerated().map { ($1.key, $0) })
    let used = Array(Set(diagram.nodes.map { $0.column ?? 0 })).sorted()
    let columnOf = diagram.nodes.map { used.firstIndex(of: $0.column ?? 0)! }
    var cells = diagram.nodes.indices.map { Cell(column: columnOf[$0], height: sizes[$0].height) }

    // Ribbons run to the right; one that does not is placed as if it did, and drawn as it is.
    var stretches: [Stretch] = []
    var ways: [[Int]] = []
    for (number, edge) in diagram.edges.enumerated() {
      let ends = [position[edge.from]!, position[edge.to]!].sorted { columnOf[$0] < columnOf[$1] }
      let slot = max(edge.weight * Self.widestRibbon + 1.5, labelHeights[number], 3)
      var way: [Int] = []
      var previous = ends[0]
      let last = columnOf[ends[1]]
      for column in (columnOf[ends[0]] + 1)..<max(columnOf[ends[0]] + 1, last) {
        cells.append(Cell(column: column, height: slot, isLane: true))
        way.append(stretches.count)
        stretches.append(Stretch(from: previous, to: cells.count - 1, slot: slot))
        previous = cells.count - 1
      }
      way.append(stretches.count)
      stretches.append(Stretch(from: previous, to: ends[1], slot: slot))
      ways.append(way)
    }
    var leaving = [[Int]](repeating: [], count: cells.count)
    var arriving = leaving
    for (number, stretch) in stretches.enumerated() {
      leaving[stretch.from].append(number)
      arriving[stretch.to].append(number)
    }
    for cell in cells.indices {
      for side in [leaving[cell], arriving[cell]] {
        cells[cell].height = max(
          cells[cell].height, side.reduce(0) { $0 + stretches[$1].slot } + (cells[cell].isLane ? 0 : 6))
      }
    }
    var columns = used.indices.map { column in cells.indices.filter { cells[$0].column == column } }
    // Lists side by side are even and begin at one height.
    let isEven = used.allSatisfy { diagram.orderedColumns.contains($0) }
    if isEven, let tallest = cells.map(\.height).max() {
      for cell in cells.indices { cells[cell].height = tallest }
    }
    for number in diagram.nodes.indices { self.sizes[number].height = cells[number].height }
    Self.stack(&cells, columns)
    for round in 0..<12 {
      let order = round % 2 == 0 ? Array(columns.indices) : columns.indices.reversed()
      for column in order {
        if !diagram.orderedColumns.contains(used[column]) {
          let wanted = Dictionary(
            uniqueKeysWithValues: columns[column].map {
              ($0, Self.wanted($0, cells, stretches, round % 2 == 0 ? arriving[$0] : leaving[$0]))
            })
          columns[column] = columns[column].enumerated()
            .sorted { (wanted[$0.element]!, $0.offset) < (wanted[$1.element]!, $1.offset) }.map(\.element)
        }
      }
      Self.stack(&cells, columns)
    }
    if isEven { Self.stack(&cells, columns, fromTop: true) }
    for _ in 0..<(isEven ? 0 : 8) {
      for column in columns.indices {
        let now = cells
        Self.settle(&cells, columns[column]) { Self.wanted($0, now, stretches, leaving[$0] + arriving[$0]) }
      }
    }

    let widths = columns.map { column in column.map { $0 < sizes.count ? sizes[$0].width : 0 }.max() ?? 0 }
    var lefts: [Double] = []
    var x = 0.0
    for width in widths {
      lefts.append(x)
      x += width + Self.columnGap
    }

    // Where each stretch begins and ends: by the place of what is at its other end.
    var starts = [Double](repeating: 0, count: stretches.count)
    var stops = starts
    for cell in cells.indices {
      let out = leaving[cell].sorted { (cells[stretches[$0].to].center, $0) < (cells[stretches[$1].to].center, $1) }
      let into = arriving[cell].sorted {
        (cells[stretches[$0].from].center, $0) < (cells[stretches[$1].from].center, $1)
      }
      var y = cells[cell].center - out.reduce(0) { $0 + stretches[$1].slot } / 2
      for stretch in out {
        starts[stretch] = y + stretches[stretch].slot / 2
        y += stretches[stretch].slot
      }
      y = cells[cell].center - into.reduce(0) { $0 + stretches[$1].slot } / 2
      for stretch in into {
        stops[stretch] = y + stretches[stretch].slot / 2
        y += stretches[stretch].slot
      }
    }
    placement = Placement(nodes: [], edges: [], labels: [Point?](repeating: nil, count: diagram.edges.count))
    placement.nodes = diagram.nodes.indices.map { number in
      Point(lefts[columnOf[number]] + widths[columnOf[number]] / 2, cells[number].center)
    }
    placement.edges = diagram.edges.enumerated().map { number, _ in
      var curve: [Point] = []
      for stretch in ways[number] {
        let (from, to) = (stretches[stretch].from, stretches[stretch].to)
        let begin = Point(lefts[cells[from].column] + widths[cells[from].column], starts[stretch])
        let end = Point(lefts[cells[to].column], stops[stretch])
        if let last = curve.last {
          // Straight on through the lane.
          curve += Bezier.line(from: last, to: begin).dropFirst()
        } else {
          curve = [begin]
        }
        let middle = (begin.x + end.x) / 2
        curve += [Point(middle, begin.y), Point(middle, end.y), end]
      }
      return curve
    }
  }

  /// One below the other, around 0, or from 0 down.
  private static func stack(_ cells: inout [Cell], _ columns: [[Int]], fromTop: Bool = false) {
    for column in columns {
      let height = column.reduce(0) { $0 + cells[$1].height } + gap * Double(max(0, column.count - 1))
      var y = fromTop ? 0 : -height / 2
      for cell in column {
        cells[cell].center = y + cells[cell].height / 2
        y += cells[cell].height + gap
      }
    }
  }

  /// The mean place of the other ends, by width; where it is now without any.
  private static func wanted(_ cell: Int, _ cells: [Cell], _ stretches: [Stretch], _ joined: [Int]) -> Double {
    let total = joined.reduce(0) { $0 + stretches[$1].slot }
    guard total > 0 else { return cells[cell].center }
    return joined.reduce(0) { sum, number in
      let other = stretches[number].from == cell ? stretches[number].to : stretches[number].from
      return sum + cells[other].center * stretches[number].slot
    } / total
  }

  /// Moves the cells of a column to where they want to be, keeping order and gaps: neighbours that get in each other's
  /// way go on together, to the mean of what they want.
  private static func settle(_ cells: inout [Cell], _ column: [Int], wanted: (Int) -> Double) {
    // Blocks of touching cells: the wish for the top of the first, and how many cells it stands for.
    var blocks: [(top: Double, weight: Double, height: Double, members: [Int])] = []
    for cell in column {
      var block = (
        top: wanted(cell) - cells[cell].height / 2, weight: 1.0, height: cells[cell].height, members: [cell]
      )
      while let last = blocks.last, last.top + last.height + gap > block.top {
        blocks.removeLast()
        let shift = last.height + gap
        let weight = last.weight + block.weight
        let top = (last.top * last.weight + (block.top - shift) * block.weight) / weight
        block = (top, weight, last.height + gap + block.height, last.members + block.members)
      }
      blocks.append(block)
    }
    for block in blocks {
      var y = block.top
      for cell in block.members {
        cells[cell].center = y + cells[cell].height / 2
        y += cells[cell].height + gap
      }
    }
  }
}
