import Schema

/// The commands that model players send.
///
/// One for each kind of command: ``init(_:)`` switches over the schema's own cases, so that the program does
/// not compile until a new kind of command has a name here, and ``CommandModel`` not until it has a model.
package enum CommandName: String, CaseIterable, Sendable {
  /// `CreateProfile`.
  case createProfile = "create_profile"
  /// `ChangeProfile`.
  case changeProfile = "change_profile"
  /// `RetireProfile`.
  case retireProfile = "retire_profile"
  /// `ChangeRole`.
  case changeRole = "change_role"
  /// `StartMove`.
  case startMove = "start_move"
  /// `StopMove`.
  case stopMove = "stop_move"
  /// `DefineItemKind`.
  case defineItemKind = "define_item_kind"
  /// `GrantGoods`.
  case grantGoods = "grant_goods"
  /// `ConsumeGoods`.
  case consumeGoods = "consume_goods"
  /// `DropGoods`.
  case dropGoods = "drop_goods"
  /// `PickUpGoods`.
  case pickUpGoods = "pick_up_goods"
  /// `GiveGoods`.
  case giveGoods = "give_goods"
  /// `OfferTrade`.
  case offerTrade = "offer_trade"
  /// `ChangeTrade`.
  case changeTrade = "change_trade"
  /// `AcceptTrade`.
  case acceptTrade = "accept_trade"
  /// `WithdrawTrade`.
  case withdrawTrade = "withdraw_trade"
  /// `DefineBoard`.
  case defineBoard = "define_board"
  /// `RetireBoard`.
  case retireBoard = "retire_board"
  /// `Say`.
  case say
  /// `SendMessage`.
  case sendMessage = "send_message"
  /// `TakeBackMessage`.
  case takeBackMessage = "take_back_message"
  /// `BlockPlayer`.
  case blockPlayer = "block_player"
  /// `UnblockPlayer`.
  case unblockPlayer = "unblock_player"
  /// `RefuseMessages`.
  case refuseMessages = "refuse_messages"
  /// `MutePlayer`.
  case mutePlayer = "mute_player"
  /// `UnmutePlayer`.
  case unmutePlayer = "unmute_player"
  /// `RemoveMessage`.
  case removeMessage = "remove_message"
  /// `StartClock`.
  case startClock = "start_clock"
  /// `SetClockSpeed`.
  case setClockSpeed = "set_clock_speed"
  /// `PauseClock`.
  case pauseClock = "pause_clock"
  /// `ResumeClock`.
  case resumeClock = "resume_clock"
  /// `StepClock`.
  case stepClock = "step_clock"
  /// `Hum`.
  case hum
  /// `SetHarmony`.
  case setHarmony = "set_harmony"
  /// `SetHarmonyRules`.
  case setHarmonyRules = "set_harmony_rules"
  /// `AdjustResonance`.
  case adjustResonance = "adjust_resonance"
  /// `RetireProgress`.
  case retireProgress = "retire_progress"
  /// `RestoreProgress`.
  case restoreProgress = "restore_progress"
  /// `SetProgressRules`.
  case setProgressRules = "set_progress_rules"
  /// `SetWeather`.
  case setWeather = "set_weather"
  /// `SetWeatherRules`.
  case setWeatherRules = "set_weather_rules"
  /// `Harvest`.
  case harvest
  /// `Plant`.
  case plant
  /// `DefineSpecies`.
  case defineSpecies = "define_species"
  /// `RetireSpecies`.
  case retireSpecies = "retire_species"
  /// `SetEcosystemRules`.
  case setEcosystemRules = "set_ecosystem_rules"
  /// `NameWonder`.
  case nameWonder = "name_wonder"
  /// `ComposeMelody`.
  case composeMelody = "compose_melody"
  /// `RetireMelody`.
  case retireMelody = "retire_melody"
  /// `PerformMelody`.
  case performMelody = "perform_melody"
  /// `CombineMelodies`.
  case combineMelodies = "combine_melodies"
  /// `ProposePerformance`.
  case proposePerformance = "propose_performance"
  /// `JoinPerformance`.
  case joinPerformance = "join_performance"
  /// `LeavePerformance`.
  case leavePerformance = "leave_performance"
  /// `SetMelodyRules`.
  case setMelodyRules = "set_melody_rules"
  /// `RemoveMelody`.
  case removeMelody = "remove_melody"
  /// `AttendEcho`.
  case attendEcho = "attend_echo"
  /// `UseAbility`.
  case useAbility = "use_ability"
  /// `PlaceEcho`.
  case placeEcho = "place_echo"
  /// `RetireEcho`.
  case retireEcho = "retire_echo"
  /// `SetEchoRules`.
  case setEchoRules = "set_echo_rules"
  /// A command that names nothing.
  case nothing

  /// What a command is called.
  init(_ command: Command) {
    self =
      switch command.system {
      case .players(let it): it.command.map(Self.name) ?? .nothing
      case .movement(let it): it.command.map(Self.name) ?? .nothing
      case .inventory(let it): it.command.map(Self.name) ?? .nothing
      case .trade(let it): it.command.map(Self.name) ?? .nothing
      case .leaderboards(let it): it.command.map(Self.name) ?? .nothing
      case .chat(let it): it.command.map(Self.name) ?? .nothing
      case .worldClock(let it): it.command.map(Self.name) ?? .nothing
      case .harmony(let it): it.command.map(Self.name) ?? .nothing
      case .melodies(let it): it.command.map(Self.name) ?? .nothing
      case .progress(let it): it.command.map(Self.name) ?? .nothing
      case .echoes(let it): it.command.map(Self.name) ?? .nothing
      case .weather(let it): it.command.map(Self.name) ?? .nothing
      case .ecosystem(let it): it.command.map(Self.name) ?? .nothing
      case nil: .nothing
      }
  }

  private static func name(_ command: PlayersCommand.OneOf_Command) -> Self {
    switch command {
    case .createProfile: .createProfile
    case .changeProfile: .changeProfile
    case .retireProfile: .retireProfile
    case .changeRole: .changeRole
    }
  }

  private static func name(_ command: MovementCommand.OneOf_Command) -> Self {
    switch command {
    case .startMove: .startMove
    case .stopMove: .stopMove
    }
  }

  private static func name(_ command: InventoryCommand.OneOf_Command) -> Self {
    switch command {
    case .defineItemKind: .defineItemKind
    case .grantGoods: .grantGoods
    case .consumeGoods: .consumeGoods
    case .dropGoods: .dropGoods
    case .pickUpGoods: .pickUpGoods
    case .giveGoods: .giveGoods
    }
  }

  private static func name(_ command: TradeCommand.OneOf_Command) -> Self {
    switch command {
    case .offerTrade: .offerTrade
    case .changeTrade: .changeTrade
    case .acceptTrade: .acceptTrade
    case .withdrawTrade: .withdrawTrade
    }
  }

  private static func name(_ command: LeaderboardsCommand.OneOf_Command) -> Self {
    switch command {
    case .defineBoard: .defineBoard
    case .retireBoard: .retireBoard
    }
  }

  private static func name(_ command: ChatCommand.OneOf_Command) -> Self {
    switch command {
    case .say: .say
    case .sendMessage: .sendMessage
    case .takeBackMessage: .takeBackMessage
    case .blockPlayer: .blockPlayer
    case .unblockPlayer: .unblockPlayer
    case .refuseMessages: .refuseMessages
    case .mutePlayer: .mutePlayer
    case .unmutePlayer: .unmutePlayer
    case .removeMessage: .removeMessage
    }
  }

  private static func name(_ command: WorldClockCommand.OneOf_Command) -> Self {
    switch command {
    case .startClock: .startClock
    case .setClockSpeed: .setClockSpeed
    case .pauseClock: .pauseClock
    case .resumeClock: .resumeClock
    case .stepClock: .stepClock
    }
  }

  private static func name(_ command: HarmonyCommand.OneOf_Command) -> Self {
    switch command {
    case .hum: .hum
    case .setHarmony: .setHarmony
    case .setHarmonyRules: .setHarmonyRules
    }
  }

  private static func name(_ command: ProgressCommand.OneOf_Command) -> Self {
    switch command {
    case .adjustResonance: .adjustResonance
    case .retireProgress: .retireProgress
    case .restoreProgress: .restoreProgress
    case .setProgressRules: .setProgressRules
    }
  }

  private static func name(_ command: WeatherCommand.OneOf_Command) -> Self {
    switch command {
    case .setWeather: .setWeather
    case .setWeatherRules: .setWeatherRules
    }
  }

  private static func name(_ command: EcosystemCommand.OneOf_Command) -> Self {
    switch command {
    case .harvest: .harvest
    case .plant: .plant
    case .defineSpecies: .defineSpecies
    case .retireSpecies: .retireSpecies
    case .setEcosystemRules: .setEcosystemRules
    case .nameWonder: .nameWonder
    }
  }

  private static func name(_ command: MelodiesCommand.OneOf_Command) -> Self {
    switch command {
    case .composeMelody: .composeMelody
    case .retireMelody: .retireMelody
    case .performMelody: .performMelody
    case .combineMelodies: .combineMelodies
    case .proposePerformance: .proposePerformance
    case .joinPerformance: .joinPerformance
    case .leavePerformance: .leavePerformance
    case .setMelodyRules: .setMelodyRules
    case .removeMelody: .removeMelody
    }
  }

  private static func name(_ command: EchoesCommand.OneOf_Command) -> Self {
    switch command {
    case .attendEcho: .attendEcho
    case .useAbility: .useAbility
    case .placeEcho: .placeEcho
    case .retireEcho: .retireEcho
    case .setEchoRules: .setEchoRules
    }
  }

  /// How often model players send it, in relation to the others.
  var weight: Int {
    switch self {
    case .startMove: 22
    case .attendEcho: 6
    case .placeEcho: 2
    case .stopMove, .consumeGoods, .changeTrade, .grantGoods: 4
    case .dropGoods: 7
    case .pickUpGoods, .giveGoods: 9
    case .offerTrade: 11
    case .acceptTrade: 14
    case .withdrawTrade, .changeProfile, .say, .sendMessage, .hum, .harvest, .plant,
      .performMelody, .leavePerformance, .useAbility:
      3
    case .composeMelody, .combineMelodies, .proposePerformance, .joinPerformance, .defineSpecies,
      .nameWonder:
      4
    case .createProfile: 2
    case .retireProfile, .changeRole, .defineItemKind, .defineBoard, .retireBoard,
      .takeBackMessage, .blockPlayer, .unblockPlayer, .refuseMessages, .mutePlayer,
      .unmutePlayer, .removeMessage, .startClock, .setClockSpeed, .pauseClock, .resumeClock,
      .stepClock, .setHarmony, .setHarmonyRules, .adjustResonance, .retireProgress,
      .restoreProgress, .setProgressRules, .retireSpecies, .setEcosystemRules,
      .setWeather, .setWeatherRules, .retireMelody, .setMelodyRules, .removeMelody,
      .retireEcho, .setEchoRules, .nothing:
      1
    }
  }

  /// Whether an operator sends it more often than a player.
  var isForOperators: Bool {
    switch self {
    case .changeRole, .defineItemKind, .grantGoods, .defineBoard, .retireBoard, .mutePlayer,
      .unmutePlayer, .removeMessage, .startClock, .setClockSpeed, .pauseClock, .resumeClock,
      .stepClock, .setHarmony, .setHarmonyRules, .adjustResonance, .retireProgress,
      .restoreProgress, .setProgressRules, .defineSpecies, .retireSpecies, .setEcosystemRules,
      .nameWonder, .setWeather, .setWeatherRules, .setMelodyRules, .removeMelody,
      .placeEcho, .retireEcho, .setEchoRules:
      true
    case .createProfile, .changeProfile, .retireProfile, .startMove, .stopMove, .consumeGoods,
      .dropGoods, .pickUpGoods, .giveGoods, .offerTrade, .changeTrade, .acceptTrade,
      .withdrawTrade, .say, .sendMessage, .takeBackMessage, .blockPlayer, .unblockPlayer,
      .refuseMessages, .hum, .harvest, .plant, .composeMelody, .retireMelody, .performMelody,
      .combineMelodies,
      .proposePerformance, .joinPerformance, .leavePerformance, .attendEcho, .useAbility,
      .nothing:
      false
    }
  }
}
