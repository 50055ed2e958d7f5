package import Projection
package import Schema
import SwiftProtobuf

/// How whole the song is in each region, and how far silence has crept in: what the other living systems depend on.
///
/// Songs raise a region's harmony and drive silence out; where nobody sings silence creeps in, and the more of it there is, the
/// lower is where harmony comes to rest; regions pull one another along. Once in an hour of the world each region drifts, and an entry
/// tells so if it moved by what can be seen.
///
/// It is not: how good a song is. Who sings says that, and Melodies judges what was composed.
package struct Harmony: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "harmony"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1

  var rulesRows = Table<SingleKey, HarmonyRulesRow>("rules")
  var regions = Table<RegionID, HarmonyRow>("regions")
  var singers = Table<PlayerID, SingerRow>("singers")

  /// The rules; nil in a world without a clock.
  ///
  /// Derived from their row.
  package private(set) var rules: HarmonyRules?

  /// The state before the first entry.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&rulesRows)
    try visitor.visit(&regions)
    try visitor.visit(&singers)
  }

  /// Makes anew what is derived from the rows.
  package mutating func rebuildIndexes() {
    rules = rulesRows[.only]?.rules
  }

  /// How a region stands; where nothing happened yet, as in the beginning; nil in a world without a clock.
  package borrowing func row(of region: RegionID) -> HarmonyRow? {
    if let row = regions[region] { return row }
    guard let beganUs = rulesRows.withRow(.only, { $0.beganUs }) else { return nil }
    return .with {
      $0.region = region.number
      $0.harmony = Standing.beginning.harmony
      $0.silence = Standing.beginning.silence
      $0.songUs = beganUs
    }
  }

  /// How a region stands; as in the beginning in a world without a clock.
  package borrowing func standing(of region: RegionID) -> Standing {
    regions.withRow(region) { $0.standing } ?? .beginning
  }

  /// When the last good song was heard in a region; nil where none ever was.
  package borrowing func lastSong(in region: RegionID) -> WorldTime? {
    let beganUs = rulesRows.withRow(.only) { $0.beganUs } ?? 0
    guard let songUs = regions.withRow(region, { $0.songUs }), songUs > beganUs else { return nil }
    return WorldTime(songUs)
  }

  /// The mean of the regions around one; nil if there are none.
  package borrowing func standing(around region: RegionID, in grid: Grid) -> Standing? {
    var count: Int64 = 0
    var harmony: Int64 = 0
    var silence: Int64 = 0
    for neighbour in grid.neighbours(of: region) {
      let standing = standing(of: neighbour)
      count += 1
      harmony += standing.harmony
      silence += standing.silence
    }
    return count == 0 ? nil : Standing(harmony: harmony / count, silence: silence / count)
  }

  /// How much a player's next song in a region counts, in thousandths: half when the last was a moment ago.
  package borrowing func weight(
    of player: PlayerID, in region: RegionID, at time: WorldTime
  ) -> Int64 {
    guard let rules, rules.repetitionHours > 0,
      let last = singers.withRow(player, { $0.region == region.number ? $0.songUs : nil }),
      let last
    else { return 1_000 }
    let span = min(rules.repetitionHours, 10_000) * WorldTime.hour
    let passed = min(max(0, time.microseconds - max(0, last)), span)
    return 500 + 500 * (passed / 1_000_000) / (span / 1_000_000)
  }
}

extension HarmonyRow {
  /// How the region stands.
  package var standing: Standing { Standing(harmony: harmony, silence: silence) }
}
