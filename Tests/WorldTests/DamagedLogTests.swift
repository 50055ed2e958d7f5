import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// What a damaged log may bring: events of players, presence, regions and movement that no decision
/// would have made.
///
/// Folding them, deciding on what comes of it, answering and checking may find fault, but never
/// trap.
@Suite struct DamagedLogTests {
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `no event is too absurd to be folded`(seed: UInt64) throws {
    let fixture = try WorldFixture()
    fixture.isChecking = false
    var damage = Damage(draw: Draw(seed: seed))
    for step in 0..<4_000 {
      fixture.commit([damage.event()], actor: .operator, commandID: .none)
      if step % 5 == 0 { poke(fixture, &damage) }
    }
    // However absurd the rows, what is derived from them follows them.
    let derived = fixture.world.violations().filter { $0.description.contains("the rows") }
    #expect(derived == [])
    var replayed = World()
    for entry in fixture.entries { replayed.fold(try entry.events()[...], of: entry.stamp) }
    let original = try fixture.world.rows()
    #expect(try replayed.rows() == original)
    var loaded = try fixture.world.loadedAnew()
    #expect(try loaded.rows() == original)
  }

  /// Decides and asks all there is, whatever comes of it.
  private func poke(_ fixture: WorldFixture, _ damage: inout Damage) {
    let player = PlayerID(damage.player())
    let session = fixture.session(of: player) ?? 0
    var decision = Decision()
    let server: [ServerCommand] = [
      .openSession(player: player, client: ""), .openSession(player: nil, client: ""),
      .closeSession(session, player: player, end: .lost), .markIdle(player), .markActive(player),
      .fire(fixture.world.scheduler.next(dueBy: Timestamp(microseconds: .max)) ?? JobRow()),
    ]
    for command in server {
      decision.clear()
      try? fixture.world.decide(command, fixture.context(.scheduler), &decision)
    }
    let requester = Requester(actor: player.actor, role: .player)
    let commands: [Command] = [
      .startMove(to: .at(1, 1)), .startMove(to: damage.place(), speed: 1), .stopMove,
      .createProfile("Gil", home: 1), .changeProfile { $0.name = "Gus" }, .retireProfile,
    ]
    for command in commands {
      decision.clear()
      try? fixture.world.decide(command, fixture.context(requester), &decision)
    }
    let board = UInt32(damage.small())
    for command in [Command.defineBoard(board, "Gil", by: .wealth), .retireBoard(board)] {
      decision.clear()
      let requester = Requester(actor: .operator, role: .operator)
      try? fixture.world.decide(command, fixture.context(requester), &decision)
    }
    for query in [
      Query.who(in: 0), .place(of: 0), .region(0), .sessions(of: 0), .world, .boards, .top(board),
      .top(board, season: 1), .top(board, offset: .max, limit: 100), .seasons(of: board),
      .rank(on: board, neighbours: 50), .rank(on: board, season: 2),
    ] {
      _ = try? fixture.ask(query, by: player)
    }
    _ = fixture.world.ownState(of: player, at: fixture.now)
    _ = fixture.world.regionState(of: RegionID(damage.small()))
  }
}

/// Draws events without sense.
private struct Damage {
  var draw: Draw

  mutating func event() -> Event {
    switch draw.number(0...19) {
    case 0: .with { $0.regions.event = regions() }
    case 1...5: .with { $0.players.event = players() }
    case 6...9: .with { $0.presence.event = presence() }
    case 10...11: .with { $0.trade.tradeCommitted = trade() }
    case 12...13: .with { $0.leaderboards.event = leaderboards() }
    default: .with { $0.movement.event = movement() }
    }
  }

  mutating func player() -> UInt64 {
    draw.once(in: 50) ? UInt64(bitPattern: draw.absurdity()) : UInt64(draw.number(998...1_005))
  }

  mutating func small() -> UInt64 { UInt64(draw.number(0...9)) }

  mutating func place() -> Point { .at(amount(), amount()) }

  private mutating func amount() -> Int64 {
    draw.once(in: 2) ? draw.absurdity() : draw.number(-5...30_000)
  }

  private mutating func region() -> UInt32 {
    draw.once(in: 10) ? UInt32(truncatingIfNeeded: draw.absurdity()) : UInt32(small())
  }

  private mutating func regions() -> RegionsEvent.OneOf_Event {
    draw.once(in: 3)
      ? .worldFounded(
        .with {
          $0.columns = region()
          $0.rows = region()
          $0.cellMm = amount()
          $0.rules.speedMaxMmS = amount()
          $0.rules.speedDefaultMmS = amount()
        })
      : .regionNamed(
        .with {
          $0.region = region()
          $0.name = "Region \(small())"
        })
  }

  private mutating func players() -> PlayersEvent.OneOf_Event {
    let number = player()
    let name = "Name \(small())"
    switch draw.number(0...3) {
    case 0: return .playerEnrolled(.with { $0.player = number })
    case 1:
      return .profileCreated(
        .with {
          $0.player = number
          $0.name = name
          $0.nameKey = name
          $0.homeRegion = region()
        })
    case 2:
      return .profileChanged(
        .with {
          $0.player = number
          $0.name = name
          $0.homeRegion = region()
        })
    default: return .profileRetired(.with { $0.player = number })
    }
  }

  private mutating func presence() -> PresenceEvent.OneOf_Event {
    let number = player()
    switch draw.number(0...4) {
    case 0...1:
      return .sessionOpened(
        .with {
          $0.session = small()
          $0.player = number
          $0.region = region()
        })
    case 2:
      return .sessionClosed(
        .with {
          $0.session = small()
          $0.player = number
          $0.openedUs = amount()
          $0.durationUs = amount()
        })
    case 3: return .playerWentIdle(.with { $0.player = number })
    default: return .playerReturned(.with { $0.player = number })
    }
  }

  private mutating func trade() -> TradeCommitted {
    .with {
      $0.proposer = player()
      $0.partner = player()
      $0.proposerGoods.coins = amount()
      $0.partnerGoods.coins = amount()
    }
  }

  private mutating func leaderboards() -> LeaderboardsEvent.OneOf_Event {
    let board = UInt32(small())
    switch draw.number(0...6) {
    case 0...2:
      return .boardDefined(
        .with {
          $0.board = board
          $0.score = ScoreKind(rawValue: Int(draw.number(-1...4))) ?? .wealth
          $0.seasonUs = draw.once(in: 3) ? 0 : amount()
          $0.firstEndUs = amount()
        })
    case 3...5:
      return .seasonEnded(
        .with {
          $0.board = board
          $0.season = draw.once(in: 4) ? region() : UInt32(small())
          $0.endedUs = amount()
          $0.frozenPosition = small()
          $0.count = small()
          $0.places = [.with { $0.player = player() }, .with { $0.score = amount() }]
          $0.nextEndUs = draw.once(in: 2) ? amount() : 1_700_000_000_000_000 &+ amount()
        })
    default: return .boardRetired(.with { $0.board = board })
    }
  }

  private mutating func movement() -> MovementEvent.OneOf_Event {
    let number = player()
    switch draw.number(0...7) {
    case 0...1:
      return .playerPlaced(
        .with {
          $0.player = number
          $0.region = region()
          $0.at = place()
        })
    case 2...4:
      return .moveStarted(
        .with {
          $0.player = number
          $0.region = region()
          $0.from = place()
          $0.to = place()
          $0.durationUs = amount()
          $0.borderUs = amount()
          $0.nextRegion = region()
        })
    case 5:
      return .moveStopped(
        .with {
          $0.player = number
          $0.region = region()
          $0.at = place()
        })
    case 6:
      return .borderCrossed(
        .with {
          $0.player = number
          $0.toRegion = region()
          $0.borderUs = amount()
          $0.nextRegion = region()
        })
    default: return .playerRemoved(.with { $0.player = number })
    }
  }
}
