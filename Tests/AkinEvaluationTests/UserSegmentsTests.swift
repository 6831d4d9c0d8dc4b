import AkinEvaluation
import Testing

@Suite struct UserSegmentsTests {
  let scores = UserScores(users: [0, 2, 3], values: [0.2, 0.4, 0.9])

  @Test func `means by segment`() {
    let segments = UserSegments(names: ["new", "old", "none"], segments: [0, 0, 1, 0, 2])
    let means = scores.means(by: segments)
    #expect(means.map(\.name) == ["new", "old", "none"])
    #expect(means.map(\.users) == [2, 1, 0])
    #expect(abs(means[0].mean! - 0.55) < 1e-12)
    #expect(means[1].mean == 0.4)
    #expect(means[2].mean == nil)
    let whole = means.reduce(0) { $0 + Double($1.users) * ($1.mean ?? 0) } / 3
    #expect(abs(whole - scores.mean!) < 1e-12)
  }

  @Test func `who is in no segment is in no mean`() {
    #expect(scores.means(by: UserSegments(names: ["some"], segments: [nil, nil, 0, nil]))[0].mean == 0.4)
  }

  @Test func `segments by activity`() throws {
    let history = try ItemLists([[], [0], [0, 1], [0, 1, 2], [0, 1, 2, 3]], itemCount: 4)
    let segments = UserSegments(activityIn: history, limits: [1, 2, 4])
    #expect(segments.names == ["under 1", "1", "2–3", "4 or more"])
    #expect(segments.segments == [0, 1, 2, 2, 3])
    #expect(UserSegments(activityIn: history, limits: []).names == ["all"])
  }
}
