package import EventLog
package import Schema

/// A walk in a straight line at an even pace, as whole numbers: pure arithmetic, exact on every
/// machine.
///
/// The place at a time is the start plus that part of each coordinate's distance that corresponds
/// to the time elapsed, cut to whole millimetres towards the start. Borders are those of exactly
/// this place, so that the region at a border's time is the next one and a microsecond before it is
/// still the last.
package struct Motion: Hashable, Sendable {
  /// The border of two regions on the way.
  package struct Border: Hashable, Sendable {
    /// The first instant in the next region.
    package let time: Timestamp
    /// The next region; diagonal of the last where the way leads over a corner.
    package let region: RegionID
  }

  private let fromX: Int64
  private let fromY: Int64
  private let toX: Int64
  private let toY: Int64
  private let started: Timestamp
  private let duration: Int64

  /// A walk that sets out at a time and takes `duration` microseconds; with 0 or less it is over at
  /// once.
  package init(from: Point, to: Point, started: Timestamp, duration: Int64) {
    fromX = from.xMm
    fromY = from.yMm
    toX = to.xMm
    toY = to.yMm
    self.started = started
    self.duration = max(0, duration)
  }

  /// The walk of a row.
  package init(_ row: borrowing MovementRow) {
    self.init(
      from: row.from, to: row.to, started: Timestamp(microseconds: row.startedUs),
      duration: row.durationUs)
  }

  /// Whether the walker has not arrived yet.
  package func isUnderWay(at time: Timestamp) -> Bool {
    elapsed(at: time) < duration
  }

  /// Where the walker is.
  ///
  /// Before the start it stands where it sets out, afterwards where the way ends.
  package func place(at time: Timestamp) -> Point {
    let elapsed = elapsed(at: time)
    var place = Point()
    guard elapsed < duration else {
      place.xMm = toX
      place.yMm = toY
      return place
    }
    place.xMm = Self.coordinate(from: fromX, to: toX, elapsed: elapsed, duration: duration)
    place.yMm = Self.coordinate(from: fromY, to: toY, elapsed: elapsed, duration: duration)
    return place
  }

  /// When the walker leaves a region it is in, and to where; nil when its way ends there.
  package func border(leaving region: RegionID, in grid: Grid) -> Border? {
    let (column, row) = grid.cell(of: region)
    let west = column * grid.cell
    let south = row * grid.cell
    let acrossX = leaving(west..<west + grid.cell, from: fromX, to: toX)
    let acrossY = leaving(south..<south + grid.cell, from: fromY, to: toY)
    guard let elapsed = [acrossX, acrossY].compactMap(\.self).min() else { return nil }
    let time = Timestamp(microseconds: started.microseconds &+ elapsed)
    return Border(time: time, region: grid.region(at: place(at: time)))
  }

  /// Microseconds since the start; 0 before it, and never beyond what 64 bits hold.
  private func elapsed(at time: Timestamp) -> Int64 {
    guard time > started else { return 0 }
    let (elapsed, overflow) = time.microseconds.subtractingReportingOverflow(started.microseconds)
    return overflow ? .max : elapsed
  }

  /// After how many microseconds a coordinate first lies outside a stretch that it is in; nil when
  /// never.
  ///
  /// It has come `steps` millimetres as soon as ⌊distance × elapsed ÷ duration⌋ ≥ steps, that is at
  /// ⌈steps × duration ÷ distance⌉.
  private func leaving(_ stretch: Range<Int64>, from: Int64, to: Int64) -> Int64? {
    let steps =
      to >= stretch.upperBound
      ? stretch.upperBound &- from
      : to < stretch.lowerBound ? from &- stretch.lowerBound &+ 1 : 0
    let distance = (to &- from).magnitude
    guard steps > 0, steps.magnitude <= distance else { return nil }
    let (high, low) = steps.magnitude.multipliedFullWidth(by: duration.magnitude)
    let (quotient, remainder) = distance.dividingFullWidth((high, low))
    return Int64(clamping: quotient) + (remainder == 0 ? 0 : 1)
  }

  private static func coordinate(
    from: Int64, to: Int64, elapsed: Int64, duration: Int64
  ) -> Int64 {
    let distance = to &- from
    let product = distance.magnitude.multipliedFullWidth(by: elapsed.magnitude)
    let come =
      product.high == 0
      ? product.low / duration.magnitude
      : duration.magnitude.dividingFullWidth(product).quotient
    let signed = Int64(truncatingIfNeeded: come)
    return distance < 0 ? from &- signed : from &+ signed
  }
}

extension Motion {
  /// What a square of a distance may be at most for its root to be found: 2¹²⁶ at a millionth of
  /// it.
  ///
  /// The diagonal of the largest world is a fortieth of that.
  private static let squareMax = (UInt128(1) << 126) / 1_000_000_000_000

  /// How long a way takes: ⌈distance × 10⁶ ÷ speed⌉ microseconds, the distance being the exact
  /// root.
  ///
  /// A speed below 1 mm/s counts as 1. Between places farther apart than any world is wide, a way
  /// takes as long as 64 bits hold.
  package static func duration(from: Point, to: Point, speed: Int64) -> Int64 {
    let deltaX = UInt128((to.xMm &- from.xMm).magnitude)
    let deltaY = UInt128((to.yMm &- from.yMm).magnitude)
    let square = deltaX * deltaX + deltaY * deltaY
    guard square <= squareMax else { return .max }
    let wanted = square * 1_000_000_000_000
    let root = floorOfRoot(of: wanted)
    let way = UInt128(root) * UInt128(root) == wanted ? UInt128(root) : UInt128(root) + 1
    let pace = UInt128(max(1, speed).magnitude)
    return Int64(clamping: (way + pace - 1) / pace)
  }

  /// The whole part of the square root, for numbers up to 2¹²⁶.
  ///
  /// The processor's root is exact to 53 bits; one step of Newton's makes it good to the last bit
  /// or two, and counting does the rest.
  static func floorOfRoot(of square: UInt128) -> UInt64 {
    guard square > 0 else { return 0 }
    let high = Double(UInt64(truncatingIfNeeded: square >> 64))
    let low = Double(UInt64(truncatingIfNeeded: square))
    var root = UInt64(max(1, (high * 0x1p64 + low).squareRoot()))
    root = UInt64((UInt128(root) + square / UInt128(root)) / 2)
    while UInt128(root) * UInt128(root) > square { root -= 1 }
    while UInt128(root + 1) * UInt128(root + 1) <= square { root += 1 }
    return root
  }
}

extension Point {
  /// How far two places are apart, cut to whole millimetres.
  ///
  /// Between places farther apart than any world is wide it is the highest number.
  package func distance(to other: Point) -> Int64 {
    let deltaX = UInt128((xMm &- other.xMm).magnitude)
    let deltaY = UInt128((yMm &- other.yMm).magnitude)
    let square = deltaX * deltaX + deltaY * deltaY
    guard square >= 1 << 52 else {
      // A root of a whole number below 2^52 is never rounded up to the next whole number.
      return Int64(Double(UInt64(square)).squareRoot())
    }
    guard square <= UInt128(1) << 126 else { return .max }
    return Int64(clamping: Motion.floorOfRoot(of: square))
  }

  /// Whether two places lie at most so many millimetres from one another.
  package func isWithin(_ reach: Int64, of other: Point) -> Bool {
    let deltaX = UInt128((xMm &- other.xMm).magnitude)
    let deltaY = UInt128((yMm &- other.yMm).magnitude)
    guard reach >= 0, deltaX < 1 << 63, deltaY < 1 << 63 else { return false }
    return deltaX * deltaX + deltaY * deltaY <= UInt128(reach.magnitude) * UInt128(reach.magnitude)
  }
}
