/// Something that a bot was told and that cannot be, after what it had been told before.
package struct Contradiction: Codable, Hashable, Sendable {
  /// What kind of promise was broken.
  package enum Kind: String, Codable, CaseIterable, Sendable {
    /// The same token brought another player.
    case playerChanged = "player_changed"
    /// An entry was pushed again, or after a later one.
    case positionNotIncreasing = "position_not_increasing"
    /// An entry is older than the one before it.
    case timeDecreased = "time_decreased"
    /// A request was replied to twice.
    case replyRepeated = "reply_repeated"
    /// There was a reply to a request never made.
    case replyUnasked = "reply_unasked"
    /// A request was never replied to.
    case replyMissing = "reply_missing"
    /// A command was acknowledged before its entry was pushed.
    case acknowledgedUnseen = "acknowledged_unseen"
    /// Two commands were acknowledged with one entry.
    case positionShared = "position_shared"
    /// An answer describes the world before a command that had been acknowledged when it was asked.
    case answerStale = "answer_stale"
    /// There is less than nothing of something, or more is held than owned.
    case goodsNegative = "goods_negative"
    /// Goods left or were set free that were not there, or not held.
    case goodsUnknown = "goods_unknown"
    /// A unique item came to a player who had it.
    case itemDuplicated = "item_duplicated"
    /// An answer shows another inventory than the pushes make.
    case inventoryDiffers = "inventory_differs"
    /// An answer shows other open trades than the pushes make.
    case tradesDiffer = "trades_differ"
    /// A leaderboard is not in the order of its scores, or has gaps, or a player twice.
    case rankingDisordered = "ranking_disordered"
    /// A leaderboard shows another wealth of the player than the pushes make.
    case wealthDiffers = "wealth_differs"
    /// Something happened to a trade that is not open.
    case tradeUnknown = "trade_unknown"
    /// A trade's terms skipped a revision, or what changed hands was not what was agreed.
    case tradeTermsDiffer = "trade_terms_differ"
    /// A trade committed without the acceptance of both.
    case tradeUnaccepted = "trade_unaccepted"
    /// A message came without its text, or with a text that its author did not say.
    case textDiffers = "text_differs"
    /// Attending to an echo brought the bond with it nothing, or the bond had grown while nobody attended.
    case bondDiffers = "bond_differs"
    /// The two sides of a handover were told different things, or one was told nothing.
    case handoverDisagrees = "handover_disagrees"
  }

  /// What kind.
  package let kind: Kind
  /// Whose bot noticed.
  package let player: UInt64
  /// The position at which it was noticed; 0 where there is none.
  package let position: UInt64
  /// What was told and what was expected.
  package let detail: String
}
