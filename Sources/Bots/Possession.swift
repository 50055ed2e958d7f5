import Schema

/// A player's belongings and open trades, as they follow from the events that its bot was told of.
struct Possession: Equatable, Sendable {
  var belongings = Belongings()
  var trades: [UInt64: TradeRow] = [:]

  init() {}

  init(_ state: OwnState) {
    belongings = Belongings(state.inventory)
    for trade in state.trades { trades[trade.trade] = trade }
  }

  /// Takes in an event.
  ///
  /// - Returns: What is wrong with it; nil when it does not concern the player's possession.
  mutating func fold(_ event: Event, of player: UInt64, atUs time: Int64) -> [Belongings.Flaw]? {
    switch event.system {
    case .inventory(let inventory): fold(inventory, of: player)
    case .trade(let trade): fold(trade, of: player, atUs: time)
    default: nil
    }
  }

  private mutating func fold(
    _ inventory: InventoryEvent, of player: UInt64
  ) -> [Belongings.Flaw]? {
    switch inventory.event {
    case .goodsGranted(let event) where event.player == player:
      belongings.receive(event.goods)
    case .goodsPickedUp(let event) where event.player == player:
      belongings.receive(event.goods)
    case .goodsGiven(let event) where event.to == player:
      belongings.receive(event.goods)
    case .goodsTraded(let event) where event.to == player:
      belongings.receive(event.goods)
    case .goodsConsumed(let event) where event.player == player:
      belongings.surrender(event.goods, heldFor: 0)
    case .goodsDropped(let event) where event.player == player:
      belongings.surrender(event.goods, heldFor: 0)
    case .goodsGiven(let event) where event.from == player:
      belongings.surrender(event.goods, heldFor: 0)
    case .goodsTraded(let event) where event.from == player:
      belongings.surrender(event.goods, heldFor: event.trade)
    case .goodsHeld(let event) where event.player == player:
      belongings.hold(event.goods, for: event.trade)
    case .goodsReleased(let event) where event.player == player:
      belongings.release(event.goods, from: event.trade)
    default: nil
    }
  }

  private mutating func fold(
    _ trade: TradeEvent, of player: UInt64, atUs time: Int64
  ) -> [Belongings.Flaw]? {
    switch trade.event {
    case .tradeOffered(let event) where [event.proposer, event.partner].contains(player):
      trades[event.trade] = TradeRow(event, atUs: time)
      return []
    case .tradeChanged(let event) where [event.proposer, event.partner].contains(player):
      return change(event.trade) { $0.fold(event) }
    case .tradeAccepted(let event) where [event.proposer, event.partner].contains(player):
      return change(event.trade) { $0.fold(event) }
    case .tradeCommitted(let event) where [event.proposer, event.partner].contains(player):
      return close(event.trade) { $0.flaws(in: event) }
    case .tradeWithdrawn(let event) where [event.proposer, event.partner].contains(player):
      return close(event.trade) { _ in [] }
    case .tradeExpired(let event) where [event.proposer, event.partner].contains(player):
      return close(event.trade) { _ in [] }
    default:
      return nil
    }
  }

  /// How the open trades differ from those that an answer shows; nil when they do not.
  func difference(from told: [TradeRow]) -> String? {
    let expected = trades.keys.sorted()
    if expected != told.map(\.trade) {
      return "trades \(expected) should be open, and \(told.map(\.trade)) are"
    }
    guard let other = told.first(where: { trades[$0.trade]?.isSame(as: $0) != true }) else {
      return nil
    }
    return "the terms of trade \(other.trade) are others"
  }

  private mutating func change(
    _ trade: UInt64, _ body: (inout TradeRow) -> [Belongings.Flaw]
  ) -> [Belongings.Flaw] {
    guard var row = trades[trade] else { return [Self.unknown(trade)] }
    defer { trades[trade] = row }
    return body(&row)
  }

  private mutating func close(
    _ trade: UInt64, _ body: (TradeRow) -> [Belongings.Flaw]
  ) -> [Belongings.Flaw] {
    guard let row = trades.removeValue(forKey: trade) else { return [Self.unknown(trade)] }
    return body(row)
  }

  private static func unknown(_ trade: UInt64) -> Belongings.Flaw {
    Belongings.Flaw(kind: .tradeUnknown, detail: "trade \(trade) is not open")
  }
}

extension TradeRow {
  /// Whether two rows say the same.
  ///
  /// Goods that are absent are the same as none.
  fileprivate func isSame(as other: TradeRow) -> Bool {
    var (mine, theirs) = (self, other)
    mine.proposerGoods = proposerGoods
    mine.partnerGoods = partnerGoods
    theirs.proposerGoods = other.proposerGoods
    theirs.partnerGoods = other.partnerGoods
    return mine == theirs
  }

  fileprivate init(_ offered: TradeOffered, atUs time: Int64) {
    self.init()
    trade = offered.trade
    proposer = offered.proposer
    partner = offered.partner
    proposerGoods = offered.goods
    revision = 1
    offeredUs = time
    expiresUs = offered.expiresUs
  }

  fileprivate mutating func fold(_ changed: TradeChanged) -> [Belongings.Flaw] {
    let expected = revision + 1
    revision = changed.revision
    proposerAccepted = false
    partnerAccepted = false
    if changed.player == proposer { proposerGoods = changed.goods }
    if changed.player == partner { partnerGoods = changed.goods }
    return changed.revision == expected ? [] : [skipped(expected, changed.revision)]
  }

  fileprivate mutating func fold(_ accepted: TradeAccepted) -> [Belongings.Flaw] {
    if accepted.player == proposer { proposerAccepted = true }
    if accepted.player == partner { partnerAccepted = true }
    return accepted.revision == revision ? [] : [skipped(revision, accepted.revision)]
  }

  fileprivate func flaws(in committed: TradeCommitted) -> [Belongings.Flaw] {
    var flaws: [Belongings.Flaw] = []
    if !proposerAccepted || !partnerAccepted {
      let detail = "trade \(trade) committed and not both had accepted revision \(revision)"
      flaws.append(Belongings.Flaw(kind: .tradeUnaccepted, detail: detail))
    }
    let isAgreed =
      committed.proposerGoods == proposerGoods && committed.partnerGoods == partnerGoods
    if !isAgreed {
      let detail = "trade \(trade) committed with other goods than revision \(revision) has"
      flaws.append(Belongings.Flaw(kind: .tradeTermsDiffer, detail: detail))
    }
    return flaws
  }

  private func skipped(_ expected: UInt32, _ told: UInt32) -> Belongings.Flaw {
    let detail = "trade \(trade) came to revision \(told), not \(expected)"
    return Belongings.Flaw(kind: .tradeTermsDiffer, detail: detail)
  }
}
