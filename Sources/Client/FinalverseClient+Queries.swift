public import Schema
import SwiftProtobuf

// Each query of a player as a call. All throw what `query(_:)` throws. Where a player or a region
// can be named, 0 means one's own.

extension FinalverseClient {
  /// A player's profile.
  public func profile(of player: UInt64 = 0) async throws -> Snapshot<ProfileRow> {
    let answer = try await query(Query.with { $0.players.profile.player = player })
    return Snapshot(answer.players.profile, at: answer.position)
  }

  /// The players who have a role other than a player's, by number; at most 500.
  ///
  /// - Parameter player: Only those with a higher number; 0: from the start.
  public func roles(after player: UInt64 = 0) async throws -> Snapshot<[ProfileRow]> {
    let answer = try await query(Query.with { $0.players.roles.after = player })
    return Snapshot(answer.players.roles.profiles, at: answer.position)
  }

  /// Who is connected and stands in a region.
  public func who(in region: UInt32 = 0) async throws -> Snapshot<WhoAnswer> {
    let answer = try await query(Query.with { $0.presence.who.region = region })
    return Snapshot(answer.presence.who, at: answer.position)
  }

  /// A player's past sessions; only one's own, unless one's role knows more.
  public func sessions(of player: UInt64 = 0) async throws -> Snapshot<SessionsRow> {
    let answer = try await query(Query.with { $0.presence.sessions.player = player })
    return Snapshot(answer.presence.sessions, at: answer.position)
  }

  /// The world and its rules.
  public func world() async throws -> Snapshot<WorldRow> {
    let answer = try await query(Query.with { $0.regions.world = WorldQuery() })
    return Snapshot(answer.regions.world, at: answer.position)
  }

  /// One region, where it lies and what it borders on.
  public func region(_ region: UInt32 = 0) async throws -> Snapshot<RegionAnswer> {
    let answer = try await query(Query.with { $0.regions.region.region = region })
    return Snapshot(answer.regions.region, at: answer.position)
  }

  /// Regions in the order of their numbers.
  ///
  /// - Parameters:
  ///   - first: The first number wanted; 0: from the start.
  ///   - limit: How many at most; 1 to 1,000, 0 means 1,000.
  public func regions(from first: UInt32 = 0, limit: UInt32 = 0) async throws
    -> Snapshot<[RegionRow]>
  {
    let answer = try await query(
      Query.with {
        $0.regions.list.from = first
        $0.regions.list.limit = limit
      })
    return Snapshot(answer.regions.list.regions, at: answer.position)
  }

  /// The weather of a region, and what is expected.
  public func weather(in region: UInt32 = 0) async throws -> Snapshot<RegionWeatherAnswer> {
    let answer = try await query(Query.with { $0.weather.region.region = region })
    return Snapshot(answer.weather.region, at: answer.position)
  }

  /// The echoes of a region.
  public func echoes(in region: UInt32 = 0) async throws -> Snapshot<[EchoRow]> {
    let answer = try await query(Query.with { $0.echoes.region.region = region })
    return Snapshot(answer.echoes.region.echoes, at: answer.position)
  }

  /// How an echo stands, why, and what its next stage takes.
  public func echo(_ echo: UInt64) async throws -> Snapshot<EchoAnswer> {
    let answer = try await query(Query.with { $0.echoes.echo.echo = echo })
    return Snapshot(answer.echoes.echo, at: answer.position)
  }

  /// A player's bonds with echoes, and what it was taught.
  ///
  /// - Parameter echo: Only those with echoes of a higher number; 0: from the start.
  public func bonds(of player: UInt64 = 0, after echo: UInt64 = 0) async throws
    -> Snapshot<BondsAnswer>
  {
    let answer = try await query(
      Query.with {
        $0.echoes.bonds.player = player
        $0.echoes.bonds.after = echo
      })
    return Snapshot(answer.echoes.bonds, at: answer.position)
  }

  /// Where a player is and is heading.
  public func place(of player: UInt64 = 0) async throws -> Snapshot<PlaceAnswer> {
    let answer = try await query(Query.with { $0.movement.place.player = player })
    return Snapshot(answer.movement.place, at: answer.position)
  }

  /// What a player owns; only one's own, unless one's role knows more.
  public func inventory(of player: UInt64 = 0) async throws -> Snapshot<InventoryRow> {
    let answer = try await query(Query.with { $0.inventory.inventory.player = player })
    return Snapshot(answer.inventory.inventory, at: answer.position)
  }

  /// What lies in a region.
  public func piles(in region: UInt32 = 0) async throws -> Snapshot<PilesAnswer> {
    let answer = try await query(Query.with { $0.inventory.piles.region = region })
    return Snapshot(answer.inventory.piles, at: answer.position)
  }

  /// The kinds of items that there are.
  public func itemKinds() async throws -> Snapshot<[ItemKindRow]> {
    let answer = try await query(Query.with { $0.inventory.kinds = ItemKindsQuery() })
    return Snapshot(answer.inventory.kinds.kinds, at: answer.position)
  }

  /// The latest messages to the region that the player stands in, as far as they were not erased.
  public func recentMessages(in region: UInt32 = 0) async throws -> Snapshot<[ToldMessage]> {
    let answer = try await query(Query.with { $0.chat.recent.region = region })
    return Snapshot(answer.chat.recent.messages, at: answer.position)
  }

  /// The latest direct messages to the player.
  public func directMessages() async throws -> Snapshot<[ToldMessage]> {
    let answer = try await query(Query.with { $0.chat.direct = DirectMessagesQuery() })
    return Snapshot(answer.chat.direct.messages, at: answer.position)
  }

  /// One open trade of the player.
  public func trade(_ trade: UInt64) async throws -> Snapshot<TradeRow> {
    let answer = try await query(Query.with { $0.trade.trade.trade = trade })
    return Snapshot(answer.trade.trade, at: answer.position)
  }

  /// All open trades of the player.
  public func openTrades() async throws -> Snapshot<[TradeRow]> {
    let answer = try await query(Query.with { $0.trade.trades = OpenTradesQuery() })
    return Snapshot(answer.trade.trades.trades, at: answer.position)
  }

  /// The leaderboards in use.
  public func boards() async throws -> Snapshot<[BoardRow]> {
    let answer = try await query(Query.with { $0.leaderboards.boards = BoardsQuery() })
    return Snapshot(answer.leaderboards.boards.boards, at: answer.position)
  }

  /// A stretch of a leaderboard, from the top.
  ///
  /// - Parameters:
  ///   - season: A past season; 0: the running one.
  ///   - offset: How many places to pass over.
  ///   - limit: How many players at most; 1 to 100, 0 means 10.
  public func top(
    of board: UInt32, season: UInt32 = 0, offset: UInt64 = 0, limit: UInt32 = 0
  ) async throws -> Snapshot<RankingAnswer> {
    let answer = try await query(
      Query.with {
        $0.leaderboards.top.board = board
        $0.leaderboards.top.season = season
        $0.leaderboards.top.offset = offset
        $0.leaderboards.top.limit = limit
      })
    return Snapshot(answer.leaderboards.top, at: answer.position)
  }

  /// A player's rank on a leaderboard, and who is around.
  ///
  /// - Parameters:
  ///   - season: A past season; 0: the running one.
  ///   - neighbours: How many players to show on either side; 0 to 50.
  public func rank(
    of player: UInt64 = 0, on board: UInt32, season: UInt32 = 0, neighbours: UInt32 = 0
  ) async throws -> Snapshot<RankingAnswer> {
    let answer = try await query(
      Query.with {
        $0.leaderboards.rank.player = player
        $0.leaderboards.rank.board = board
        $0.leaderboards.rank.season = season
        $0.leaderboards.rank.neighbours = neighbours
      })
    return Snapshot(answer.leaderboards.rank, at: answer.position)
  }

  /// How past seasons of a leaderboard ended, the latest first.
  public func seasons(of board: UInt32) async throws -> Snapshot<[PastSeason]> {
    let answer = try await query(Query.with { $0.leaderboards.seasons.board = board })
    return Snapshot(answer.leaderboards.seasons.seasons, at: answer.position)
  }

  /// A melody, anyone's, and what it is worth.
  public func melody(_ melody: UInt64) async throws -> Snapshot<MelodyAnswer> {
    let answer = try await query(Query.with { $0.melodies.melody.melody = melody })
    return Snapshot(answer.melodies.melody, at: answer.position)
  }

  /// What a player has composed, by number, without the notes.
  public func melodies(of player: UInt64 = 0) async throws -> Snapshot<[MelodySummary]> {
    let answer = try await query(Query.with { $0.melodies.composed.player = player })
    return Snapshot(answer.melodies.composed.melodies, at: answer.position)
  }

  /// The performances that lack performers in a region.
  public func performances(in region: UInt32 = 0) async throws -> Snapshot<[PerformanceRow]> {
    let answer = try await query(Query.with { $0.melodies.performances.region = region })
    return Snapshot(answer.melodies.performances.performances, at: answer.position)
  }
}
