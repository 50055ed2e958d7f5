import EventLog
import Projection
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// Thousands of random commands of many players, sensible and absurd, with time passing and jobs
/// firing late.
///
/// After every entry all invariants hold. In the end the same entries, folded again in every way in
/// which they may be folded after a restart, come to the same state to the last byte.
@Suite struct RandomPlayTests {
  @Test func `whatever is played can be played again`() throws {
    var missing = try Set(Event.allKnown().compactMap(\.kind))
    // It is worth something only if every kind of event came up: what is rare may take another seed.
    for seed in 1...8 as ClosedRange<UInt64> where seed <= 3 || !missing.isEmpty {
      try missing.subtract(play(seed: seed))
    }
    #expect(missing.isEmpty)
  }

  /// Plays, and folds again what was played; the kinds of its events.
  private func play(seed: UInt64) throws -> Set<EventKind> {
    let play = try RandomPlay(seed: seed)
    for _ in 0..<3_000 { play.step() }
    let expected = try play.fixture.world.rows()

    var folded = World()
    try play.fold(into: &folded, .all)
    #expect(try folded.rows() == expected)
    #expect(folded.violations() == [])

    var apart = World()
    for bit in 0..<17 { try play.fold(into: &apart, ProjectionSet(rawValue: 1 << UInt32(bit))) }
    #expect(try apart.rows() == expected)

    var loaded = try play.fixture.world.loadedAnew()
    #expect(try loaded.rows() == expected)
    #expect(loaded.violations() == [])
    return try play.kinds()
  }

  @Test func `a world loaded halfway goes on as the one that went on`() throws {
    let play = try RandomPlay(seed: 5)
    play.fixture.isChecking = false
    for _ in 0..<1_500 { play.step() }
    var loaded = try play.fixture.world.loadedAnew()
    let half = play.fixture.entries.count
    for _ in 0..<1_500 { play.step() }
    for entry in play.fixture.entries.dropFirst(half) {
      loaded.fold(try entry.events()[...], of: entry.stamp)
    }
    let expected = try play.fixture.world.rows()
    #expect(try loaded.rows() == expected)
  }
}

/// Players who do anything at all.
private final class RandomPlay {
  let fixture: WorldFixture
  private var draw: Draw
  private var players: [PlayerID] = []

  init(seed: UInt64) throws {
    fixture = try WorldFixture(seed: seed)
    draw = Draw(seed: seed)
    for name in ["Ann", "Ben", "Cid", "Dan", "Eve", "Fay"] {
      players.append(try fixture.newPlayer(name, home: UInt32(draw.number(1...2))))
    }
  }

  /// One thing done, accepted or refused.
  func step() {
    guard let player = draw.element(of: players) else { return }
    do throws(Rejection) {
      switch draw.number(0...99) {
      case 0...9: fixture.wait(draw.number(0...3_000_000))
      case 10...12: try passUnattended()
      case 13...15: try comeOrGo(draw.element(of: absent) ?? player)
      case 16...17: try idle(player)
      case 18: try join()
      case 19...27: try fixture.runAsOperator(operatorCommand(for: player))
      // Whether they may depends on the roles given so far.
      case 28...29: try fixture.run(operatorCommand(for: player), by: player)
      default: try fixture.run(command(of: player), by: player)
      }
    } catch {
      #expect(!error.message.isEmpty)
    }
  }

  /// Folds every entry, as read back from its bytes, into some projections.
  func fold(into world: inout World, _ projections: ProjectionSet) throws {
    for entry in fixture.entries {
      world.fold(try entry.events()[...], of: entry.stamp, into: projections)
    }
  }

  /// Which kinds of events came up.
  func kinds() throws -> Set<EventKind> {
    var kinds: Set<EventKind> = []
    for entry in fixture.entries { kinds.formUnion(try entry.events().compactMap(\.kind)) }
    return kinds
  }

  /// Time passes while the server is down: jobs fire late, or after what is decided next.
  private func passUnattended() throws(Rejection) {
    fixture.sleep(draw.number(0...20_000_000))
    if draw.once(in: 2) { fixture.catchUp() }
  }

  private func comeOrGo(_ player: PlayerID) throws(Rejection) {
    if fixture.isConnected(player), draw.once(in: 2) {
      try fixture.disconnect(player, end: draw.once(in: 2) ? .lost : .farewell)
    } else {
      try fixture.connect(player)
    }
  }

  private var absent: [PlayerID] {
    draw.once(in: 2) ? players.filter { !fixture.isConnected($0) } : []
  }

  private func idle(_ player: PlayerID) throws(Rejection) {
    let isIdle = fixture.isIdle(player) != draw.once(in: 5)
    try fixture.serve(isIdle ? .markActive(player) : .markIdle(player))
  }

  private func join() throws(Rejection) {
    let player = try fixture.enrol()
    players.append(player)
    if draw.once(in: 5) { return }
    try fixture.run(
      .createProfile("Player \(player)", home: UInt32(draw.number(0...7))), by: player)
  }

  private func operatorCommand(for player: PlayerID) -> Command {
    if draw.once(in: 2) { return livingWorldCommand(for: player) }
    if draw.once(in: 3) { return .changeRole(of: player, to: role()) }
    if draw.once(in: 3) { return boardCommand() }
    if draw.once(in: 3) { return moderation(of: player) }
    return draw.once(in: 4)
      ? .define(UInt32(draw.number(0...9)), "Kind \(draw.number(0...99))")
      : .grant(
        to: player, coins: amount(), stacks: [UInt32(draw.number(0...3)): amount()],
        items: [Kind.drum: 1])
  }

  private func moderation(of player: PlayerID) -> Command {
    switch draw.number(0...5) {
    case 0...1: .unmute(mutedPlayer ?? player)
    case 2...3: .remove(saidSomewhere ?? message(of: player))
    default:
      .mute(
        player,
        until: draw.once(in: 4)
          ? draw.absurdity() : fixture.now.microseconds + draw.number(1...5_000_000))
    }
  }

  private func blocked(by player: PlayerID) -> PlayerID? {
    fixture.world.chats.blocks(of: player)?.blocked.first.map { PlayerID($0) }
  }

  private var retired: PlayerID? {
    players.first { fixture.world.progress.row(of: $0)?.isRetired ?? false }
  }

  private var mutedPlayer: PlayerID? {
    fixture.world.chats.mutes(from: 0, at: fixture.now.microseconds).first.map {
      PlayerID($0.player)
    }
  }

  /// A message that was said somewhere and is still there.
  private var saidSomewhere: UInt64? {
    for player in players {
      let said = fixture.world.chats.rows(of: region(of: player)).last { !$0.removed }
      if let said { return said.message }
    }
    return nil
  }

  /// A message that the player may have seen.
  private func message(of player: PlayerID) -> UInt64 {
    let said = fixture.world.chats.rows(of: region(of: player)).last
    return said?.message ?? UInt64(draw.number(0...500))
  }

  private func role() -> Role {
    draw.element(of: Role.allCases + [.UNRECOGNIZED(77), .operator]) ?? .player
  }

  private func boardCommand() -> Command {
    let board = UInt32(draw.number(0...9))
    if draw.once(in: 3) { return .retireBoard(board) }
    let season = draw.once(in: 10) ? draw.absurdity() : draw.number(0...2) * WorldFixture.minute
    let firstEnd = fixture.now.microseconds + draw.number(1...30_000_000)
    return .defineBoard(
      board, "Board \(board)", by: draw.element(of: ScoreKind.allCases) ?? .wealth,
      season: season, firstEnd: season == 0 || draw.once(in: 2) ? 0 : firstEnd)
  }

  private func livingWorldCommand(for player: PlayerID) -> Command {
    let region = UInt32(draw.number(0...7))
    if draw.once(in: 2) { return ecosystemCommand() }
    switch draw.number(0...25) {
    case 18...25: return echoCommand(in: region)
    case 10...12: return .adjustResonance(of: player, by: amount() &- 5)
    case 13: return .retireProgress(of: player)
    case 14...16: return .restoreProgress(of: retired ?? player)
    case 17: return .setProgressRules { $0.recoveryUs = self.draw.number(1...60_000_000) }
    case 0...1: return .startClock { $0.speedPermille = self.draw.number(0...600_000) }
    case 2: return .with { $0.worldClock.setClockSpeed.speedPermille = amount() &* 10_000 }
    case 3: return .with { $0.worldClock.pauseClock = PauseClock() }
    case 4: return .with { $0.worldClock.resumeClock = ResumeClock() }
    case 5: return .with { $0.worldClock.stepClock.byUs = amount() &* WorldTime.hour / 8 }
    case 6:
      return draw.once(in: 2)
        ? .setHarmonyRules { $0.creep = self.amount() &* 1_000 }
        : .setMelodyRules { $0.expiresAfterUs = self.amount() &* 1_000_000 }
    case 7:
      return draw.once(in: 2)
        ? .setWeatherRules { $0.forecastHours = self.draw.number(1...7) }
        : .setWeather(region, weather(), amount() &* 40, hours: amount())
    default: return .setHarmony(region, amount() &* 40_000, silence: amount() &* 40_000)
    }
  }

  private func echoCommand(in region: UInt32) -> Command {
    switch draw.number(0...7) {
    case 0...3:
      return .placeEcho(
        UInt32(draw.number(0...4)), in: draw.once(in: 3) ? region : UInt32(draw.number(1...2)))
    case 4: return .retireEcho(UInt64(draw.number(0...20)))
    default:
      // Echoes that wake soon and teach whoever comes.
      return .setEchoRules { rules in
        rules.attendPermille = self.draw.once(in: 8) ? self.draw.absurdity() : 500
        rules.grain = self.draw.number(1...50_000)
        for index in rules.kinds.indices {
          rules.kinds[index].favours.nature = self.draw.number(-100...900)
          rules.kinds[index].riseHours = self.draw.number(1...20)
        }
        for index in rules.abilities.indices {
          (rules.abilities[index].level, rules.abilities[index].stage) = (1, .dormant)
          rules.abilities[index].restHours = self.draw.number(0...2)
        }
      }
    }
  }

  /// An echo where the player is, or any.
  private func echo(near player: PlayerID) -> UInt64 {
    draw.element(of: fixture.world.echoes.rows(in: region(of: player)))?.echo
      ?? UInt64(draw.number(0...20))
  }

  private func weather() -> WeatherKind {
    WeatherKind(rawValue: Int(draw.number(0...9))) ?? .unspecified
  }

  private func ecosystemCommand() -> Command {
    let number = UInt32(draw.number(1...9))
    switch draw.number(0...9) {
    case 0...2: return .defineSpecies(.grass(number) { $0.capacity = self.amount() &* 10 })
    case 3: return .defineSpecies(.hare(number, eating: [UInt32(draw.number(1...9))]))
    case 4...5:
      return .defineSpecies(
        .phoenix(number) { ($0.capacity, $0.grownDays) = (9, self.draw.number(1...3)) })
    case 6: return .setEcosystemRules { $0.grainPermille = self.amount() }
    case 7: return .retireSpecies(number)
    default:
      let wonder = draw.element(of: fixture.world.ecosystem.wonders.sortedKeys())
      return .nameWonder(wonder?.rawValue ?? 5, draw.once(in: 5) ? "" : "Ember")
    }
  }

  private func command(of player: PlayerID) -> Command {
    let other = draw.element(of: players) ?? player
    let trade = fixture.world.trades.rows(of: player).first
    let number = TradeID(trade?.trade ?? UInt64(draw.number(0...500)))
    let pile = draw.element(of: fixture.world.regionState(of: region(of: player)).piles)
    switch draw.number(0...45) {
    case 0...5: return .startMove(to: place(), speed: draw.once(in: 3) ? 0 : speed())
    case 6...8: return musicCommand(of: player)
    case 42...44: return .attend(to: echo(near: player))
    case 45:
      let taught = draw.element(of: fixture.world.echoes.learned(by: player)?.abilities ?? [])
      return .useAbility(taught?.ability ?? UInt32(draw.number(0...5)))
    case 9: return draw.once(in: 2) ? .stopMove : .hum
    case 10...11: return .drop(spec(of: player))
    case 12...14: return .pickUp(from: PileID(pile?.pile ?? 0))
    case 15: return .pickUp(spec(of: player), from: PileID(pile?.pile ?? 0))
    case 16...17: return .give(spec(of: player), to: other)
    case 18: return .consume(spec(of: player))
    case 19...22: return .offer(spec(of: player), to: other)
    case 23...24: return .change(number, to: spec(of: player))
    case 25...28: return .accept(number, revision: trade?.revision ?? 1)
    case 29: return .withdraw(number)
    case 32...33: return .say(draw.once(in: 5) ? "" : "words \(draw.number(0...99))")
    case 34: return .send("words", to: other)
    case 35: return .takeBack(message(of: player))
    case 36: return .block(other)
    case 37: return .unblock(blocked(by: player) ?? other)
    case 38: return .refuseMessages(draw.once(in: 3))
    case 39: return moderation(of: other)
    case 40: return .harvest(UInt32(draw.number(1...9)), amount())
    case 41: return .plant(UInt32(draw.number(1...9)), amount())
    case 30: return .changeProfile { $0.look = "\(self.draw.number(0...3))" }
    default: return draw.once(in: 20) ? .retireProfile : .createProfile("Somebody", home: 1)
    }
  }

  private func musicCommand(of player: PlayerID) -> Command {
    let mine = fixture.world.melodies.performances(of: player)
    if let joined = mine.first(where: { $0.player != player.rawValue }), draw.once(in: 2) {
      return .leave(joined.performance)
    }
    let own = fixture.world.melodies.rows(of: player)
    let song = own.first { $0.piece.voices.count > 2 }
    let melody = draw.element(of: own)?.melody ?? UInt64(draw.number(0...500))
    let open = draw.element(of: fixture.world.melodies.performances(in: region(of: player)))
    let performance = open?.performance ?? UInt64(draw.number(0...500))
    let free = UInt32(open?.performers.firstIndex(of: 0) ?? 0)
    switch draw.number(0...14) {
    case 0: return .compose(.together(.violin, .ground))
    case 1: return .compose(.of("E4*4", "C4*4", "C3*4"))
    case 2: return .compose(draw.once(in: 3) ? .of("C4", tempo: UInt32(amount() & 511)) : .ground)
    case 3: return .combine("Round", [.of(melody), .of(melody, transposition: amount() &- 12)])
    case 4: return .perform(melody)
    case 5: return draw.once(in: 2) ? .retireMelody(melody) : .removeMelody(melody)
    case 6...8: return .propose(song?.melody ?? melody, part: UInt32(draw.number(0...2)))
    case 9...11: return .join(performance, part: draw.once(in: 8) ? 9 : free)
    default: return .leave(draw.element(of: mine)?.performance ?? performance)
    }
  }

  private func region(of player: PlayerID) -> RegionID {
    fixture.world.movement.region(of: player) ?? 1
  }

  private func place() -> Point {
    if draw.once(in: 20) { return .at(draw.absurdity(), draw.absurdity()) }
    return draw.once(in: 3)
      ? .at(draw.number(0...29_999), draw.number(0...19_999))
      : .at(draw.number(6_000...10_999), draw.number(0...9_999))
  }

  private func speed() -> Int64 { draw.once(in: 10) ? draw.absurdity() : draw.number(1...10_000) }

  private func amount() -> Int64 { draw.once(in: 10) ? draw.absurdity() : draw.number(0...30) }

  private func spec(of player: PlayerID) -> GoodsSpec {
    let inventory = fixture.world.inventories.inventory(of: player)
    var spec = GoodsSpec()
    if draw.once(in: 2) { spec.coins = amount() }
    if draw.once(in: 2), let stack = draw.element(of: inventory?.stacks ?? []) {
      spec.stacks = [.of(stack.kind, draw.once(in: 10) ? amount() : min(3, stack.quantity))]
    }
    if draw.once(in: 3), let item = draw.element(of: inventory?.items ?? []) {
      spec.items = [item.item]
    }
    return spec
  }
}
