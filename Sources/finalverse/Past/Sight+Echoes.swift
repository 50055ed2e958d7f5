import EventLog
import Schema
import SwiftProtobuf
import World

extension Sight {
  /// The echoes of a region, or all.
  mutating func addEchoes(
    in region: RegionID?, of world: borrowing World, at now: Timestamp
  ) throws {
    let all = (0..<UInt64(world.regions.grid.count)).map { RegionID($0 + 1) }
    let time = world.worldClock.time(at: now) ?? WorldTime(0)
    var rows: [EchoRow] = []
    var cells: [[String]] = []
    for region in region.map({ [$0] }) ?? all {
      for echo in world.echoes.rows(in: region) {
        guard let row = world.echoes.row(of: EchoID(echo.echo), at: time) else { continue }
        rows.append(row)
        cells.append([
          row.label, world.label(region), row.stage.name, row.vigour.asStanding, "heading for",
          row.heading.asStanding,
        ])
      }
    }
    try add("echoes", rows)
    let title = world.echoes.rules == nil ? "This world has no echoes" : "Echoes, vigour of 1,000"
    add(
      rows.isEmpty && world.echoes.rules != nil ? "No echoes" : title,
      TextTable.lines(cells, leftAligned: [0, 1, 2, 4]))
  }

  /// How an echo stands, why, what its next stage takes, and what it remembers.
  mutating func addEcho(_ echo: EchoRow, of world: borrowing World, at now: Timestamp) throws {
    let rules = world.echoes.rules ?? EchoRules()
    let time = world.worldClock.time(at: now) ?? WorldTime(0)
    let answer = world.echoAnswer(echo, by: rules, at: time)
    try add("echo", answer)
    let row = answer.echo
    let kind = rules.kind(row.kind) ?? EchoKind()
    add(
      "\(row.label) is \(row.stage.name), in \(world.label(RegionID(row.region)))"
        + (row.isRetired ? ", and was retired" : ""),
      ["\(kind.name) embodies \(kind.embodies)", answer.course] + answer.outlook)
    let cells = answer.factors.map { factor in
      [
        factor.kind.name, factor.valueText, "gives", factor.gives.asStanding, "of at most",
        factor.most.asStanding, factor.neededText,
      ]
    }
    add("Why", TextTable.lines(cells, leftAligned: [0, 1, 2, 4, 6]))
    let memories = row.memories.sorted { $0.worldUs < $1.worldUs }.map { memory in
      "\(WorldTime(memory.worldUs).text): \(memory.words(world.label(PlayerID(memory.player))))"
    }
    add("Memories", memories)
  }

  /// With which echoes a player has a bond, and what they taught.
  mutating func addBonds(_ player: PlayerID, of world: borrowing World, at now: Timestamp) throws {
    let rules = world.echoes.rules ?? EchoRules()
    let time = world.worldClock.time(at: now) ?? WorldTime(0)
    let answer = world.bondsAnswer(of: player, by: rules, at: time)
    try add("bonds", answer)
    let cells = answer.bonds.map { bond in
      [
        Label.echo(bond.row.echo, bond.echoName), world.label(RegionID(bond.region)),
        bond.levelName, bond.row.bond.asStanding,
        "last attended to \(WorldTime(bond.row.attendedUs).text)",
      ]
    }
    add(
      cells.isEmpty ? "No bonds" : "Bonds, of 1,000",
      TextTable.lines(cells, leftAligned: [0, 1, 2, 4]))
    let lines = answer.abilities.map { ability in
      let used = ability.usedUs == 0 ? "never used" : "last used \(WorldTime(ability.usedUs).text)"
      return
        "\(ability.name), taught by echo \(ability.echo), \(WorldTime(ability.taughtUs).text), \(used)"
    }
    add(lines.isEmpty ? "Taught nothing yet" : "Taught", lines)
  }
}

extension EchoRow {
  /// For people: `Lumi (echo 1)`.
  fileprivate var label: String { Label.echo(echo, name) }
}

extension EchoAnswer {
  /// Where vigour is and is heading, for people.
  fileprivate var course: String {
    let wanted = min(max(0, sum), 1_000_000)
    return "vigour \(echo.vigour.asStanding), heading for \(wanted.asStanding)"
  }

  /// What is to come, for people.
  fileprivate var outlook: [String] {
    var lines: [String] = []
    if nextStage != .unspecified {
      let when = nextHours == 0 ? "not as things are" : "in \(nextHours.asHours) as things are"
      let lack = lacking == 0 ? "" : "; \(lacking.asStanding) is lacking"
      lines.append("\(nextStage.name) at \(nextVigour.asStanding): \(when)\(lack)")
    }
    if holdVigour > 0 {
      let when = fadingHours == 0 ? "not as things are" : "in \(fadingHours.asHours) as things are"
      lines.append("fades below \(holdVigour.asStanding): \(when)")
    }
    return lines
  }
}

extension EchoFactor {
  /// How much there is of it, for people.
  fileprivate var valueText: String {
    switch kind {
    case .harmony, .silence, .company: value.asStanding
    case .vitality: "\(value)"
    case .weather: (WeatherKind(rawValue: Int(value)) ?? .unspecified).name
    case .hour: "\(value) o'clock"
    case .season: (Season(rawValue: Int(value)) ?? .unspecified).name
    case .nature, .unspecified, .UNRECOGNIZED: ""
    }
  }

  /// What would do for the next stage, for people.
  fileprivate var neededText: String {
    guard suffices else { return "" }
    switch kind {
    case .harmony, .silence, .company: return "\(needed.asStanding) would do"
    case .vitality: return "\(needed) would do"
    default: return "another would do"
    }
  }
}

extension EchoFactorKind {
  /// For people.
  fileprivate var name: String {
    switch self {
    case .nature: "nature"
    case .harmony: "harmony"
    case .silence: "silence"
    case .vitality: "life"
    case .weather: "weather"
    case .hour: "hour"
    case .season: "season"
    case .company: "company"
    case .unspecified, .UNRECOGNIZED: "factor \(rawValue)"
    }
  }
}

extension EchoMemory {
  /// For people; `player` is who it was, of a bond.
  fileprivate func words(_ player: String) -> String {
    switch kind {
    case .stage: "it became \(stage.name)"
    case .bond: "\(player) came as close as can be"
    case .storm: "a storm of dissonance"
    case .song: "a song"
    case .unspecified, .UNRECOGNIZED: "something"
    }
  }
}

extension Int64 {
  /// Hours for people: `1 hour`, `36 hours`.
  fileprivate var asHours: String { Figures.count(self, "hour", "hours") }
}
