import EventLog
import Schema
import SwiftProtobuf
import World

@testable import Engine

/// Model players who walk, drop, pick up, give and trade at random, the same for every run.
struct Playing {
  private let fixture: CoreFixture
  private var sessions: [Session] = []
  private var random = DeterministicRandom(seed: 2_026, stream: 1, purpose: .birthplace)

  /// Signs players in and gives them profiles in region 1.
  init(_ fixture: CoreFixture, players: Int) throws {
    self.fixture = fixture
    for number in 0..<players {
      sessions.append(try fixture.player("Player \(number)"))
    }
  }

  /// Lets somebody do something, so many times; time passes in between, jobs fire, and now and then
  /// somebody comes back on a new connection.
  mutating func play(rounds: Int) throws {
    for _ in 0..<rounds {
      fixture.clock.advance(by: random.next(in: 1_000..<20_000_000))
      try fixture.core.fireDue(limit: 100)
      let index = Int(random.next(below: UInt64(sessions.count)))
      if random.next(below: 40) == 0 {
        fixture.core.handle(.closed(sessions[index], .lost))
        try fixture.settle()
        sessions[index] = try fixture.connect(.player(sessions[index].requester.player))
      }
      _ = try fixture.send(command(of: index), by: sessions[index])
    }
  }

  private mutating func command(of index: Int) -> Command {
    let coins = random.next(in: 1..<20)
    let other = sessions[Int(random.next(below: UInt64(sessions.count)))].requester.actor.rawValue
    let player = sessions[index].requester.player
    let trade = fixture.core.world.trades.rows(of: player).first
    return switch random.next(below: 8) {
    case 0: .with { $0.inventory.dropGoods.goods.coins = coins }
    case 1:
      .with { command in
        let pile = fixture.core.world.inventories.pileRows(in: RegionID(UInt64(1))).last?.pile ?? 1
        command.inventory.pickUpGoods.pile = pile
      }
    case 2:
      .with {
        $0.inventory.giveGoods.to = other
        $0.inventory.giveGoods.goods.coins = coins
      }
    case 3:
      .with {
        $0.trade.offerTrade.partner = other
        $0.trade.offerTrade.goods.coins = coins
      }
    case 4, 5:
      .with {
        $0.trade.acceptTrade.trade = trade?.trade ?? 1
        $0.trade.acceptTrade.revision = trade?.revision ?? 1
      }
    case 6:
      .with {
        $0.trade.changeTrade.trade = trade?.trade ?? 1
        $0.trade.changeTrade.goods.coins = coins
      }
    default: walk(toX: random.next(in: 0..<200_000), y: random.next(in: 0..<200_000))
    }
  }
}
