import EventLog
import Projection
import Schema
import Testing

@testable import World

/// What counts as walked, and when.
@Suite struct DistanceTests {
  let fixture: WorldFixture
  let ann: PlayerID

  init() throws {
    fixture = try WorldFixture()
    ann = try fixture.newPlayer("Ann")
    try fixture.runAsOperator(.defineBoard(1, "Distance", by: .distance))
    try fixture.walk(ann, to: .at(1_000, 1_000))
    try fixture.disconnect(ann)
    try fixture.connect(ann)
  }

  private var walked: Int64 {
    fixture.world.leaderboards.scores[BoardKey(.distance, player: ann.rawValue)]?.score ?? 0
  }

  @Test func `a way counts as far as it was walked when the walker turns`() throws {
    let before = walked
    try fixture.run(.startMove(to: .at(4_000, 5_000), speed: 1_000), by: ann)
    fixture.wait(2_000_000)
    #expect(walked == before)
    try fixture.run(.startMove(to: .at(1_000, 1_000), speed: 1_000), by: ann)
    #expect(walked == before + 2_000)
    fixture.wait(1_000_000)
    try fixture.run(.stopMove, by: ann)
    #expect(walked == before + 3_000)
    #expect(try fixture.top(1) == [Line(ann, before + 3_000)])
  }

  @Test func `standing adds nothing`() throws {
    let before = walked
    fixture.wait(50_000_000)
    try fixture.disconnect(ann)
    try fixture.connect(ann)
    #expect(walked == before)
  }

  @Test func `a way that ended counts when the walker goes idle, or leaves, once`() throws {
    let before = walked
    try fixture.run(.startMove(to: .at(1_000, 4_000), speed: 3_000), by: ann)
    fixture.wait(5_000_000)
    try fixture.serve(.markIdle(ann))
    #expect(walked == before + 3_000)
    try fixture.disconnect(ann)
    #expect(walked == before + 3_000)
    try fixture.connect(ann)
    try fixture.run(.startMove(to: .at(1_000, 1_000), speed: 3_000), by: ann)
    fixture.wait(5_000_000)
    try fixture.disconnect(ann)
    #expect(walked == before + 6_000)
  }

  @Test func `a border on the way neither adds nor takes`() throws {
    let before = walked
    try fixture.run(.startMove(to: .at(25_000, 1_000), speed: 4_000), by: ann)
    fixture.wait(3_000_000)
    #expect(walked > before && walked <= before + 12_000)
    fixture.wait(3_000_000)
    try fixture.disconnect(ann)
    #expect(walked == before + 24_000)
  }

  @Test(
    arguments: [
      (0, 0, 0), (3, 4, 5), (-3, -4, 5), (1, 1, 1), (999_999, 1, 999_999),
      (67_108_863, 1, 67_108_863), (67_108_864, 0, 67_108_864),
      (47_453_132, 47_453_132, 67_108_862),
      (1_000_000_000_000, 1_000_000_000_000, 1_414_213_562_373),
      (.min, .min, .max), (0, .min, .max),
      (4_000_000_000_000_000_000, 0, 4_000_000_000_000_000_000),
    ] as [(Int64, Int64, Int64)])
  func `a distance is exact, cut to whole millimetres`(x: Int64, y: Int64, expected: Int64) {
    let origin = Point.at(0, 0)
    #expect(origin.distance(to: .at(x, y)) == expected)
    #expect(Point.at(x, y).distance(to: origin) == expected)
  }

  @Test func `squares and what lies just below them have the right roots`() {
    for root in stride(from: Int64(1), through: 1 << 26, by: 65_521) {
      #expect(Point.at(0, 0).distance(to: .at(root, 0)) == root)
      // (root - 1)² + 1² lies below root².
      if root > 1 { #expect(Point.at(0, 0).distance(to: .at(root - 1, 1)) == root - 1) }
    }
  }
}
