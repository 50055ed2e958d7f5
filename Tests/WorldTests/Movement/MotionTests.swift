import EventLog
import Schema
import Testing

@testable import World

@Suite struct MotionTests {
  /// 3-4-5 triangles, odd roots, and the longest way of the largest world at the lowest speed.
  @Test(arguments: [
    (Point.at(0, 0), Point.at(3_000, 4_000), Int64(1_000), Int64(5_000_000)),
    (.at(3_000, 4_000), .at(0, 0), 1_000, 5_000_000), (.at(0, 0), .at(1, 0), 100_000, 10),
    (.at(0, 0), .at(1, 0), 1, 1_000_000), (.at(0, 0), .at(1, 1), 1, 1_414_214),
    (.at(0, 0), .at(7, 0), 3, 2_333_334), (.at(5, 5), .at(5, 5), 3, 0),
    (.at(0, 0), .at(999_999_999_999, 999_999_999_999), 1, 1_414_213_562_371_680_836),
  ])
  func `a way takes its distance by its speed, rounded up`(
    from: Point, to: Point, speed: Int64, expected: Int64
  ) {
    #expect(Motion.duration(from: from, to: to, speed: speed) == expected)
  }

  @Test func `a duration is exact to the microsecond`() {
    var random = DeterministicRandom(seed: 1, stream: 1, purpose: .birthplace)
    for _ in 0..<20_000 {
      let size = Int64(1) << random.next(in: 1..<40)
      let to = Point.at(random.next(in: 0..<size), random.next(in: 0..<size))
      let speed = random.next(in: 1..<100_001)
      let duration = Motion.duration(from: .at(0, 0), to: to, speed: speed)
      let square = UInt128(to.xMm) * UInt128(to.xMm) + UInt128(to.yMm) * UInt128(to.yMm)
      let way = UInt128(duration) * UInt128(speed)
      #expect(way * way >= square * 1_000_000_000_000)
      guard duration > 0 else { continue }
      let shorter = UInt128(duration - 1) * UInt128(speed)
      #expect(shorter * shorter < square * 1_000_000_000_000)
    }
  }

  @Test(
    arguments: [
      (0, 0), (1, 1), (2, 1), (3, 1), (4, 2), (1 << 52, 1 << 26), (99, 9), (100, 10),
      ((1 << 63) * (1 << 63), 1 << 63), ((1 << 63) * (1 << 63) - 1, (1 << 63) - 1),
      (UInt128(UInt32.max) * UInt128(UInt32.max), UInt64(UInt32.max)),
    ] as [(UInt128, UInt64)])
  func `a root is the whole part of it`(square: UInt128, root: UInt64) {
    #expect(Motion.floorOfRoot(of: square) == root)
  }

  @Test(arguments: [
    (Int64(-5), Point.at(10, 100)), (0, .at(10, 100)), (1, .at(10, 100)), (499, .at(59, 51)),
    (500, .at(60, 50)), (999, .at(109, 1)), (1_000, .at(110, 0)), (Int64.max, .at(110, 0)),
    (Int64.min, .at(10, 100)),
  ])
  func `the place is in proportion to the time, cut towards the start`(
    elapsed: Int64, expected: Point
  ) {
    let motion = Motion(
      from: .at(10, 100), to: .at(110, 0), started: Timestamp(microseconds: 0), duration: 1_000)
    #expect(motion.place(at: Timestamp(microseconds: elapsed)) == expected)
  }

  @Test func `a walker is under way from its start until it arrives`() {
    let motion = Motion(
      from: .at(0, 0), to: .at(9, 0), started: Timestamp(microseconds: 50), duration: 10)
    #expect(motion.isUnderWay(at: Timestamp(microseconds: 0)))
    #expect(motion.isUnderWay(at: Timestamp(microseconds: 59)))
    #expect(!motion.isUnderWay(at: Timestamp(microseconds: 60)))
  }

  /// A grid of ten by ten regions of 100 mm; every way takes 1,000 µs.
  @Test(
    arguments: [
      (Point.at(50, 50), Point.at(60, 60), nil), (.at(50, 50), .at(99, 0), nil),
      (.at(50, 50), .at(150, 50), Expected(500, 2)), (.at(150, 50), .at(50, 50), Expected(510, 1)),
      (.at(50, 50), .at(50, 150), Expected(500, 11)), (.at(50, 150), .at(50, 50), Expected(510, 1)),
      (.at(50, 50), .at(150, 150), Expected(500, 12)),
      (.at(150, 150), .at(50, 50), Expected(510, 1)),
      (.at(50, 50), .at(100, 50), Expected(1_000, 2)),
      (.at(100, 50), .at(99, 50), Expected(1_000, 1)), (.at(0, 0), .at(999, 1), Expected(101, 2)),
    ] as [(Point, Point, Expected?)])
  func `the next border is that of the way`(from: Point, to: Point, expected: Expected?) {
    let grid = Grid(columns: 10, rows: 10, cell: 100)
    let motion = Motion(from: from, to: to, started: Self.start, duration: 1_000)
    let border = motion.border(leaving: grid.region(at: from), in: grid)
    #expect(border?.time == expected.map { Self.start + $0.elapsed })
    #expect(border?.region == expected?.region)
  }

  @Test func `at each border, and not a microsecond before, the place is in the next region`() {
    var random = DeterministicRandom(seed: 2, stream: 2, purpose: .birthplace)
    for _ in 0..<5_000 {
      let grid = Grid(
        columns: random.next(in: 1..<8), rows: random.next(in: 1..<8),
        cell: Int64(1) << random.next(in: 0..<30))
      let from = Self.point(in: grid, &random)
      let to = Self.point(in: grid, &random)
      let speed = random.next(in: 1..<100_001)
      let motion = Motion(
        from: from, to: to, started: Self.start,
        duration: Motion.duration(from: from, to: to, speed: speed))
      #expect(Self.regionsByBorders(motion, from: from, grid).last == grid.region(at: to))
    }
  }

  @Test func `no border is missed`() {
    var random = DeterministicRandom(seed: 3, stream: 3, purpose: .birthplace)
    for _ in 0..<200 {
      let grid = Grid(columns: 5, rows: 5, cell: 10)
      let from = Self.point(in: grid, &random)
      let to = Self.point(in: grid, &random)
      let motion = Motion(from: from, to: to, started: Self.start, duration: 1_009)
      var seen: [RegionID] = []
      for elapsed in 0...1_009 {
        let region = grid.region(at: motion.place(at: Self.start + Int64(elapsed)))
        if seen.last != region { seen.append(region) }
      }
      #expect(Self.regionsByBorders(motion, from: from, grid) == seen)
    }
  }

  @Test(arguments: [
    (Int64(5_000), true), (4_999, false), (Int64.max, true), (0, false), (-1, false),
  ])
  func `reach is the straight distance, its end included`(reach: Int64, expected: Bool) {
    #expect(Point.at(1_000, 1_000).isWithin(reach, of: .at(4_000, 5_000)) == expected)
  }

  @Test func `absurd rows make no trouble`() {
    let values = [Int64.min, -1, 0, 1, .max]
    let grid = Grid(columns: 3, rows: 3, cell: 10)
    for from in values {
      for to in values {
        for duration in values {
          let motion = Motion(
            from: .at(from, to), to: .at(to, from), started: Timestamp(microseconds: from),
            duration: duration)
          for time in values { _ = motion.place(at: Timestamp(microseconds: time)) }
          for region in [UInt64(0), 1, 9, 10, .max] {
            _ = motion.border(leaving: RegionID(region), in: grid)
          }
        }
        _ = Motion.duration(from: .at(from, to), to: .at(to, from), speed: to)
        _ = Point.at(from, to).isWithin(to, of: .at(to, from))
      }
    }
  }

  struct Expected {
    let elapsed: Int64
    let region: RegionID

    init(_ elapsed: Int64, _ region: RegionID) {
      self.elapsed = elapsed
      self.region = region
    }
  }

  private static let start = Timestamp(microseconds: 1_000_000)

  private static func point(in grid: Grid, _ random: inout DeterministicRandom) -> Point {
    .at(random.next(in: 0..<grid.width), random.next(in: 0..<grid.height))
  }

  /// The regions that a way leads through, from border to border.
  private static func regionsByBorders(
    _ motion: Motion, from: Point, _ grid: Grid
  ) -> [RegionID] {
    var regions = [grid.region(at: from)]
    while let last = regions.last, let border = motion.border(leaving: last, in: grid) {
      #expect(grid.region(at: motion.place(at: border.time)) == border.region)
      #expect(grid.region(at: motion.place(at: border.time - 1)) == last)
      #expect(border.region != last)
      regions.append(border.region)
    }
    return regions
  }
}
