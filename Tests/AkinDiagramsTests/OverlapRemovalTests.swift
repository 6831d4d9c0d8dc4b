import TestSupport
import Testing

@testable import AkinDiagrams

@Suite struct OverlapRemovalTests {
  /// Every pair, looked at one by one.
  private func overlapCount(_ centers: [Point], _ sizes: [Size], gap: Double) -> Int {
    var count = 0
    for one in centers.indices {
      for other in centers.indices where other > one {
        let across = (sizes[one].width + sizes[other].width) / 2 + gap - abs(centers[one].x - centers[other].x)
        let down = (sizes[one].height + sizes[other].height) / 2 + gap - abs(centers[one].y - centers[other].y)
        if across > 1e-3, down > 1e-3 { count += 1 }
      }
    }
    return count
  }

  @Test(arguments: UInt64(0)..<40)
  func `no two nodes overlap, wherever they began`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let count = Int.random(in: 2...120, using: &random)
    let spread = [0.0, 1, 60, 400][Int(seed % 4)]
    let centers = (0..<count).map { _ in
      Point(.random(in: 0...spread, using: &random), .random(in: 0...spread, using: &random))
    }
    let sizes = (0..<count).map { _ in
      Size(width: .random(in: 20...180, using: &random), height: .random(in: 12...60, using: &random))
    }
    let edges = (0..<count).map { _ in
      (from: Int.random(in: 0..<count, using: &random), to: Int.random(in: 0..<count, using: &random))
    }
    let parted = OverlapRemoval.separated(centers, sizes: sizes, edges: edges, edgeLength: 2, gap: 12)
    #expect(overlapCount(parted, sizes, gap: 12) == 0)
    #expect(parted.allSatisfy { $0.x.isFinite && $0.y.isFinite })
    let again = OverlapRemoval.separated(centers, sizes: sizes, edges: edges, edgeLength: 2, gap: 12)
    #expect(parted == again)
  }

  @Test func `a grid with room enough keeps its shape`() {
    let centers = (0..<25).map { Point(Double($0 % 5) * 100, Double($0 / 5) * 100) }
    let sizes = centers.map { _ in Size(width: 30, height: 20) }
    let parted = OverlapRemoval.separated(centers, sizes: sizes, edges: [(0, 1), (1, 2)], edgeLength: 3, gap: 4)
    let factor = parted[1].x / 100
    #expect(zip(centers, parted).allSatisfy { ($0 * factor - $1).length < 1e-9 })
  }

  @Test func `the order from left to right and top to bottom stays where nodes are side by side`() {
    let centers = (0..<10).map { Point(Double($0) * 10, 0) }
    let sizes = centers.map { _ in Size(width: 60, height: 20) }
    let edges = (0..<9).map { (from: $0, to: $0 + 1) }
    let parted = OverlapRemoval.separated(centers, sizes: sizes, edges: edges, edgeLength: 2, gap: 4)
    #expect(zip(parted, parted.dropFirst()).allSatisfy { $0.x < $1.x })
  }
}
