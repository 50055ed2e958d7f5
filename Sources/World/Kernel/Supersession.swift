package import Schema

/// Something whose standing events tell, so that the latest of them says all that the earlier ones
/// did.
package enum StateSubject: Hashable, Sendable {
  /// Where a player is heading, or where it stands.
  case motion(PlayerID)
  /// Whether a connected player is idle.
  case idleness(PlayerID)
  /// The world's clock.
  case clock
  /// How harmony stands in a region.
  case harmony(RegionID)
  /// The weather of a region.
  case weather(RegionID)
  /// What is expected of a region's weather.
  case forecast(RegionID)
}

extension Event {
  /// What the event tells the standing of; nil for a fact, which every receiver must see.
  ///
  /// Whoever is slow may be spared an event when a later one that it may see too has the same
  /// subject. So a kind has a subject only if its events tell the whole of it: nothing is known from
  /// an earlier one that the later one does not say or make void. Whatever is counted, owned, said,
  /// agreed, entered or left is a fact, and so is an event of a schema newer than this program.
  package var stateSubject: StateSubject? {
    guard let system else { return nil }
    return switch system {
    case .presence(let event): event.event?.stateSubject
    case .movement(let event): event.event?.stateSubject
    case .players(let event): event.event?.stateSubject
    case .regions(let event): event.event?.stateSubject
    case .inventory(let event): event.event?.stateSubject
    case .trade(let event): event.event?.stateSubject
    case .leaderboards(let event): event.event?.stateSubject
    case .chat(let event): event.event?.stateSubject
    case .worldClock(let event): event.event?.stateSubject
    case .harmony(let event): event.event?.stateSubject
    case .melodies(let event): event.event?.stateSubject
    case .echoes(let event): event.event?.stateSubject
    case .progress(let event): event.event?.stateSubject
    case .weather(let event): event.event?.stateSubject
    case .ecosystem(let event): event.event?.stateSubject
    }
  }
}

extension PresenceEvent.OneOf_Event {
  /// Idle or not; coming and going are facts.
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .playerWentIdle(let event): .idleness(PlayerID(event.player))
    case .playerReturned(let event): .idleness(PlayerID(event.player))
    case .sessionOpened, .sessionClosed: nil
    }
  }
}

extension MovementEvent.OneOf_Event {
  /// The intent; which regions a player came into and left is a fact.
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .moveStarted(let event): .motion(PlayerID(event.player))
    case .moveStopped(let event): .motion(PlayerID(event.player))
    case .playerPlaced, .borderCrossed, .playerRemoved: nil
    }
  }
}

extension PlayersEvent.OneOf_Event {
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .playerEnrolled, .profileCreated, .profileChanged, .profileRetired, .roleChanged: nil
    }
  }
}

extension RegionsEvent.OneOf_Event {
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .worldFounded, .regionNamed: nil
    }
  }
}

extension InventoryEvent.OneOf_Event {
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .itemKindDefined, .goodsGranted, .goodsConsumed, .goodsDropped, .goodsPickedUp,
      .goodsGiven, .goodsHeld, .goodsReleased, .goodsTraded, .goodsPlaced, .inventoryOpened:
      nil
    }
  }
}

extension TradeEvent.OneOf_Event {
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .tradeOffered, .tradeChanged, .tradeAccepted, .tradeCommitted, .tradeWithdrawn,
      .tradeExpired:
      nil
    }
  }
}

extension LeaderboardsEvent.OneOf_Event {
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .boardDefined, .seasonEnded, .boardRetired: nil
    }
  }
}

extension ChatEvent.OneOf_Event {
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .messageSaid, .messageSent, .messageRemoved, .playerBlocked, .playerUnblocked,
      .messagesRefused, .playerMuted, .playerUnmuted:
      nil
    }
  }
}

extension WorldClockEvent.OneOf_Event {
  /// How time passes; that it began to is a fact.
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .clockChanged: .clock
    case .clockStarted: nil
    }
  }
}

extension HarmonyEvent.OneOf_Event {
  /// How a region stands by itself; who sang, and who put it right, are facts.
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .harmonyDrifted(let event): .harmony(RegionID(event.region))
    case .harmonyRulesSet, .songHeard, .harmonySet: nil
    }
  }
}

extension EchoesEvent.OneOf_Event {
  /// All facts: what evolved tells of some of a region's echoes, and of what they remember from then on.
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .echoRulesSet, .echoPlaced, .echoRetired, .echoesEvolved, .echoAttended, .abilityTaught,
      .abilityUsed:
      nil
    }
  }
}

extension ProgressEvent.OneOf_Event {
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .progressRulesSet, .deedDone, .resonanceAdjusted, .progressRetired, .progressRestored: nil
    }
  }
}

extension WeatherEvent.OneOf_Event {
  /// What the sky does by itself, and what it is expected to do; who had it do something, and how good a forecast was, are facts.
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .weatherChanged(let event): .weather(RegionID(event.region))
    case .forecastMade(let event): .forecast(RegionID(event.region))
    case .weatherRulesSet, .weatherSet, .forecastScored: nil
    }
  }
}

extension EcosystemEvent.OneOf_Event {
  /// Each tells only of the species that changed, so that none stands for one before it.
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .ecosystemRulesSet, .speciesDefined, .speciesRetired, .populationsChanged,
      .speciesHarvested, .speciesPlanted, .wonderAppeared, .wonderNamed, .wonderGone:
      nil
    }
  }
}

extension MelodiesEvent.OneOf_Event {
  /// What was composed and performed are facts, and so is each part taken.
  fileprivate var stateSubject: StateSubject? {
    switch self {
    case .melodyRulesSet, .melodyComposed, .melodyRetired, .melodyPerformed, .performanceProposed,
      .performanceJoined, .performanceLeft, .performanceGiven, .performanceCalledOff,
      .performanceExpired:
      nil
    }
  }
}
