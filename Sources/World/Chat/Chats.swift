package import Projection
package import Schema

/// What players say to one another.
///
/// **What it is.** A message goes to all who watch the region that its author stands in, or to one
/// player. Its number is the position of its entry. The latest are kept as rows, so that they can be
/// looked up, and taken back.
///
/// **What it is not.** It holds no text. A text is personal data and leaves `decide` beside its event
/// (`decision.text(…)`); the log, the rows and the images know that something was said, by whom,
/// where, and how long it was. So a text can be erased, and history stays what it is.
///
/// **Its rules.**
/// - A text has a bound in characters and in bytes (``ChatText``).
/// - A player may say five things at once, and then one every two seconds, to whomever.
/// - A muted player says nothing, until the mute's end. Nothing has to happen for it to end.
/// - A direct message needs its receiver connected, and one who takes it: whoever is refused is not told
///   whether it alone is, or everyone.
/// - A message can be taken back by its author, and by a moderator, while it is among the latest.
package struct Chats: Projection, ~Copyable {
  /// The name of the projection.
  package static let name = "chat"
  /// The version of its rows' meaning.
  package static let version: UInt32 = 1

  /// How many messages of a region are kept.
  package static let regionMessagesMax = 50
  /// How many direct messages to a player are kept.
  package static let directMessagesMax = 20
  /// How many players somebody may block.
  package static let blockedMax = 500
  /// How many mutes are listed at a time.
  package static let mutesListed = 200
  /// How many messages can be said at once after a rest.
  package static let burst: Int64 = 5
  /// After how long one more may be said, in microseconds.
  package static let interval: Int64 = 2_000_000

  var messages = Table<MessageID, MessageRow>("messages")
  var paces = Table<PlayerID, PaceRow>("paces")
  var blocks = Table<PlayerID, BlocksRow>("blocks")
  var mutes = Table<PlayerID, MuteRow>("mutes")

  /// The kept messages to each region; derived.
  var messagesOfRegion = SortedGroups<RegionID, MessageID>()
  /// The kept direct messages to each player; derived.
  var messagesToPlayer = SortedGroups<PlayerID, MessageID>()

  /// Nothing has been said yet.
  package init() {}

  /// Visits every table.
  package mutating func visitTables<Visitor: TableVisitor>(
    _ visitor: inout Visitor
  ) throws(Visitor.Failure) {
    try visitor.visit(&messages)
    try visitor.visit(&paces)
    try visitor.visit(&blocks)
    try visitor.visit(&mutes)
  }

  /// Makes the indexes anew from the rows.
  package mutating func rebuildIndexes() {
    var ofRegion = SortedGroups<RegionID, MessageID>()
    var toPlayer = SortedGroups<PlayerID, MessageID>()
    messages.forEachInOrder { message, row in
      if row.to == 0 {
        ofRegion.insert(message, into: RegionID(row.region))
      } else {
        toPlayer.insert(message, into: PlayerID(row.to))
      }
    }
    messagesOfRegion = ofRegion
    messagesToPlayer = toPlayer
  }
}

extension Chats {
  /// A message that is kept; nil when there is none of that number.
  package borrowing func message(_ message: MessageID) -> MessageRow? {
    messages[message]
  }

  /// The latest messages to a region, in order.
  package borrowing func rows(of region: RegionID) -> [MessageRow] {
    messagesOfRegion.members(of: region).compactMap { messages[$0] }
  }

  /// The latest direct messages to a player, in order.
  package borrowing func rows(to player: PlayerID) -> [MessageRow] {
    messagesToPlayer.members(of: player).compactMap { messages[$0] }
  }

  /// Whom a player blocks, and whether it takes direct messages; nil when there is nothing to say.
  package borrowing func blocks(of player: PlayerID) -> BlocksRow? {
    blocks[player]
  }

  /// A player's mute that is in effect; nil when it may speak.
  package borrowing func mute(of player: PlayerID, at now: Int64) -> MuteRow? {
    guard let row = mutes[player], row.isInEffect(at: now) else { return nil }
    return row
  }

  /// When the player may speak, in microseconds since 1970; not later than now when it may.
  borrowing func timeToSpeak(_ player: PlayerID, at now: Int64) -> Int64 {
    guard let row = paces[player], row.restedUs > now else { return now }
    return max(now, row.restedUs &- (Self.burst - 1) * Self.interval)
  }
}

extension MuteRow {
  /// Whether the player may say nothing at a time, in microseconds since 1970.
  package func isInEffect(at now: Int64) -> Bool {
    untilUs == 0 || untilUs > now
  }
}

extension BlocksRow {
  /// Whether somebody is blocked.
  func contains(_ player: PlayerID) -> Bool {
    blocked.contains(player.rawValue)
  }
}
