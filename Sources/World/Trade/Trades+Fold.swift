import EventLog
import Projection
package import Schema
import SwiftProtobuf

extension Trades {
  /// Applies one event.
  ///
  /// Total: what is said of a trade that is not open changes nothing.
  package mutating func fold(_ event: TradeEvent.OneOf_Event, of entry: EntryStamp) {
    switch event {
    case .tradeOffered(let event): open(event, at: entry.time)
    case .tradeChanged(let event): change(event)
    case .tradeAccepted(let event): accept(event)
    case .tradeCommitted(let event): close(TradeID(event.trade))
    case .tradeWithdrawn(let event): close(TradeID(event.trade))
    case .tradeExpired(let event): close(TradeID(event.trade))
    }
  }

  private mutating func open(_ event: TradeOffered, at time: Timestamp) {
    let trade = TradeID(event.trade)
    close(trade)
    var row = TradeRow()
    row.trade = event.trade
    row.proposer = event.proposer
    row.partner = event.partner
    row.proposerGoods = event.goods
    row.revision = 1
    row.offeredUs = time.microseconds
    row.expiresUs = event.expiresUs
    trades.set(trade, to: row)
    tradesOfPlayer.insert(trade, into: PlayerID(event.proposer))
    tradesOfPlayer.insert(trade, into: PlayerID(event.partner))
  }

  private mutating func change(_ event: TradeChanged) {
    trades.update(TradeID(event.trade)) { row in
      if event.player == row.proposer {
        row.proposerGoods = event.goods
      } else if event.player == row.partner {
        row.partnerGoods = event.goods
      }
      row.revision = event.revision
      row.proposerAccepted = false
      row.partnerAccepted = false
    }
  }

  private mutating func accept(_ event: TradeAccepted) {
    trades.update(TradeID(event.trade)) { row in
      if event.player == row.proposer {
        row.proposerAccepted = true
      } else if event.player == row.partner {
        row.partnerAccepted = true
      }
    }
  }

  private mutating func close(_ trade: TradeID) {
    guard let (proposer, partner) = trades.withRow(trade, { ($0.proposer, $0.partner) }) else {
      return
    }
    trades.remove(trade)
    tradesOfPlayer.remove(trade, from: PlayerID(proposer))
    tradesOfPlayer.remove(trade, from: PlayerID(partner))
  }
}
