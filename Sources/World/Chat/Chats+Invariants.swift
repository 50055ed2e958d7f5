import Projection
import Schema

extension Chats {
  /// Adds what is wrong with the rows of chat.
  package borrowing func addViolations(to found: inout [Violation], in world: borrowing World) {
    var claims: [String] = []
    addClaimsOfMessages(to: &claims, in: world)
    paces.forEachInOrder { player, row in
      if row.player != player.rawValue || world.players.standing(of: player) == nil {
        claims.append("the pace of player \(player) is nobody's")
      }
    }
    blocks.forEachInOrder { player, row in
      if row.player != player.rawValue || world.players.standing(of: player) == nil {
        claims.append("the blocks of player \(player) are nobody's")
      }
      if row.blocked.isEmpty && !row.refusesMessages {
        claims.append("player \(player) has a row of blocks that says nothing")
      }
      if row.blocked.count > Self.blockedMax || row.contains(player) {
        claims.append("player \(player) blocks too many, or itself")
      }
      if zip(row.blocked, row.blocked.dropFirst()).contains(where: { $0 >= $1 }) {
        claims.append("the blocks of player \(player) are out of order")
      }
    }
    mutes.forEachInOrder { player, row in
      if row.player != player.rawValue || world.players.standing(of: player) == nil {
        claims.append("the mute of player \(player) is nobody's")
      }
      if row.untilUs != 0 && row.untilUs <= row.sinceUs {
        claims.append("the mute of player \(player) ended before it began")
      }
    }
    found += claims.map { Violation(system: Self.name, $0) }
  }

  private borrowing func addClaimsOfMessages(
    to claims: inout [String], in world: borrowing World
  ) {
    var filed = 0
    var counts: [Bool: [UInt64: Int]] = [:]
    messages.forEachInOrder { message, row in
      if row.message != message.rawValue { claims.append("message \(message) has another number") }
      if world.players.standing(of: PlayerID(row.player)) == nil {
        claims.append("message \(message) was said by nobody")
      }
      if row.characters == 0 || row.characters > UInt32(ChatText.charactersMax) {
        claims.append("message \(message) has \(row.characters) characters")
      }
      let isDirect = row.to != 0
      let receiver = isDirect ? row.to : UInt64(row.region)
      if isDirect == (row.region != 0) {
        claims.append("message \(message) is to a region and a player, or to neither")
      }
      counts[isDirect, default: [:]][receiver, default: 0] += 1
      let isFiled =
        isDirect
        ? messagesToPlayer.members(of: PlayerID(row.to)).contains(message)
        : messagesOfRegion.members(of: RegionID(row.region)).contains(message)
      if isFiled { filed += 1 } else { claims.append("message \(message) is not filed") }
    }
    if messagesOfRegion.count + messagesToPlayer.count != filed {
      claims.append("messages are filed that are not there")
    }
    if counts[false]?.values.contains(where: { $0 > Self.regionMessagesMax }) == true
      || counts[true]?.values.contains(where: { $0 > Self.directMessagesMax }) == true
    {
      claims.append("more messages are kept than the latest")
    }
  }
}
