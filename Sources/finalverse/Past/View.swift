import ArgumentParser
import EventLog
import World

/// What somebody wants to see of a world: which rows, and whose.
struct View: Equatable, Sendable {
  /// Which rows.
  enum Subject: String, CaseIterable, Sendable {
    /// What a player owns.
    case inventory
    /// Who is connected, everywhere or in a region.
    case presence
    /// What a player shows.
    case profile
    /// A region, who is in it and what lies there.
    case region
    /// Where a player is and is heading.
    case movement
    /// The open trades of a player.
    case trades
    /// A leaderboard.
    case leaderboard
    /// All of it about a player.
    case player
    /// What time it is in the world.
    case clock
    /// How harmony and silence stand in a region, or in all.
    case harmony
    /// What a player has composed.
    case melodies
    /// A melody, and what it is worth.
    case melody
    /// What a player has earned.
    case progress
    /// What the sky does in a region, or in all.
    case weather
    /// What the weather of a region is expected to be.
    case forecast
    /// What lives in a region, or how full of life all are.
    case ecosystem
    /// Where a species lives.
    case species
    /// The echoes of a region, or all.
    case echoes
    /// How an echo stands, and why.
    case echo
    /// With which echoes a player has a bond, and what they taught.
    case bonds
  }

  /// Which rows.
  let subject: Subject
  /// Whose: a player, a region, a board or a species, by number or by name, a melody by number; nil means everywhere.
  let name: String?

  /// The forms in which it can be asked for, for help and messages.
  static let forms =
    "inventory PLAYER, presence [REGION], profile PLAYER, region REGION, movement PLAYER, "
    + "trades PLAYER, leaderboard BOARD, player PLAYER, progress PLAYER, clock, "
    + "harmony [REGION], weather [REGION], forecast REGION, "
    + "ecosystem [REGION], species SPECIES, melodies PLAYER, melody NUMBER, "
    + "echoes [REGION], echo ECHO, bonds PLAYER"

  /// Reads what follows `show` or `--show`.
  ///
  /// - Throws: `ValidationError`
  init(_ words: [String]) throws {
    guard let first = words.first, let subject = Subject(rawValue: first) else {
      throw ValidationError("What can be shown is one of: \(Self.forms).")
    }
    guard words.count <= 2 else {
      throw ValidationError(
        "A name with a space in it is put in quotes: \(first) 'Old Mill'.")
    }
    guard words.count == 2 || subject.isWhole else {
      let kind =
        switch subject {
        case .region, .forecast: "REGION"
        case .leaderboard: "BOARD"
        case .species: "SPECIES"
        case .melody: "NUMBER"
        case .echo: "ECHO"
        default: "PLAYER"
        }
      let how = subject == .melody ? "that of a melody" : "by number or by name"
      throw ValidationError("\(first) is followed by a \(kind), \(how).")
    }
    self.subject = subject
    name = words.dropFirst().first
  }

  /// The projections that it takes.
  var members: ProjectionSet {
    let names: ProjectionSet = [.regions, .players]
    return switch subject {
    case .profile: names
    case .inventory: names.union(.inventories)
    case .movement: names.union(.movement)
    case .presence: names.union([.presence, .movement])
    case .trades: names.union([.trades, .inventories])
    case .region:
      names.union([
        .presence, .movement, .inventories, .worldClock, .harmony, .weather, .ecosystem, .echoes,
      ])
    case .leaderboard: names.union(.leaderboards)
    case .player: names.union([.presence, .movement, .inventories, .trades, .progress])
    case .clock: names.union(.worldClock)
    case .harmony: names.union([.worldClock, .harmony])
    case .progress: names.union(.progress)
    case .weather, .forecast: names.union([.worldClock, .weather])
    case .ecosystem, .species: names.union([.worldClock, .harmony, .ecosystem])
    case .melodies, .melody: names.union(.melodies)
    case .echoes, .bonds: names.union([.worldClock, .echoes])
    case .echo: names.union([.worldClock, .echoes, .harmony, .weather, .ecosystem])
    }
  }
}

extension View.Subject {
  /// Whether it can be asked for as a whole, of nobody in particular.
  fileprivate var isWhole: Bool {
    switch self {
    case .presence, .clock, .harmony, .weather, .ecosystem, .echoes: true
    case .inventory, .profile, .region, .movement, .trades, .leaderboard, .player, .progress,
      .forecast, .species, .melodies, .melody, .echo, .bonds:
      false
    }
  }
}
