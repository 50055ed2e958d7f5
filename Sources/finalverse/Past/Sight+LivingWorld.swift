import EventLog
import Schema
import SwiftProtobuf
import World

extension Sight {
  /// What time it is in the world.
  mutating func addClock(of world: borrowing World, at now: Timestamp) throws {
    guard let row = world.worldClock.row else {
      try add("clock", ClockAnswer?.none)
      return add("This world has no clock", [])
    }
    let time = row.worldTime(at: now)
    let answer = row.reading(time)
    try add("clock", answer)
    let pace = row.isPaused ? "it stands" : "it runs at \(row.speedPermille.asSpeed)"
    add(
      "\(time.text), in \(answer.season.name)",
      ["day \(Figures.count(answer.dayOfSeason + 1)) of \(Figures.count(row.seasonDays)), \(pace)"])
  }

  /// How harmony and silence stand in a region, or in all.
  mutating func addHarmony(in region: RegionID?, of world: borrowing World) throws {
    let all = (0..<UInt64(world.regions.grid.count)).map { RegionID($0 + 1) }
    var rows: [HarmonyRow] = []
    var cells: [[String]] = []
    for region in region.map({ [$0] }) ?? all {
      guard let row = world.harmony.row(of: region) else { continue }
      rows.append(row)
      cells.append([
        world.label(region), "harmony", row.harmony.asStanding, "silence", row.silence.asStanding,
        "last song \(WorldTime(row.songUs).text)",
      ])
    }
    try add("harmony", rows)
    add(
      rows.isEmpty ? "This world has no clock, and no harmony" : "Harmony, of 1,000",
      TextTable.lines(cells, leftAligned: [0, 1, 3, 5]))
  }
}

extension Sight {
  /// What a player has earned, and by what.
  mutating func addProgress(_ player: PlayerID, of world: borrowing World) throws {
    let row = world.progress.row(of: player)
    try add("progress", row)
    guard let row, let rules = world.progress.rules else {
      return add("No deeds that earn anything", [])
    }
    let tier = row.tier > 0 ? rules.tiers.dropFirst(Int(row.tier) - 1).first : nil
    let next = rules.tiers.dropFirst(Int(row.tier)).first
    let cells = row.deeds.map { deed in
      [
        deed.deed.words(), Figures.count(deed.count, "time", "times"),
        "last at \(Timestamp(microseconds: deed.lastUs))",
      ]
    }
    let milestones = row.milestones.compactMap { number in
      rules.milestones.dropFirst(max(1, Int(number)) - 1).first?.name
    }
    add(
      "\(Figures.count(row.resonance)) resonance"
        + (tier.map { ", \($0.name) (tier \(row.tier))" } ?? "")
        + (row.isRetired ? ", put aside" : "")
        + (next.map { "; \($0.name) takes \(Figures.count($0.resonance))" } ?? ""),
      TextTable.lines(cells, leftAligned: [0, 2])
        + (milestones.isEmpty ? [] : ["milestones: \(milestones.joined(separator: ", "))"]))
  }
}

extension Season {
  /// For people.
  var name: String {
    switch self {
    case .spring: "spring"
    case .summer: "summer"
    case .autumn: "autumn"
    case .winter: "winter"
    case .unspecified, .UNRECOGNIZED: "no season"
    }
  }
}
