import EventLog
import Schema
import SwiftProtobuf
import World

extension Sight {
  /// What a player shows.
  mutating func addProfile(_ player: PlayerID, of world: borrowing World) throws {
    guard let row = world.players.profile(of: player) else { return }
    try add("profile", row)
    var cells = [["enrolled", Timestamp(microseconds: row.enrolledUs).description]]
    if row.role != .player { cells.append(["role", row.role.name]) }
    if row.createdUs == 0 {
      cells.append(["profile", "none yet"])
    } else {
      cells += [
        ["look", row.look], ["home", world.label(RegionID(row.homeRegion))],
        ["created", Timestamp(microseconds: row.createdUs).description],
        ["changed", Timestamp(microseconds: row.changedUs).description],
      ]
      if row.retired { cells.append(["retired", "for good"]) }
    }
    add(world.label(player), TextTable.lines(cells, leftAligned: [0, 1]))
  }

  /// Whether a player is connected, and how often it was.
  mutating func addConnection(_ player: PlayerID, of world: borrowing World) throws {
    let row = world.presence.row(of: player)
    let past = world.presence.pastSessions(of: player)
    try add("presence", row)
    try add("sessions", past)
    var lines: [String] = []
    if let past {
      lines.append(
        Figures.count(past.ended, "session", "sessions") + " before, "
          + Figures.span(.microseconds(past.totalUs)) + " in all")
    }
    guard let row else {
      add("Not connected", lines)
      return
    }
    if row.idleSinceUs != 0 {
      lines.append("idle since \(Timestamp(microseconds: row.idleSinceUs))")
    }
    if !row.client.isEmpty { lines.append("with \(row.client)") }
    add("Connected since \(Timestamp(microseconds: row.openedUs))", lines)
  }

  /// Where a player is and is heading.
  mutating func addMovement(
    _ player: PlayerID, of world: borrowing World, at time: Timestamp
  ) throws {
    guard let row = world.movement.row(of: player) else {
      try add("movement", PlaceAnswer?.none)
      add("\(world.label(player)) is not in the world", [])
      return
    }
    let motion = Motion(row)
    let place = PlaceAnswer.with {
      $0.movement = row
      $0.at = motion.place(at: time)
      $0.timeUs = time.microseconds
    }
    try add("movement", place)
    var lines = ["at \(place.at.text) mm"]
    if motion.isUnderWay(at: time) {
      let arrival = Timestamp(microseconds: row.startedUs &+ row.durationUs)
      lines.append("walking from \(row.from.text) to \(row.to.text), there at \(arrival)")
    }
    let region = world.label(RegionID(row.region))
    add("\(world.label(player)) is in \(region)", lines)
  }

  /// What a player owns.
  mutating func addInventory(_ player: PlayerID, of world: borrowing World) throws {
    guard let row = world.inventories.inventory(of: player) else {
      try add("inventory", InventoryRow?.none)
      add("\(world.label(player)) has no inventory", [])
      return
    }
    try add("inventory", row)
    var lines = [Figures.count(row.coins, "coin", "coins") + Self.held(row.coinsHeld)]
    for stack in row.stacks {
      let name = world.inventories.name(of: ItemKindID(stack.kind))
      lines.append("\(Figures.count(stack.quantity)) × \(name)\(Self.held(stack.held))")
    }
    for item in row.items {
      let name = world.inventories.name(of: ItemKindID(item.kind))
      let held = item.trade == 0 ? "" : ", set aside for trade \(item.trade)"
      lines.append("\(name) no. \(item.item)\(held)")
    }
    let slots = Figures.count(row.slots, "slot", "slots")
    add("\(world.label(player)) owns, with room in \(slots)", lines)
  }

  private static func held(_ quantity: Int64) -> String {
    quantity == 0 ? "" : ", \(Figures.count(quantity)) of them set aside"
  }

  /// The open trades of a player.
  mutating func addTrades(_ player: PlayerID, of world: borrowing World) throws {
    let rows = world.trades.rows(of: player)
    try add("trades", rows)
    var lines: [String] = []
    for row in rows {
      let sides = [
        (PlayerID(row.proposer), row.proposerGoods, row.proposerAccepted),
        (PlayerID(row.partner), row.partnerGoods, row.partnerAccepted),
      ]
      lines.append("trade \(row.trade), revision \(row.revision)")
      for (side, goods, isAccepted) in sides {
        let given = world.inventories.describe(goods)
        lines.append(
          "  \(world.label(side)) gives \(given)\(isAccepted ? ", and has accepted" : "")")
      }
      lines.append("  expires at \(Timestamp(microseconds: row.expiresUs))")
    }
    let count = Figures.count(rows.count, "open trade", "open trades")
    add("\(world.label(player)) has \(count)", lines)
  }
}

extension Point {
  /// For people, in millimetres.
  var text: String { Label.point(x: xMm, y: yMm) }
}
