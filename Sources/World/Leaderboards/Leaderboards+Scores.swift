import EventLog
import Projection
package import Schema
import SwiftProtobuf

// How scores follow from events. A system that wants its players ranked declares a score here: a value
// of `ScoreKind` in the schema, and the events by which it changes, as calls of `add(_:to:of:in:)`. It
// then can be put on a board, and the boards without seasons count what happened before, from the log.

extension Leaderboards {
  /// Who retires is ranked no more.
  package mutating func follow(_ event: PlayersEvent.OneOf_Event, of entry: EntryStamp) {
    switch event {
    case .profileRetired(let retired): remove(retired.player, in: entry)
    case .playerEnrolled, .profileCreated, .profileChanged, .roleChanged: break
    }
  }

  /// Wealth: what comes in and goes out.
  package mutating func follow(_ event: InventoryEvent.OneOf_Event, of entry: EntryStamp) {
    switch event {
    case .goodsGranted(let event): add(event.goods.coins, to: .wealth, of: event.player, in: entry)
    case .goodsPickedUp(let event): add(event.goods.coins, to: .wealth, of: event.player, in: entry)
    case .goodsConsumed(let event):
      add(0 &- event.goods.coins, to: .wealth, of: event.player, in: entry)
    case .goodsDropped(let event):
      add(0 &- event.goods.coins, to: .wealth, of: event.player, in: entry)
    case .goodsGiven(let event):
      add(0 &- event.goods.coins, to: .wealth, of: event.from, in: entry)
      add(event.goods.coins, to: .wealth, of: event.to, in: entry)
    // What a trade comes to is told by `TradeCommitted`, for both directions at once.
    case .goodsTraded: break
    case .itemKindDefined, .goodsHeld, .goodsReleased, .goodsPlaced, .inventoryOpened: break
    }
  }

  /// Trades, and wealth: only what is left of the coins that went either way is a change.
  package mutating func follow(_ event: TradeEvent.OneOf_Event, of entry: EntryStamp) {
    guard case .tradeCommitted(let event) = event else { return }
    let gain = event.partnerGoods.coins &- event.proposerGoods.coins
    add(gain, to: .wealth, of: event.proposer, in: entry)
    add(0 &- gain, to: .wealth, of: event.partner, in: entry)
    add(1, to: .trades, of: event.proposer, in: entry)
    add(1, to: .trades, of: event.partner, in: entry)
  }

  /// Distance: a way is counted as far as it was walked when the next thing about the walker is told.
  package mutating func follow(_ event: MovementEvent.OneOf_Event, of entry: EntryStamp) {
    switch event {
    case .playerPlaced(let placed):
      walkers.set(
        PlayerID(placed.player),
        to: .with {
          $0.player = placed.player
          $0.stand(at: placed.at, since: entry.time)
        })
    case .moveStarted(let started):
      countWay(of: started.player, in: entry) { $0.setOut(started, at: entry.time) }
    case .moveStopped(let stopped):
      countWay(of: stopped.player, in: entry) { $0.stand(at: stopped.at, since: entry.time) }
    case .borderCrossed(let crossed): countWay(of: crossed.player, in: entry)
    case .playerRemoved(let removed): walkers.remove(PlayerID(removed.player))
    }
  }

  /// Distance: whoever goes, or stands idle, has come as far as that.
  package mutating func follow(_ event: PresenceEvent.OneOf_Event, of entry: EntryStamp) {
    switch event {
    case .sessionClosed(let closed): countWay(of: closed.player, in: entry)
    case .playerWentIdle(let idle): countWay(of: idle.player, in: entry)
    case .sessionOpened, .playerReturned: break
    }
  }

  /// Adds what a player has come since it was last counted, and then changes the way.
  private mutating func countWay(
    of player: UInt64, in entry: EntryStamp, then change: (inout WalkerRow) -> Void = { _ in }
  ) {
    var distance: Int64 = 0
    walkers.update(PlayerID(player)) { row in
      distance = row.count(until: entry.time)
      change(&row)
    }
    add(distance, to: .distance, of: player, in: entry)
  }
}

extension WalkerRow {
  /// How far the player has come since it was last counted, in millimetres.
  fileprivate mutating func count(until time: Timestamp) -> Int64 {
    guard durationUs > 0 else { return 0 }
    let place = Motion(self).place(at: time)
    let distance = Point.at(countedXMm, countedYMm).distance(to: place)
    countedXMm = place.xMm
    countedYMm = place.yMm
    return distance
  }

  fileprivate mutating func setOut(_ event: MoveStarted, at time: Timestamp) {
    place(from: event.from, to: event.to)
    startedUs = time.microseconds
    durationUs = event.durationUs
  }

  fileprivate mutating func stand(at point: Point, since time: Timestamp) {
    place(from: point, to: point)
    startedUs = time.microseconds
    durationUs = 0
  }

  private mutating func place(from: Point, to: Point) {
    countedXMm = from.xMm
    countedYMm = from.yMm
    fromXMm = from.xMm
    fromYMm = from.yMm
    toXMm = to.xMm
    toYMm = to.yMm
  }
}

extension Motion {
  /// The walk of a row.
  init(_ row: borrowing WalkerRow) {
    self.init(
      from: .at(row.fromXMm, row.fromYMm), to: .at(row.toXMm, row.toYMm),
      started: Timestamp(microseconds: row.startedUs), duration: row.durationUs)
  }
}

extension Point {
  /// A place by its coordinates, in millimetres.
  fileprivate static func at(_ xMm: Int64, _ yMm: Int64) -> Self {
    .with {
      $0.xMm = xMm
      $0.yMm = yMm
    }
  }
}
