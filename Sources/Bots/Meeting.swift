import Client
import Schema

/// Where bots live and meet, so that they come within reach of one another.
///
/// All homes are in one square block of neighbouring regions, and the middle of each home is where
/// those who live there meet.
struct Meeting: Sendable {
  let homes: [UInt32]
  private let columns: UInt32
  private let cellMM: Int64
  private let widthMM: Int64
  private let heightMM: Int64
  private let reachMM: Int64
  /// The world's highest speed, in millimetres a second.
  let speedMax: Int64

  /// Chooses homes.
  ///
  /// - Parameter count: How many bots there are: about 25 share a home, as far as there are
  ///   regions.
  init(_ world: WorldRow, count: Int, seed: UInt64) {
    columns = max(1, world.columns)
    let rows = max(1, world.rows)
    cellMM = max(1, world.cellMm)
    widthMM = Int64(columns) * cellMM
    heightMM = Int64(rows) * cellMM
    reachMM = world.rules.reachMm
    speedMax = world.rules.speedMaxMmS
    let wanted = max(2, Int(Double(count / 25).squareRoot().rounded(.up)))
    let across = min(wanted, Int(columns))
    let down = min(wanted, Int(rows))
    var random = BotRandom(seed: seed, bot: -1)
    let west = Int.random(in: 0...(Int(columns) - across), using: &random)
    let south = Int.random(in: 0...(Int(rows) - down), using: &random)
    homes = (south..<south + down).flatMap { row in
      (west..<west + across).map { column in UInt32(1 + row * Int(world.columns) + column) }
    }
  }

  /// A place near the middle of a home, within reach of all others like it.
  func place(in home: UInt32, using random: inout BotRandom) -> Point {
    around(middle(of: home), spread: reachMM / 3, using: &random)
  }

  /// A place that is a short walk away.
  func stroll(from place: Point, using random: inout BotRandom) -> Point {
    around(place, spread: max(reachMM * 3, cellMM / 50), using: &random)
  }

  /// Whether one can reach from here to there.
  func reaches(_ one: Point, _ other: Point) -> Bool {
    let (east, north) = (Double(one.xMm - other.xMm), Double(one.yMm - other.yMm))
    return east * east + north * north <= Double(reachMM) * Double(reachMM)
  }

  private func middle(of home: UInt32) -> Point {
    let index = Int64(home) - 1
    return Point(
      xMM: index % Int64(columns) * cellMM + cellMM / 2,
      yMM: index / Int64(columns) * cellMM + cellMM / 2)
  }

  private func around(_ place: Point, spread: Int64, using random: inout BotRandom) -> Point {
    let east = Int64.random(in: -spread...spread, using: &random)
    let north = Int64.random(in: -spread...spread, using: &random)
    return Point(
      xMM: min(max(0, place.xMm + east), widthMM - 1),
      yMM: min(max(0, place.yMm + north), heightMM - 1))
  }
}
