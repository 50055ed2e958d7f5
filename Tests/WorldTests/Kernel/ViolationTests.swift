import EventLog
import Projection
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// Every system's invariants can fail: an event that no rule would ever have decided is noticed by the
/// system that it breaks.
///
/// Without this, a check that never fires would look like one that has nothing to say.
@Suite struct ViolationTests {
  /// An event, which system complains, and a word of what it says.
  struct Case: Sendable, CustomTestStringConvertible {
    let system: String
    let complaint: String
    /// Gets the numbers of two players who have profiles.
    let event: @Sendable (_ ada: UInt64, _ ben: UInt64) -> Event

    var testDescription: String { "\(system): \(complaint)" }
  }

  static let cases: [Case] = [
    Case(system: "regions", complaint: "outside the grid") { _, _ in
      .with { $0.regions.regionNamed = .with { ($0.region, $0.name) = (999_999, "Nowhere") } }
    },
    Case(system: "players", complaint: "number of another actor") { _, _ in
      .with { $0.players.playerEnrolled.player = 3 }
    },
    Case(system: "players", complaint: "which is none") { ada, _ in
      .with { event in
        event.players.profileCreated = .with {
          ($0.player, $0.name, $0.nameKey, $0.homeRegion) = (ada, "Ada", "ada", 999_999)
        }
      }
    },
    Case(system: "players", complaint: "which is none") { ada, _ in
      .with { event in
        event.players.roleChanged = .with { ($0.player, $0.role) = (ada, .UNRECOGNIZED(77)) }
      }
    },
    Case(system: "presence", complaint: "never enrolled") { _, _ in
      .with { $0.presence.sessionOpened = .with { ($0.session, $0.player) = (77, 5_000) } }
    },
    Case(system: "presence", complaint: "without a session") { ada, _ in
      .with { $0.presence.sessionOpened.player = ada }
    },
    Case(system: "movement", complaint: "outside the world") { ada, _ in
      .with { event in
        event.movement.playerPlaced = .with {
          ($0.player, $0.region) = (ada, 1)
          $0.at.xMm = -1
        }
      }
    },
    Case(system: "movement", complaint: "is not in the world") { ada, _ in
      .with { $0.movement.playerRemoved = .with { ($0.player, $0.region) = (ada, 1) } }
    },
    Case(system: "inventories", complaint: "coins exist") { ada, ben in
      .with { event in
        event.inventory.goodsGiven = .with {
          ($0.from, $0.to) = (ada, ben)
          $0.goods.coins = 1_000_000
        }
      }
    },
    Case(system: "inventories", complaint: "which is not defined") { ada, _ in
      .with { event in
        event.inventory.goodsGranted = .with {
          $0.player = ada
          $0.goods.stacks = [.with { ($0.kind, $0.quantity) = (4_242, 1) }]
        }
      }
    },
    Case(system: "trades", complaint: "holds other goods") { ada, _ in
      .with { event in
        event.inventory.goodsHeld = .with {
          ($0.player, $0.trade) = (ada, 9)
          $0.goods.coins = 1
        }
      }
    },
    Case(system: "leaderboards", complaint: "is ranked with") { ada, ben in
      .with { event in
        event.inventory.goodsTraded = .with {
          ($0.trade, $0.from, $0.to) = (9, ada, ben)
          $0.goods.coins = 1
        }
      }
    },
    Case(system: "leaderboards", complaint: "without a profile in use") { ada, ben in
      .with { event in
        event.trade.tradeCommitted = .with { ($0.trade, $0.proposer, $0.partner) = (9, ada, 5) }
      }
    },
    Case(system: "leaderboards", complaint: "in season 2, which ends at 0") { _, _ in
      .with { $0.leaderboards.seasonEnded = .with { ($0.board, $0.season) = (2, 1) } }
    },
    Case(system: "leaderboards", complaint: "two boards are called") { _, _ in
      .with { event in
        event.leaderboards.boardDefined = .with { ($0.board, $0.name) = (9, "WEALTH") }
      }
    },
    Case(system: "leaderboards", complaint: "over before its time") { _, _ in
      .with { event in
        event.leaderboards.seasonEnded = .with { ($0.board, $0.season) = (2, 77) }
      }
    },
    Case(system: "leaderboards", complaint: "out of order") { _, _ in
      .with { event in
        event.leaderboards.seasonEnded = .with { ($0.board, $0.season, $0.count) = (2, 1, 5) }
      }
    },
    Case(system: "trades", complaint: "with oneself") { ada, _ in
      .with { event in
        event.trade.tradeOffered = .with {
          ($0.trade, $0.proposer, $0.partner, $0.expiresUs) = (9, ada, ada, 1)
        }
      }
    },
    Case(system: "chat", complaint: "has 999 characters") { ada, _ in
      .with {
        $0.chat.messageSaid = .with { ($0.player, $0.region, $0.characters) = (ada, 1, 999) }
      }
    },
    Case(system: "chat", complaint: "was said by nobody") { _, ben in
      .with { $0.chat.messageSent = .with { ($0.player, $0.to, $0.characters) = (77, ben, 1) } }
    },
    Case(system: "chat", complaint: "or to neither") { ada, _ in
      .with { $0.chat.messageSaid = .with { ($0.player, $0.characters) = (ada, 1) } }
    },
    Case(system: "chat", complaint: "or itself") { ada, _ in
      .with { $0.chat.playerBlocked = .with { ($0.player, $0.blockedPlayer) = (ada, ada) } }
    },
    Case(system: "chat", complaint: "ended before it began") { ada, _ in
      .with { $0.chat.playerMuted = .with { ($0.player, $0.untilUs) = (ada, 1) } }
    },
    Case(system: "progress", complaint: "where nothing is earned") { ada, _ in
      .with { $0.progress.resonanceAdjusted.player = ada }
    },
    Case(system: "progress", complaint: "never enrolled") { _, _ in
      .with { $0.progress.resonanceAdjusted.player = 5_000 }
    },
    Case(system: "progress", complaint: "counts otherwise") { ada, _ in
      .with { $0.progress.deedDone = .with { ($0.player, $0.deed) = (ada, .discovery) } }
    },
    Case(system: "progress", complaint: "weary by -1") { ada, _ in
      .with {
        $0.progress.deedDone = .with { ($0.player, $0.deed, $0.weariness) = (ada, .trade, -1) }
      }
    },
    Case(system: "harmony", complaint: "a clock runs without harmony") { _, _ in
      .with { $0.worldClock.clockStarted.rules = .standard }
    },
    Case(system: "world_clock", complaint: "runs at 1000000000") { _, _ in
      .with { $0.worldClock.clockStarted.rules.speedPermille = 1_000_000_000 }
    },
    Case(system: "harmony", complaint: "harmony without a clock") { _, _ in
      .with { $0.harmony.harmonyRulesSet.regions = 6 }
    },
    Case(system: "harmony", complaint: "outside the grid") { _, _ in
      .with { $0.harmony.harmonySet.region = 77 }
    },
    Case(system: "weather", complaint: "weather without a clock") { _, _ in
      .with { $0.weather.weatherRulesSet.regions = 6 }
    },
    Case(system: "weather", complaint: "outside the grid") { _, _ in
      .with { $0.weather.weatherChanged.region = 77 }
    },
    Case(system: "weather", complaint: "weather of kind 0") { _, _ in
      .with { $0.weather.weatherSet.region = 2 }
    },
    Case(system: "weather", complaint: "ended before it began") { _, _ in
      .with { $0.weather.weatherSet.conditions.sinceUs = 5 }
    },
    Case(system: "weather", complaint: "does not end when it should") { _, _ in
      .with { $0.weather.weatherSet.conditions.untilUs = -5 }
    },
    Case(system: "weather", complaint: "an intensity of 1001") { _, _ in
      .with { $0.weather.weatherSet.conditions.intensity = 1_001 }
    },
    Case(system: "weather", complaint: "a wind from nowhere") { _, _ in
      .with { $0.weather.weatherSet.conditions.windFromDegrees = 360 }
    },
    Case(system: "weather", complaint: "is not made when it should be") { _, _ in
      .with { $0.weather.forecastMade = .with { ($0.madeUs, $0.nextUs) = (9, 9) } }
    },
    Case(system: "weather", complaint: "does not make 1000") { _, _ in
      .with { $0.weather.forecastMade.outlooks = [.with { $0.shares.clear = 999 }] }
    },
    Case(system: "weather", complaint: "expects what is past") { _, _ in
      .with { $0.weather.forecastMade.outlooks = [WeatherOutlook()] }
    },
    Case(system: "weather", complaint: "are no sum of 1") { _, _ in
      .with { $0.weather.forecastScored.score = 2_000_001 }
    },
    Case(system: "ecosystem", complaint: "life without a clock") { _, _ in
      .with { $0.ecosystem.ecosystemRulesSet.regions = 6 }
    },
    Case(system: "ecosystem", complaint: "outside the grid") { _, _ in
      .with { $0.ecosystem.populationsChanged.region = 77 }
    },
    Case(system: "ecosystem", complaint: "has a vitality of 1001") { _, _ in
      .with { $0.ecosystem.populationsChanged = .with { ($0.region, $0.vitality) = (1, 1_001) } }
    },
    Case(system: "ecosystem", complaint: "and is not counted") { _, _ in
      .with { event in
        event.ecosystem.populationsChanged = .with {
          $0.region = 1
          $0.populations = [Population().cohorts(of: 9)]
        }
      }
    },
    Case(system: "ecosystem", complaint: "is out of range") { _, _ in
      .with { event in
        event.ecosystem.speciesHarvested = .with { ($0.region, $0.cohorts.young) = (1, -1) }
      }
    },
    Case(system: "ecosystem", complaint: "which is not defined") { _, _ in
      .with { $0.ecosystem.speciesDefined.species = .grass { $0.yieldKind = 4_242 } }
    },
    Case(system: "ecosystem", complaint: "which is none of wonders") { _, _ in
      .with { $0.ecosystem.wonderAppeared = .with { ($0.wonder, $0.species) = (7, 7) } }
    },
    Case(system: "melodies", complaint: "cannot be played") { ada, _ in
      .with { $0.melodies.melodyComposed = .with { ($0.melody, $0.player) = (9, ada) } }
    },
    Case(system: "melodies", complaint: "is of quality 1001") { ada, _ in
      .with { event in
        event.melodies.melodyComposed = .with {
          ($0.melody, $0.player, $0.piece, $0.quality) = (9, ada, .frereJacques, 1_001)
        }
      }
    },
    Case(system: "melodies", complaint: "has 1 parts") { ada, _ in
      .with { event in
        event.melodies.performanceProposed = .with {
          ($0.performance, $0.player, $0.region, $0.parts, $0.expiresUs) = (9, ada, 1, 1, 5)
        }
      }
    },
    Case(system: "melodies", complaint: "lacks its proposer") { ada, _ in
      .with { event in
        event.melodies.performanceProposed = .with {
          ($0.performance, $0.player, $0.region, $0.parts, $0.part) = (9, ada, 1, 2, 7)
        }
      }
    },
    Case(system: "melodies", complaint: "is outside the grid") { ada, _ in
      .with { event in
        event.melodies.performanceProposed = .with {
          ($0.performance, $0.player, $0.region, $0.parts) = (9, ada, 77, 2)
        }
      }
    },
    Case(system: "echoes", complaint: "rules for echoes without a clock") { _, _ in
      .with { $0.echoes.echoRulesSet.rules = .standard }
    },
    Case(system: "echoes", complaint: "outside the grid") { _, _ in
      .with { $0.echoes.echoPlaced = .with { ($0.echo, $0.region) = (1, 77) } }
    },
    Case(system: "echoes", complaint: "of kind 3, which there is not") { _, _ in
      .with { $0.echoes.echoPlaced = .with { ($0.echo, $0.region, $0.kind) = (1, 1, 3) } }
    },
    Case(system: "echoes", complaint: "is one of 1") { _, _ in
      .with { $0.echoes.echoPlaced = .with { ($0.echo, $0.region) = (7, 1) } }
    },
    Case(system: "echoes", complaint: "never enrolled") { _, _ in
      .with { $0.echoes.abilityTaught = .with { ($0.player, $0.ability) = (5_000, 1) } }
    },
    Case(system: "echoes", complaint: "of 0 abilities") { ada, _ in
      .with { $0.echoes.abilityTaught = .with { ($0.player, $0.ability) = (ada, 1) } }
    },
    Case(system: "scheduler", complaint: "by the world's clock and nothing is to be done") { _, _ in
      .with { $0.harmony.harmonyDrifted = .with { ($0.region, $0.worldUs) = (2, 5) } }
    },
  ]

  @Test(arguments: cases)
  func `what no rule would decide is noticed`(_ broken: Case) throws {
    let fixture = try WorldFixture()
    let ada = try fixture.newPlayer("Ada")
    let ben = try fixture.newPlayer("Ben")
    try fixture.runAsOperator(.defineBoard(1, "Wealth", by: .wealth))
    try fixture.runAsOperator(.defineBoard(2, "Week", by: .wealth, season: WorldFixture.minute))
    fixture.isChecking = false
    fixture.commit(
      [broken.event(ada.rawValue, ben.rawValue)], actor: .operator, commandID: .none)
    let found = fixture.world.violations()
    #expect(
      found.contains { $0.system == broken.system && $0.description.contains(broken.complaint) },
      "\(found)")
  }

  @Test func `a job without cause, and one that is missing, are noticed`() throws {
    let fixture = try WorldFixture()
    fixture.world.scheduler.schedule(.tradeExpiry, 77, due: 5)
    #expect(fixture.complaints(of: "scheduler").contains { $0.contains("nothing is to be done") })
    fixture.world.scheduler.cancel(.tradeExpiry, 77)
    #expect(fixture.world.violations().isEmpty)

    let ada = try fixture.newPlayer("Ada")
    try fixture.run(.startMove(to: .with { $0.xMm = 25_000 }, speed: 1_000), by: ada)
    try #require(fixture.nextDue != nil, "the way leads over a border")
    fixture.world.scheduler.cancel(.borderCrossing, ada.rawValue)
    #expect(fixture.complaints(of: "scheduler").contains { $0.contains("is missing") })
  }

  @Test func `a season's end without a job is noticed`() throws {
    let fixture = try WorldFixture()
    try fixture.runAsOperator(.defineBoard(2, "Week", by: .wealth, season: WorldFixture.minute))
    fixture.world.scheduler.cancel(.seasonEnd, 2)
    #expect(fixture.complaints(of: "scheduler").contains { $0.contains("is missing") })
  }

  /// What no event can do, since it changes rows and what is derived from them alike.
  struct Harm: Sendable, CustomTestStringConvertible {
    let complaint: String
    /// Gets the rankings in which player 1,000 has wealth, on a board without seasons and on one with.
    let harm: @Sendable (inout Leaderboards) -> Void

    var testDescription: String { complaint }

    init(_ complaint: String, _ harm: @escaping @Sendable (inout Leaderboards) -> Void) {
      self.complaint = complaint
      self.harm = harm
    }
  }

  static let harms: [Harm] = [
    Harm("filed under another key") { boards in
      boards.scores.update(BoardKey(.wealth, player: 1_000)) { $0.reached = 0 }
    },
    Harm("has a score of -1") { boards in
      boards.scores.set(
        BoardKey(.trades, player: 1_000),
        to: .with { ($0.kind, $0.player, $0.score, $0.reached) = (.trades, 1_000, -1, 1) })
    },
    Harm("is not what the rows come to") { $0.rankings[1] = RankedSet() },
    Harm("walks another way") { boards in boards.walkers.update(1_000) { $0.toXMm += 1 } },
    Harm("walk, and") { boards in boards.walkers.remove(1_000) },
    Harm("have seasons that count") { $0.contests = [] },
    Harm("are not those of the rows") { $0.contests[0].current = RankedSet() },
    Harm("there are 65 boards") { boards in
      for number in 3...65 as ClosedRange<UInt64> {
        boards.boards.set(BoardID(number), to: .with { $0.name = "Board \(number)" })
      }
    },
  ]

  @Test(arguments: harms)
  func `a ranking that is not what its rows say is noticed`(_ harm: Harm) throws {
    let fixture = try WorldFixture()
    let ada = try fixture.newPlayer("Ada")
    try fixture.runAsOperator(.defineBoard(1, "Wealth", by: .wealth))
    try fixture.runAsOperator(.defineBoard(2, "Week", by: .wealth, season: WorldFixture.minute))
    try fixture.grant(1, to: ada)
    harm.harm(&fixture.world.leaderboards)
    let found = fixture.complaints(of: "leaderboards")
    #expect(found.contains { $0.contains(harm.complaint) }, "\(found)")
  }

  @Test func `a command that took effect twice is noticed`() throws {
    let fixture = try WorldFixture()
    for position in 1...2 as ClosedRange<UInt64> {
      fixture.world.retries.fold(
        EntryStamp(
          position: Position(position), time: fixture.now, actor: ActorID(1_000),
          commandID: CommandID(5)))
    }
    #expect(fixture.complaints(of: "retries").contains { $0.contains("twice") })
  }
}

extension WorldFixture {
  /// What a system finds wrong.
  fileprivate func complaints(of system: String) -> [String] {
    world.violations().filter { $0.system == system }.map(\.description)
  }
}
