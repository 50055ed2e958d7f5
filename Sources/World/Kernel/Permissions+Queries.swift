package import Schema

extension Query {
  /// Who may ask it.
  ///
  /// A query that names nothing is refused as unknown, whoever sends it.
  package var allowed: RoleSet {
    let allowed: RoleSet? =
      switch system {
      case .players(let it): it.query?.allowed
      case .presence(let it): it.query?.allowed
      case .regions(let it): it.query?.allowed
      case .movement(let it): it.query?.allowed
      case .inventory(let it): it.query?.allowed
      case .trade(let it): it.query?.allowed
      case .leaderboards(let it): it.query?.allowed
      case .chat(let it): it.query?.allowed
      case .worldClock(let it): it.query?.allowed
      case .harmony(let it): it.query?.allowed
      case .melodies(let it): it.query?.allowed
      case .echoes(let it): it.query?.allowed
      case .progress(let it): it.query?.allowed
      case .weather(let it): it.query?.allowed
      case .ecosystem(let it): it.query?.allowed
      case nil: nil
      }
    return allowed ?? .everyone
  }
}

extension PlayersQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .profile: .everyone
    case .roles: .caretakers
    }
  }
}

extension PresenceQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .who: .everyone
    case .sessions: .everyone
    }
  }
}

extension RegionsQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .world: .everyone
    case .region: .everyone
    case .list: .everyone
    }
  }
}

extension MovementQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .place: .everyone
    }
  }
}

extension InventoryQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .inventory: .everyone
    case .piles: .everyone
    case .kinds: .everyone
    case .item: .observers
    }
  }
}

extension TradeQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .trade: .everyone
    case .trades: .everyone
    }
  }
}

extension LeaderboardsQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .boards: .everyone
    case .top: .everyone
    case .rank: .everyone
    case .seasons: .everyone
    }
  }
}

extension ChatQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .recent: .everyone
    case .direct: .everyone
    case .blocks: .everyone
    case .mutes: .moderators
    }
  }
}

extension WorldClockQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .clock: .everyone
    }
  }
}

extension HarmonyQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .region: .everyone
    case .map: .everyone
    }
  }
}

extension EchoesQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .echo: .everyone
    case .region: .everyone
    case .bonds: .everyone
    case .rules: .everyone
    }
  }
}

extension ProgressQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .player: .everyone
    case .rules: .everyone
    }
  }
}

extension WeatherQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .region: .everyone
    case .map: .everyone
    }
  }
}

extension EcosystemQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .region: .everyone
    case .whereabouts: .everyone
    case .species: .everyone
    }
  }
}

extension MelodiesQuery.OneOf_Query {
  fileprivate var allowed: RoleSet {
    switch self {
    case .melody: .everyone
    case .composed: .everyone
    case .judgeCombination: .everyone
    case .performances: .everyone
    }
  }
}
