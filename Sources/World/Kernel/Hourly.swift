import Schema

/// What is done in every region once in an hour of the world, or in some.
///
/// Each region has a minute of its own, so that not all of a large world is looked at in the same moment.
enum Hourly {
  /// Up to how many regions a world has.
  static let regionsMax: UInt32 = 10_000

  /// The regions of a world of so many, which an event names.
  static func regions(of count: UInt32) -> some Sequence<RegionID> {
    (0..<UInt64(min(count, regionsMax))).lazy.map { RegionID($0 + 1) }
  }

  /// The first time after another at which a region's turn comes.
  static func first(
    of region: RegionID, among count: UInt32, after time: WorldTime,
    every period: Int64 = WorldTime.hour
  ) -> WorldTime {
    let regions = Int64(max(1, min(count, regionsMax)))
    let index = Int64(clamping: region.rawValue &- 1) % regions
    let offset = period * index / regions
    let into = (time.microseconds &- offset) % period
    return time.adding(into < 0 ? -into : period - into)
  }

  /// How many of the turns that were missed are made up for in one entry.
  ///
  /// A part of what there is to make up, so that the regions come along together and see of one another how each stood about then; the more,
  /// the more there is, so that a long downtime takes some hundred entries a region and not thousands.
  static func stride(of turns: Int64) -> Int64 {
    min(turns / 24 + 1, 1_000)
  }

  /// How many turns there were from one that was due until now; 0 if it is still to come.
  static func turns(
    from due: WorldTime, until now: WorldTime, every period: Int64 = WorldTime.hour
  ) -> Int64 {
    now < due ? 0 : (now.microseconds - due.microseconds) / period + 1
  }
}
