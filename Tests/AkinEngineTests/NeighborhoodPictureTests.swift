import AkinFormats
import AkinGraph
import AkinRanking
import TestSupport
import Testing

@testable import AkinDiagrams
@testable import AkinEngine

/// Pictures of real data at default settings.
@Suite struct NeighborhoodPictureTests {
  private func check(_ engine: Engine, count: Int, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let adjacency = engine.snapshot.relations[engine.snapshot.schema.roles.primaryRelation].reverse
    var drawn = 0
    while drawn < count {
      let node = NodeID(
        type: engine.recommendedType, index: UInt32.random(in: 0..<UInt32(adjacency.nodeCount), using: &random))
      guard try adjacency.degree(of: node.index) >= 3 else { continue }
      drawn += 1
      let question = try engine.relatedQuestion(to: [node], seed: seed)
      var options = NeighborhoodOptions()
      options.title = try engine.snapshot.name(of: node)
      options.privateType = engine.privateType
      let diagram = try engine.neighborhood(of: question, limit: options.limit, parameters: ["steps": "2000"])
        .diagram(options)
      let scene = try SceneBuilder(diagram: diagram, style: DiagramStyle()).scene(runner: GraphvizLayout())
      for (position, one) in scene.nodes.enumerated() {
        for other in scene.nodes[(position + 1)...] {
          let across = (one.size.width + other.size.width) / 2 - abs(one.center.x - other.center.x)
          let down = (one.size.height + other.size.height) / 2 - abs(one.center.y - other.center.y)
          #expect(across <= 0.5 || down <= 0.5, "\(options.title): \(one.node.label) and \(other.node.label)")
        }
        for line in one.lines {
          for x in [line.left, line.left + line.width] {
            for y in [line.at.y - line.size * 0.74, line.at.y + line.size * 0.1] {
              #expect(one.outline.contains(Point(x, y)), "\(options.title): \(line.text)")
            }
          }
        }
      }
    }
  }

  @Test func `neighbourhoods of the bundled graph do not overlap`() throws {
    let engine = Engine(try bipartiteSnapshot(southernWomen(), sourceType: "woman", targetType: "event"))
    try check(engine, count: 14, seed: 1)
  }

  @Test(
    .enabled(if: exists(sharedData("ml-latest-small/ratings.csv.xz")), "the MovieLens data is not beside the project"))
  func `25 neighbourhoods of MovieLens do not overlap`() throws {
    var options = ImportOptions()
    options.labels = LabelOptions(path: sharedData("ml-latest-small/movies.csv.xz"))
    let graph = try InteractionImport(path: sharedData("ml-latest-small/ratings.csv.xz"), options: options)
    try check(Engine(graph.snapshot), count: 25, seed: 2)
  }

  @Test(
    .enabled(
      if: exists(sharedData("lastfm-hetrec2011/user_artists.dat.xz")), "the Last.fm data is not beside the project"))
  func `25 neighbourhoods of Last fm do not overlap`() throws {
    var options = ImportOptions()
    options.labels = LabelOptions(path: sharedData("lastfm-hetrec2011/artists.dat.xz"), key: "id", label: "name")
    options.columns.source = "userID"
    options.columns.target = "artistID"
    let graph = try InteractionImport(path: sharedData("lastfm-hetrec2011/user_artists.dat.xz"), options: options)
    try check(Engine(graph.snapshot), count: 25, seed: 3)
  }
}
