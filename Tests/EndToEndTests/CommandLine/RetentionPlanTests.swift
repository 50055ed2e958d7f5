import EventLog
import Testing

@testable import finalverse

/// Goal: only what an operator wishes to be rid of goes, and never what an image or a hold needs.
@Suite struct RetentionPlanTests {
  /// Four files of 100 entries, of which the last is being written; each entry a second after the one before.
  private let segments = [0, 100, 200, 300].map { (before: UInt64) in
    LogSummary.Segment(
      file: "after \(before)", firstPosition: Position(before + 1),
      lastPosition: Position(before + 100), isSealed: before < 300, isArchived: before < 100,
      byteCountOnDisk: 1_000)
  }

  private func plan(
    _ wish: RetentionPlan.Wish, images: [(String, UInt32, UInt64)] = [], holds: [Hold] = []
  ) -> RetentionPlan {
    RetentionPlan(
      wish, segments: segments,
      images: images.map { (projection: $0.0, version: $0.1, checkpoint: Position($0.2)) },
      holds: holds
    ) { Timestamp(microseconds: Int64($0.lastPosition.rawValue) * 1_000_000) }
  }

  private func hold(from position: UInt64) -> Hold {
    Hold(
      name: "inquiry", from: Position(position), reason: "a dispute",
      since: Timestamp(microseconds: 0))
  }

  @Test func `whole files go, as far as all of their entries are before a position or a time`() {
    for (wish, cut) in [
      (RetentionPlan.Wish.before(Position(1)), nil), (.before(Position(100)), nil),
      (.before(Position(101)), 100), (.before(Position(299)), 200),
      (.older(than: Timestamp(microseconds: 200_000_000)), 100),
      (.older(than: Timestamp(microseconds: 200_000_001)), 200),
    ] as [(RetentionPlan.Wish, UInt64?)] {
      let plan = plan(wish)
      #expect(plan.cut?.rawValue == cut)
      #expect(plan.reasons == [.wish])
      #expect(plan.stays?.firstPosition.rawValue == (cut ?? 0) + 1)
    }
  }

  @Test func `the file that is being written stays`() {
    let plan = plan(.before(Position(10_000)))
    #expect(plan.cut == Position(300))
    #expect(plan.reasons == [.newest])
  }

  @Test func `no image is passed, of whatever version`() {
    let wish = RetentionPlan.Wish.before(Position(301))
    #expect(plan(wish, images: [("trades", 1, 300)]).cut == Position(300))
    let short = plan(wish, images: [("trades", 2, 300), ("trades", 1, 199), ("players", 1, 250)])
    #expect(short.cut == Position(100))
    #expect(
      short.reasons == [.image(projection: "trades", version: 1, checkpoint: Position(199))])
    #expect(plan(wish, images: [("trades", 1, 0)]).cut == nil)
  }

  @Test func `no hold is passed, and every reason is named`() {
    let wish = RetentionPlan.Wish.before(Position(201))
    #expect(plan(wish, holds: [hold(from: 201)]).cut == Position(200))
    let held = plan(wish, images: [("trades", 1, 150)], holds: [hold(from: 200)])
    #expect(held.cut == Position(100))
    #expect(
      held.reasons == [
        .image(projection: "trades", version: 1, checkpoint: Position(150)),
        .hold(hold(from: 200)),
      ])
  }

  @Test(arguments: ["a", "audit-2026", String(repeating: "x", count: 64)])
  func `a hold's name is the name of a file`(_ name: String) {
    #expect(Hold.isName(name))
  }

  @Test(arguments: ["", "A", "a b", "../a", "a.b", "é", String(repeating: "x", count: 65)])
  func `what is no such name is none`(_ name: String) {
    #expect(!Hold.isName(name))
  }
}
