import Schema

/// What bots ask of the server, as reports name it.
package enum RequestKind: String, Codable, CaseIterable, Sendable {
  /// Signing in.
  case signIn = "sign_in"
  /// Beginning to watch, anew or after a lost connection.
  case subscribe
  /// The command `CreateProfile`.
  case createProfile = "create_profile"
  /// The command `StartMove`.
  case startMove = "start_move"
  /// The command `StopMove`.
  case stopMove = "stop_move"
  /// The command `DropGoods`.
  case drop
  /// The command `PickUpGoods`.
  case pickUp = "pick_up"
  /// The command `GiveGoods`.
  case give
  /// The command `ConsumeGoods`.
  case consume
  /// The command `OfferTrade`.
  case offerTrade = "offer_trade"
  /// The command `ChangeTrade`.
  case changeTrade = "change_trade"
  /// The command `AcceptTrade`.
  case acceptTrade = "accept_trade"
  /// The command `WithdrawTrade`.
  case withdrawTrade = "withdraw_trade"
  /// The command `Say`.
  case say
  /// The command `SendMessage`.
  case sendMessage = "send_message"
  /// The command `Hum`.
  case hum
  /// The command `Harvest`.
  case harvest
  /// The command `Plant`.
  case plant
  /// The command `ComposeMelody`.
  case composeMelody = "compose_melody"
  /// The command `CombineMelodies`.
  case combineMelodies = "combine_melodies"
  /// The command `PerformMelody`.
  case performMelody = "perform_melody"
  /// The command `ProposePerformance`.
  case proposePerformance = "propose_performance"
  /// The command `JoinPerformance`.
  case joinPerformance = "join_performance"
  /// The query after one's own melodies.
  case queryMelodies = "query_melodies"
  /// The query after performances that lack performers.
  case queryPerformances = "query_performances"
  /// The command `AttendEcho`.
  case attend
  /// The query after one's own goods.
  case queryInventory = "query_inventory"
  /// The query after the players in a region.
  case queryWho = "query_who"
  /// The query after the piles in a region.
  case queryPiles = "query_piles"
  /// The query after one's own open trades.
  case queryTrades = "query_trades"
  /// The query after the top of a leaderboard.
  case queryTop = "query_top"
  /// The query after one's own rank on a leaderboard.
  case queryRank = "query_rank"
  /// The query after the weather of a region.
  case queryWeather = "query_weather"
  /// The query after the echoes of a region.
  case queryEchoes = "query_echoes"
  /// Any other query.
  case queryOther = "query_other"
  /// Saying farewell, and whatever else.
  case other

  /// Whether it changes the world.
  package var isCommand: Bool {
    switch self {
    case .createProfile, .startMove, .stopMove, .drop, .pickUp, .give, .consume, .offerTrade,
      .changeTrade, .acceptTrade, .withdrawTrade, .say, .sendMessage, .hum, .harvest, .plant,
      .composeMelody,
      .combineMelodies, .performMelody, .proposePerformance, .joinPerformance, .attend:
      true
    case .signIn, .subscribe, .queryInventory, .queryWho, .queryPiles, .queryTrades, .queryTop,
      .queryRank, .queryMelodies, .queryPerformances, .queryWeather, .queryEchoes, .queryOther,
      .other:
      false
    }
  }

  /// Whether a slow reader may not be sent the event that it leads to, since a later one says what holds.
  var isSuperseded: Bool {
    switch self {
    case .startMove, .stopMove: true
    case .createProfile, .drop, .pickUp, .give, .consume, .offerTrade, .changeTrade, .acceptTrade,
      .withdrawTrade, .say, .sendMessage, .hum, .harvest, .plant, .composeMelody, .combineMelodies,
      .performMelody,
      .proposePerformance, .joinPerformance, .signIn, .subscribe, .queryInventory, .queryWho,
      .queryPiles, .queryTrades, .queryTop, .queryRank, .queryMelodies, .queryPerformances,
      .queryWeather, .attend, .queryEchoes, .queryOther, .other:
      false
    }
  }

  init(_ message: ClientMessage) {
    switch message.request {
    case .signIn: self = .signIn
    case .command(let submission): self.init(submission.command)
    case .query(let query): self.init(query)
    case .subscribe: self = .subscribe
    case .unsubscribe, .farewell, .register, .changePassword, .changeMail, .signOutEverywhere,
      .refresh, nil:
      self = .other
    }
  }

  private init(_ command: Command) {
    switch command.system {
    case .players(let players):
      switch players.command {
      case .createProfile: self = .createProfile
      case .changeProfile, .retireProfile, .changeRole, nil: self = .other
      }
    case .movement(let movement):
      if case .stopMove = movement.command { self = .stopMove } else { self = .startMove }
    case .inventory(let inventory):
      switch inventory.command {
      case .dropGoods: self = .drop
      case .pickUpGoods: self = .pickUp
      case .giveGoods: self = .give
      case .consumeGoods: self = .consume
      case .defineItemKind, .grantGoods, nil: self = .other
      }
    case .trade(let trade):
      switch trade.command {
      case .offerTrade: self = .offerTrade
      case .changeTrade: self = .changeTrade
      case .acceptTrade: self = .acceptTrade
      case .withdrawTrade: self = .withdrawTrade
      case nil: self = .other
      }
    case .chat(let chat):
      switch chat.command {
      case .say: self = .say
      case .sendMessage: self = .sendMessage
      case .takeBackMessage, .removeMessage, .blockPlayer, .unblockPlayer, .refuseMessages,
        .mutePlayer, .unmutePlayer, nil:
        self = .other
      }
    case .harmony(let harmony):
      switch harmony.command {
      case .hum: self = .hum
      case .setHarmony, .setHarmonyRules, nil: self = .other
      }
    case .ecosystem(let ecosystem):
      switch ecosystem.command {
      case .harvest: self = .harvest
      case .plant: self = .plant
      case .defineSpecies, .retireSpecies, .setEcosystemRules, .nameWonder, nil: self = .other
      }
    case .melodies(let melodies):
      switch melodies.command {
      case .composeMelody: self = .composeMelody
      case .combineMelodies: self = .combineMelodies
      case .performMelody: self = .performMelody
      case .proposePerformance: self = .proposePerformance
      case .joinPerformance: self = .joinPerformance
      case .retireMelody, .leavePerformance, .setMelodyRules, .removeMelody, nil: self = .other
      }
    case .echoes(let echoes):
      if case .attendEcho = echoes.command { self = .attend } else { self = .other }
    case .leaderboards, .worldClock, .weather, .progress, nil: self = .other
    }
  }

  private init(_ query: Query) {
    switch query.system {
    case .presence(let presence):
      if case .who = presence.query { self = .queryWho } else { self = .queryOther }
    case .inventory(let inventory):
      switch inventory.query {
      case .inventory: self = .queryInventory
      case .piles: self = .queryPiles
      case .kinds, .item, nil: self = .queryOther
      }
    case .trade(let trade):
      if case .trades = trade.query { self = .queryTrades } else { self = .queryOther }
    case .leaderboards(let leaderboards):
      switch leaderboards.query {
      case .top: self = .queryTop
      case .rank: self = .queryRank
      case .boards, .seasons, nil: self = .queryOther
      }
    case .weather(let weather):
      if case .region = weather.query { self = .queryWeather } else { self = .queryOther }
    case .melodies(let melodies):
      switch melodies.query {
      case .composed: self = .queryMelodies
      case .performances: self = .queryPerformances
      case .melody, .judgeCombination, nil: self = .queryOther
      }
    case .echoes(let echoes):
      if case .region = echoes.query { self = .queryEchoes } else { self = .queryOther }
    case .players, .regions, .movement, .chat, .worldClock, .harmony, .ecosystem, .progress, nil:
      self = .queryOther
    }
  }
}
