import Schema
import SwiftProtobuf
import World

/// What a model player asks; every kind of question has its place in ``query()``.
struct QueryModel {
  let player: PlayerID?
  let others: [PlayerID]
  var draw: Draw

  /// A question.
  mutating func query() -> Query {
    let player = somebody()
    let region = UInt32(draw.below(25))
    let board = UInt32(draw.below(8))
    let system: Query.OneOf_System =
      switch draw.below(39) {
      case 0: .players(.with { $0.profile.player = player })
      case 1: .players(.with { $0.roles.after = player })
      case 2: .presence(.with { $0.who.region = region })
      case 3: .presence(.with { $0.sessions.player = player })
      case 4: .regions(.with { $0.region.region = region })
      case 5: .movement(.with { $0.place.player = player })
      case 6...8: .inventory(.with { $0.inventory.player = player })
      case 9: .inventory(.with { $0.piles.region = region })
      case 10: .inventory(.with { $0.item.item = UInt64(draw.below(200)) })
      case 11: .trade(.with { $0.trades = OpenTradesQuery() })
      case 12: .trade(.with { $0.trade.trade = UInt64(bitPattern: draw.absurdity()) })
      case 13:
        .leaderboards(
          .with {
            $0.top.board = board
            $0.top.offset = UInt64(bitPattern: draw.absurdity())
            $0.top.limit = UInt32(draw.below(2_000))
          })
      case 14:
        .leaderboards(
          .with {
            $0.rank.board = board
            $0.rank.season = UInt32(draw.below(3))
            $0.rank.player = player
          })
      case 15: .leaderboards(.with { $0.seasons.board = board })
      case 16: .chat(.with { $0.recent.region = region })
      case 17: .chat(.with { $0.direct = DirectMessagesQuery() })
      case 18: .chat(.with { $0.mutes.from = player })
      case 19: .worldClock(.with { $0.clock = ClockQuery() })
      case 20: .harmony(.with { $0.region.region = region })
      case 21: .harmony(.with { $0.map.from = region })
      case 22: .progress(.with { $0.player.player = player })
      case 23: .progress(.with { $0.rules = ProgressRulesQuery() })
      case 24: .weather(.with { $0.region.region = region })
      case 25: .weather(.with { $0.map.from = region })
      case 26: .ecosystem(.with { $0.region.region = region })
      case 27:
        .ecosystem(
          .with {
            $0.whereabouts.species = region
            $0.whereabouts.limit = UInt32(draw.below(2_000))
          })
      case 28: .ecosystem(.with { $0.species = SpeciesListQuery() })
      case 29: .melodies(.with { $0.composed.player = player })
      case 30: .melodies(.with { $0.melody.melody = UInt64(draw.below(2_000)) })
      case 31: .melodies(.with { $0.performances.region = region })
      case 32...33: .melodies(.with { $0.judgeCombination = combination() })
      case 34: .echoes(.with { $0.echo.echo = UInt64(draw.below(12)) })
      case 35: .echoes(.with { $0.region.region = region })
      case 36: .echoes(.with { $0.bonds.player = player })
      case 37: .echoes(.with { $0.rules = EchoRulesQuery() })
      default: .chat(.with { $0.blocks = BlocksQuery() })
      }
    return .with { $0.system = system }
  }

  private mutating func combination() -> JudgeCombinationQuery {
    .with { query in
      query.parts = (0..<draw.below(5)).map { _ in
        .with {
          $0.melody = UInt64(draw.below(2_000))
          $0.delay = UInt32(truncatingIfNeeded: draw.absurdity())
          $0.transposition = draw.absurdity()
        }
      }
    }
  }

  private mutating func somebody() -> UInt64 {
    if draw.once(in: 20) { return UInt64(bitPattern: draw.absurdity()) }
    if let player, draw.once(in: 2) { return player.rawValue }
    return draw.element(of: others)?.rawValue ?? 0
  }
}
