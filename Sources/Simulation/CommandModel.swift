import EventLog
import Schema
import SwiftProtobuf
import World

/// What a model player sends: now and then what a player would, seeing the world as it is, now and then
/// what nobody should.
///
/// A command follows from the world, the sender and a draw, so that a recorded step means the same kind of
/// thing when steps in front of it are gone.
struct CommandModel {
  /// Who sends; an operator is no player.
  let player: PlayerID
  /// Whom commands are about.
  let others: [PlayerID]
  let now: Timestamp
  var draw: Draw

  /// A command of a kind.
  mutating func command(_ name: CommandName, in world: borrowing World) -> Command {
    switch name {
    case .createProfile, .changeProfile, .retireProfile, .changeRole:
      .with { $0.players.command = playersCommand(name, in: world) }
    case .startMove, .stopMove:
      .with { $0.movement.command = movementCommand(name, in: world) }
    case .defineItemKind, .grantGoods, .consumeGoods, .dropGoods, .pickUpGoods, .giveGoods:
      .with { $0.inventory.command = inventoryCommand(name, in: world) }
    case .offerTrade, .changeTrade, .acceptTrade, .withdrawTrade:
      .with { $0.trade.command = tradeCommand(name, in: world) }
    case .defineBoard, .retireBoard:
      .with { $0.leaderboards.command = boardCommand(name, in: world) }
    case .say, .sendMessage, .takeBackMessage, .blockPlayer, .unblockPlayer, .refuseMessages,
      .mutePlayer, .unmutePlayer, .removeMessage:
      .with { $0.chat.command = chatCommand(name, in: world) }
    case .startClock, .setClockSpeed, .pauseClock, .resumeClock, .stepClock:
      .with { $0.worldClock.command = clockCommand(name, in: world) }
    case .hum, .setHarmony, .setHarmonyRules:
      .with { $0.harmony.command = harmonyCommand(name, in: world) }
    case .adjustResonance, .retireProgress, .restoreProgress, .setProgressRules:
      .with { $0.progress.command = progressCommand(name, in: world) }
    case .setWeather, .setWeatherRules:
      .with { $0.weather.command = weatherCommand(name) }
    case .harvest, .plant, .defineSpecies, .retireSpecies, .setEcosystemRules, .nameWonder:
      .with { $0.ecosystem.command = ecosystemCommand(name, in: world) }
    case .composeMelody, .retireMelody, .performMelody, .combineMelodies, .proposePerformance,
      .joinPerformance, .leavePerformance, .setMelodyRules, .removeMelody:
      .with { $0.melodies.command = melodiesCommand(name, in: world) }
    case .attendEcho, .useAbility, .placeEcho, .retireEcho, .setEchoRules:
      .with { $0.echoes.command = echoesCommand(name, in: world) }
    case .nothing: Command()
    }
  }

  /// Another player, the sender itself, or nobody at all.
  mutating func somebody() -> UInt64 {
    if draw.once(in: 30) { return UInt64(bitPattern: draw.absurdity()) }
    return draw.element(of: others)?.rawValue ?? 0
  }

  mutating func amount(_ most: Int64) -> Int64 {
    if draw.once(in: 12) { return draw.absurdity() }
    return draw.number(in: 0...max(0, min(most, 1_000_000)))
  }

  mutating func text() -> String {
    switch draw.below(12) {
    case 0: ""
    case 1: String(repeating: "la", count: draw.below(400))
    case 2: "\u{1}\u{202E}"
    default: "words \(draw.below(1_000))"
    }
  }
}
