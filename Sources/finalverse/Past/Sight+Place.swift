import EventLog
import Schema
import SwiftProtobuf
import World

extension Sight {
  /// Who is connected, everywhere or in a region.
  mutating func addPresent(in region: RegionID?, of world: borrowing World) throws {
    let players =
      if let region { world.presence.players(in: region) } else {
        world.presence.connectedPlayers()
      }
    var rows: [PresenceRow] = []
    var cells: [[String]] = []
    for player in players {
      guard let row = world.presence.row(of: player) else { continue }
      rows.append(row)
      let idle =
        row.idleSinceUs == 0 ? "" : "idle since \(Timestamp(microseconds: row.idleSinceUs))"
      cells.append([
        world.label(player), world.label(RegionID(row.region)),
        "since \(Timestamp(microseconds: row.openedUs))", idle,
      ])
    }
    if let region { members.append(("region", .large(region.rawValue))) }
    try add("presence", rows)
    let place = region.map { " in \(world.label($0))" } ?? ""
    add(
      Figures.count(rows.count, "player", "players") + " connected" + place,
      TextTable.lines(cells, leftAligned: [0, 1, 2, 3]))
  }

  /// A region, who is in it and what lies there.
  mutating func addRegion(_ region: RegionID, of world: borrowing World) throws {
    let state = world.regionState(of: region)
    try add("region", state)
    add(world.label(region), state.region.description_p.isEmpty ? [] : [state.region.description_p])
    let players = state.players.map { present in
      Label.player(present.player, present.name) + (present.idle ? ", idle" : "")
    }
    add(
      Figures.count(world.presence.players(in: region).count, "player", "players") + " here",
      players)
    var piles: [String] = []
    for pile in state.piles {
      let goods = world.inventories.describe(pile.goods)
      let dropped = Timestamp(microseconds: pile.droppedUs)
      piles.append("pile \(pile.pile) at \(pile.at.text) since \(dropped): \(goods)")
    }
    add(
      Figures.count(world.inventories.pileCount(in: region), "pile", "piles") + " on the ground",
      piles)
  }
}
