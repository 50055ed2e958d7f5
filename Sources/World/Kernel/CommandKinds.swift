package import Schema

/// What a command asks for: its system's field number and its own, as the schema has them.
package struct CommandKind: Hashable, Sendable {
  /// The system's field number in `Command`; 0 for no command that this program knows.
  package let system: UInt8
  /// The command's field number within its system.
  package let command: UInt8

  /// The kind of these numbers.
  package init(system: UInt8, command: UInt8) {
    self.system = system
    self.command = command
  }

  /// The kind of a command that names nothing, or something of a newer schema.
  package static let unknown = Self(system: 0, command: 0)
}

extension Command {
  /// The command's kind.
  package var kind: CommandKind {
    let known: CommandKind? =
      switch system {
      case .players(let it): it.command.map { CommandKind(system: 1, command: $0.number) }
      case .movement(let it): it.command.map { CommandKind(system: 4, command: $0.number) }
      case .inventory(let it): it.command.map { CommandKind(system: 5, command: $0.number) }
      case .trade(let it): it.command.map { CommandKind(system: 6, command: $0.number) }
      case .leaderboards(let it): it.command.map { CommandKind(system: 7, command: $0.number) }
      case .chat(let it): it.command.map { CommandKind(system: 8, command: $0.number) }
      case .worldClock(let it): it.command.map { CommandKind(system: 9, command: $0.number) }
      case .harmony(let it): it.command.map { CommandKind(system: 10, command: $0.number) }
      case .melodies(let it): it.command.map { CommandKind(system: 14, command: $0.number) }
      case .echoes(let it): it.command.map { CommandKind(system: 13, command: $0.number) }
      case .progress(let it): it.command.map { CommandKind(system: 16, command: $0.number) }
      case .weather(let it): it.command.map { CommandKind(system: 11, command: $0.number) }
      case .ecosystem(let it): it.command.map { CommandKind(system: 12, command: $0.number) }
      case nil: nil
      }
    return known ?? .unknown
  }
}

extension PlayersCommand.OneOf_Command {
  fileprivate var number: UInt8 {
    switch self {
    case .createProfile: 1
    case .changeProfile: 2
    case .retireProfile: 3
    case .changeRole: 4
    }
  }
}

extension MovementCommand.OneOf_Command {
  fileprivate var number: UInt8 {
    switch self {
    case .startMove: 1
    case .stopMove: 2
    }
  }
}

extension InventoryCommand.OneOf_Command {
  fileprivate var number: UInt8 {
    switch self {
    case .defineItemKind: 1
    case .grantGoods: 2
    case .consumeGoods: 3
    case .dropGoods: 4
    case .pickUpGoods: 5
    case .giveGoods: 6
    }
  }
}

extension TradeCommand.OneOf_Command {
  fileprivate var number: UInt8 {
    switch self {
    case .offerTrade: 1
    case .changeTrade: 2
    case .acceptTrade: 3
    case .withdrawTrade: 4
    }
  }
}

extension LeaderboardsCommand.OneOf_Command {
  fileprivate var number: UInt8 {
    switch self {
    case .defineBoard: 1
    case .retireBoard: 2
    }
  }
}

extension ChatCommand.OneOf_Command {
  fileprivate var number: UInt8 {
    switch self {
    case .say: 1
    case .sendMessage: 2
    case .takeBackMessage: 3
    case .blockPlayer: 4
    case .unblockPlayer: 5
    case .refuseMessages: 6
    case .mutePlayer: 7
    case .unmutePlayer: 8
    case .removeMessage: 9
    }
  }
}

extension WorldClockCommand.OneOf_Command {
  fileprivate var number: UInt8 {
    switch self {
    case .startClock: 1
    case .setClockSpeed: 2
    case .pauseClock: 3
    case .resumeClock: 4
    case .stepClock: 5
    }
  }
}

extension HarmonyCommand.OneOf_Command {
  fileprivate var number: UInt8 {
    switch self {
    case .hum: 1
    case .setHarmony: 2
    case .setHarmonyRules: 3
    }
  }
}

extension EchoesCommand.OneOf_Command {
  fileprivate var number: UInt8 {
    switch self {
    case .attendEcho: 1
    case .useAbility: 2
    case .placeEcho: 3
    case .retireEcho: 4
    case .setEchoRules: 5
    }
  }
}

extension ProgressCommand.OneOf_Command {
  fileprivate var number: UInt8 {
    switch self {
    case .adjustResonance: 1
    case .retireProgress: 2
    case .restoreProgress: 3
    case .setProgressRules: 4
    }
  }
}

extension WeatherCommand.OneOf_Command {
  fileprivate var number: UInt8 {
    switch self {
    case .setWeather: 1
    case .setWeatherRules: 2
    }
  }
}

extension EcosystemCommand.OneOf_Command {
  fileprivate var number: UInt8 {
    switch self {
    case .harvest: 1
    case .plant: 2
    case .defineSpecies: 3
    case .retireSpecies: 4
    case .setEcosystemRules: 5
    case .nameWonder: 6
    }
  }
}

extension MelodiesCommand.OneOf_Command {
  fileprivate var number: UInt8 {
    switch self {
    case .composeMelody: 1
    case .retireMelody: 2
    case .performMelody: 3
    case .combineMelodies: 4
    case .proposePerformance: 5
    case .joinPerformance: 6
    case .leavePerformance: 7
    case .setMelodyRules: 8
    case .removeMelody: 9
    }
  }
}
