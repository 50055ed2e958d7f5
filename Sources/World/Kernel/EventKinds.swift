package import EventLog
package import Schema

extension Event {
  /// The event's kind: its system's field number and its own, as the schema has them.
  ///
  /// Nil for an event of a schema newer than this program.
  package var kind: EventKind? {
    guard let system else { return nil }
    return system.kind
  }
}

extension Event.OneOf_System {
  fileprivate var kind: EventKind? {
    switch self {
    case .players(let event): event.event.map { EventKind(system: 1, event: $0.number) }
    case .presence(let event): event.event.map { EventKind(system: 2, event: $0.number) }
    case .regions(let event): event.event.map { EventKind(system: 3, event: $0.number) }
    case .movement(let event): event.event.map { EventKind(system: 4, event: $0.number) }
    case .inventory(let event): event.event.map { EventKind(system: 5, event: $0.number) }
    case .trade(let event): event.event.map { EventKind(system: 6, event: $0.number) }
    case .leaderboards(let event): event.event.map { EventKind(system: 7, event: $0.number) }
    case .chat(let event): event.event.map { EventKind(system: 8, event: $0.number) }
    case .worldClock(let event): event.event.map { EventKind(system: 9, event: $0.number) }
    case .harmony(let event): event.event.map { EventKind(system: 10, event: $0.number) }
    case .melodies(let event): event.event.map { EventKind(system: 14, event: $0.number) }
    case .echoes(let event): event.event.map { EventKind(system: 13, event: $0.number) }
    case .progress(let event): event.event.map { EventKind(system: 16, event: $0.number) }
    case .weather(let event): event.event.map { EventKind(system: 11, event: $0.number) }
    case .ecosystem(let event): event.event.map { EventKind(system: 12, event: $0.number) }
    }
  }
}

extension PlayersEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .playerEnrolled: 1
    case .profileCreated: 2
    case .profileChanged: 3
    case .profileRetired: 4
    case .roleChanged: 5
    }
  }
}

extension PresenceEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .sessionOpened: 1
    case .sessionClosed: 2
    case .playerWentIdle: 3
    case .playerReturned: 4
    }
  }
}

extension RegionsEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .worldFounded: 1
    case .regionNamed: 2
    }
  }
}

extension MovementEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .playerPlaced: 1
    case .moveStarted: 2
    case .moveStopped: 3
    case .borderCrossed: 4
    case .playerRemoved: 5
    }
  }
}

extension InventoryEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .itemKindDefined: 1
    case .goodsGranted: 2
    case .goodsConsumed: 3
    case .goodsDropped: 4
    case .goodsPickedUp: 5
    case .goodsGiven: 6
    case .goodsHeld: 7
    case .goodsReleased: 8
    case .goodsTraded: 9
    case .goodsPlaced: 10
    case .inventoryOpened: 11
    }
  }
}

extension TradeEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .tradeOffered: 1
    case .tradeChanged: 2
    case .tradeAccepted: 3
    case .tradeCommitted: 4
    case .tradeWithdrawn: 5
    case .tradeExpired: 6
    }
  }
}

extension LeaderboardsEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .boardDefined: 1
    case .seasonEnded: 2
    case .boardRetired: 3
    }
  }
}

extension ChatEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .messageSaid: 1
    case .messageSent: 2
    case .messageRemoved: 3
    case .playerBlocked: 4
    case .playerUnblocked: 5
    case .messagesRefused: 6
    case .playerMuted: 7
    case .playerUnmuted: 8
    }
  }
}

extension WorldClockEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .clockStarted: 1
    case .clockChanged: 2
    }
  }
}

extension HarmonyEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .harmonyRulesSet: 1
    case .harmonyDrifted: 2
    case .songHeard: 3
    case .harmonySet: 4
    }
  }
}

extension EchoesEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .echoRulesSet: 1
    case .echoPlaced: 2
    case .echoRetired: 3
    case .echoesEvolved: 4
    case .echoAttended: 5
    case .abilityTaught: 6
    case .abilityUsed: 7
    }
  }
}

extension ProgressEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .progressRulesSet: 1
    case .deedDone: 2
    case .resonanceAdjusted: 3
    case .progressRetired: 4
    case .progressRestored: 5
    }
  }
}

extension WeatherEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .weatherRulesSet: 1
    case .weatherChanged: 2
    case .weatherSet: 3
    case .forecastMade: 4
    case .forecastScored: 5
    }
  }
}

extension EcosystemEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .ecosystemRulesSet: 1
    case .speciesDefined: 2
    case .speciesRetired: 3
    case .populationsChanged: 4
    case .speciesHarvested: 5
    case .speciesPlanted: 6
    case .wonderAppeared: 7
    case .wonderNamed: 8
    case .wonderGone: 9
    }
  }
}

extension MelodiesEvent.OneOf_Event {
  fileprivate var number: UInt8 {
    switch self {
    case .melodyRulesSet: 1
    case .melodyComposed: 2
    case .melodyRetired: 3
    case .melodyPerformed: 4
    case .performanceProposed: 5
    case .performanceJoined: 6
    case .performanceLeft: 7
    case .performanceGiven: 8
    case .performanceCalledOff: 9
    case .performanceExpired: 10
    }
  }
}
