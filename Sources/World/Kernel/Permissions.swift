package import Schema

// Who may ask for what: the one table. docs/protocol.md shows it, and a test compares the two.
//
// It says which roles may ask at all. Whose goods, trades or sessions a request is about is decided
// where the request is; that somebody may know those of anyone is in the table too, as knowledge.

/// What some know about others, or about the world.
package enum Knowledge: String, CaseIterable, Sendable {
  /// What anyone owns.
  case inventories
  /// When anyone was connected.
  case sessions
  /// Where anyone is, also while not connected.
  case places
  /// What anyone trades.
  case trades
  /// What was said in any region.
  case messages
  /// The world's seed: whoever knows it can foretell every draw.
  case seed

  /// Who knows it; others know of themselves.
  package var allowed: RoleSet {
    switch self {
    case .inventories: .observers
    case .sessions: .caretakers
    case .places: .caretakers
    case .trades: .observers
    case .messages: .moderators
    case .seed: .operators
    }
  }
}

extension Topic.OneOf_Topic {
  /// Who may watch it.
  package var allowed: RoleSet {
    switch self {
    case .own: .everyone
    case .surroundings: .everyone
    case .region: .everyone
    case .everyone: .everyone
    case .operators: .observers
    }
  }
}

extension DeliveryTopic {
  /// Who may be filed under it.
  package var allowed: RoleSet {
    switch self {
    case .player: Topic.OneOf_Topic.own(OwnTopic()).allowed
    case .surroundings: Topic.OneOf_Topic.surroundings(SurroundingsTopic()).allowed
    case .region(let region): Topic.OneOf_Topic.region(region.number).allowed
    case .everyone: Topic.OneOf_Topic.everyone(EveryoneTopic()).allowed
    case .operators: Topic.OneOf_Topic.operators(OperatorsTopic()).allowed
    }
  }
}

// MARK: Commands

extension Command {
  /// Who may send it.
  ///
  /// A command that names nothing is refused as unknown, whoever sends it.
  package var allowed: RoleSet {
    let allowed: RoleSet? =
      switch system {
      case .players(let it): it.command?.allowed
      case .movement(let it): it.command?.allowed
      case .inventory(let it): it.command?.allowed
      case .trade(let it): it.command?.allowed
      case .leaderboards(let it): it.command?.allowed
      case .chat(let it): it.command?.allowed
      case .worldClock(let it): it.command?.allowed
      case .harmony(let it): it.command?.allowed
      case .melodies(let it): it.command?.allowed
      case .echoes(let it): it.command?.allowed
      case .progress(let it): it.command?.allowed
      case .weather(let it): it.command?.allowed
      case .ecosystem(let it): it.command?.allowed
      case nil: nil
      }
    return allowed ?? .everyone
  }
}

extension PlayersCommand.OneOf_Command {
  fileprivate var allowed: RoleSet {
    switch self {
    case .createProfile: .everyone
    case .changeProfile: .everyone
    case .retireProfile: .everyone
    case .changeRole: .operators
    }
  }
}

extension MovementCommand.OneOf_Command {
  fileprivate var allowed: RoleSet {
    switch self {
    case .startMove: .everyone
    case .stopMove: .everyone
    }
  }
}

extension InventoryCommand.OneOf_Command {
  fileprivate var allowed: RoleSet {
    switch self {
    case .defineItemKind: .makers
    case .grantGoods: .operators
    case .consumeGoods: .everyone
    case .dropGoods: .everyone
    case .pickUpGoods: .everyone
    case .giveGoods: .everyone
    }
  }
}

extension TradeCommand.OneOf_Command {
  fileprivate var allowed: RoleSet {
    switch self {
    case .offerTrade: .everyone
    case .changeTrade: .everyone
    case .acceptTrade: .everyone
    case .withdrawTrade: .everyone
    }
  }
}

extension LeaderboardsCommand.OneOf_Command {
  fileprivate var allowed: RoleSet {
    switch self {
    case .defineBoard: .makers
    case .retireBoard: .makers
    }
  }
}

extension ChatCommand.OneOf_Command {
  fileprivate var allowed: RoleSet {
    switch self {
    case .say: .everyone
    case .sendMessage: .everyone
    case .takeBackMessage: .everyone
    case .blockPlayer: .everyone
    case .unblockPlayer: .everyone
    case .refuseMessages: .everyone
    case .mutePlayer: .moderators
    case .unmutePlayer: .moderators
    case .removeMessage: .moderators
    }
  }
}

extension WorldClockCommand.OneOf_Command {
  fileprivate var allowed: RoleSet {
    switch self {
    case .startClock: .operators
    case .setClockSpeed: .operators
    case .pauseClock: .operators
    case .resumeClock: .operators
    case .stepClock: .operators
    }
  }
}

extension HarmonyCommand.OneOf_Command {
  fileprivate var allowed: RoleSet {
    switch self {
    case .hum: .everyone
    case .setHarmony: .makers
    case .setHarmonyRules: .makers
    }
  }
}

extension EchoesCommand.OneOf_Command {
  fileprivate var allowed: RoleSet {
    switch self {
    case .attendEcho: .everyone
    case .useAbility: .everyone
    case .placeEcho: .makers
    case .retireEcho: .makers
    case .setEchoRules: .makers
    }
  }
}

extension ProgressCommand.OneOf_Command {
  fileprivate var allowed: RoleSet {
    switch self {
    case .adjustResonance: .operators
    case .retireProgress: .operators
    case .restoreProgress: .operators
    case .setProgressRules: .makers
    }
  }
}

extension WeatherCommand.OneOf_Command {
  fileprivate var allowed: RoleSet {
    switch self {
    case .setWeather: .makers
    case .setWeatherRules: .makers
    }
  }
}

extension EcosystemCommand.OneOf_Command {
  fileprivate var allowed: RoleSet {
    switch self {
    case .harvest: .everyone
    case .plant: .everyone
    case .defineSpecies: .makers
    case .retireSpecies: .makers
    case .setEcosystemRules: .makers
    case .nameWonder: .makers
    }
  }
}

extension MelodiesCommand.OneOf_Command {
  fileprivate var allowed: RoleSet {
    switch self {
    case .composeMelody: .everyone
    case .retireMelody: .everyone
    case .performMelody: .everyone
    case .combineMelodies: .everyone
    case .proposePerformance: .everyone
    case .joinPerformance: .everyone
    case .leavePerformance: .everyone
    case .setMelodyRules: .makers
    case .removeMelody: .moderators
    }
  }
}
