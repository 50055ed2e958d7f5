public import Schema
import SwiftProtobuf

// The commands of a player, and that of an operator about roles, one function each. What the world
// makes of them is said in the schemas.

extension Command {
  /// Creates the sender's profile, places it in its home region and hands out the starting goods.
  public static func createProfile(name: String, look: String, homeRegion: UInt32) -> Command {
    Command.with {
      $0.players.createProfile.name = name
      $0.players.createProfile.look = look
      $0.players.createProfile.homeRegion = homeRegion
    }
  }

  /// Changes what is not nil of the sender's profile.
  public static func changeProfile(
    name: String? = nil, look: String? = nil, homeRegion: UInt32? = nil
  ) -> Command {
    var change = ChangeProfile()
    if let name { change.name = name }
    if let look { change.look = look }
    if let homeRegion { change.homeRegion = homeRegion }
    return Command.with { $0.players.changeProfile = change }
  }

  /// Retires the sender's profile for good.
  public static func retireProfile() -> Command {
    Command.with { $0.players.retireProfile = RetireProfile() }
  }

  /// Gives a player another role; for operators.
  ///
  /// - Parameter reason: 1 to 200 characters.
  public static func changeRole(of player: UInt64, to role: Role, reason: String) -> Command {
    Command.with {
      $0.players.changeRole.player = player
      $0.players.changeRole.role = role
      $0.players.changeRole.reason = reason
    }
  }

  /// Walks in a straight line.
  ///
  /// - Parameter speed: In millimetres a second; 0: the world's default.
  public static func startMove(to point: Point, speed: Int64 = 0) -> Command {
    Command.with {
      $0.movement.startMove.to = point
      $0.movement.startMove.speedMmS = speed
    }
  }

  /// Stops where the sender is.
  public static func stopMove() -> Command {
    Command.with { $0.movement.stopMove = StopMove() }
  }

  /// Uses goods up.
  public static func consume(_ goods: GoodsSpec) -> Command {
    Command.with { $0.inventory.consumeGoods.goods = goods }
  }

  /// Lays goods where the sender stands.
  public static func drop(_ goods: GoodsSpec) -> Command {
    Command.with { $0.inventory.dropGoods.goods = goods }
  }

  /// Takes goods from a pile within reach.
  ///
  /// - Parameter goods: What to take; nil: all of it.
  public static func pickUp(_ goods: GoodsSpec? = nil, from pile: UInt64) -> Command {
    Command.with {
      $0.inventory.pickUpGoods.pile = pile
      if let goods { $0.inventory.pickUpGoods.goods = goods }
    }
  }

  /// Hands goods to a connected player within reach.
  public static func give(_ goods: GoodsSpec, to player: UInt64) -> Command {
    Command.with {
      $0.inventory.giveGoods.to = player
      $0.inventory.giveGoods.goods = goods
    }
  }

  /// Opens a trade with a connected player in the same region.
  public static func offerTrade(with partner: UInt64, giving goods: GoodsSpec) -> Command {
    Command.with {
      $0.trade.offerTrade.partner = partner
      $0.trade.offerTrade.goods = goods
    }
  }

  /// Replaces what the sender gives in a trade.
  public static func changeTrade(_ trade: UInt64, giving goods: GoodsSpec) -> Command {
    Command.with {
      $0.trade.changeTrade.trade = trade
      $0.trade.changeTrade.goods = goods
    }
  }

  /// Accepts a trade's terms as of a revision.
  public static func acceptTrade(_ trade: UInt64, revision: UInt32) -> Command {
    Command.with {
      $0.trade.acceptTrade.trade = trade
      $0.trade.acceptTrade.revision = revision
    }
  }

  /// Sets up a leaderboard; designers and operators only.
  ///
  /// - Parameters:
  ///   - season: How long a season lasts, in microseconds; 0: there are none.
  ///   - firstEnd: When the first season ends, in microseconds since 1970; 0: one season from now.
  public static func defineBoard(
    _ board: UInt32, name: String, by score: ScoreKind, season: Int64 = 0, firstEnd: Int64 = 0
  ) -> Command {
    Command.with {
      $0.leaderboards.defineBoard.board = board
      $0.leaderboards.defineBoard.name = name
      $0.leaderboards.defineBoard.score = score
      $0.leaderboards.defineBoard.seasonUs = season
      $0.leaderboards.defineBoard.firstEndUs = firstEnd
    }
  }

  /// Takes a leaderboard down for good; designers and operators only.
  public static func retireBoard(_ board: UInt32) -> Command {
    Command.with { $0.leaderboards.retireBoard.board = board }
  }

  /// Hums a tune where the player is.
  public static func hum() -> Command {
    .with { $0.harmony.hum = Hum() }
  }

  /// Harvests where the player is.
  ///
  /// - Parameter amount: 1 to the rules' `harvest_max`.
  public static func harvest(_ species: UInt32, amount: Int64) -> Command {
    .with {
      $0.ecosystem.harvest.species = species
      $0.ecosystem.harvest.amount = amount
    }
  }

  /// Plants items of the kind that a plant yields where the player is.
  ///
  /// - Parameter quantity: 1 to the rules' `harvest_max`.
  public static func plant(_ species: UInt32, quantity: Int64) -> Command {
    .with {
      $0.ecosystem.plant.species = species
      $0.ecosystem.plant.quantity = quantity
    }
  }

  /// Writes a melody down.
  public static func composeMelody(_ piece: Piece) -> Command {
    Command.with { $0.melodies.composeMelody.piece = piece }
  }

  /// Makes one melody of several; the first is the highest, and gives key, metre and tempo.
  public static func combineMelodies(_ parts: [CombinedMelody], title: String) -> Command {
    Command.with {
      $0.melodies.combineMelodies.title = title
      $0.melodies.combineMelodies.parts = parts
    }
  }

  /// Performs a melody alone, where the player is.
  public static func performMelody(_ melody: UInt64) -> Command {
    Command.with { $0.melodies.performMelody.melody = melody }
  }

  /// Looks for performers of a melody of several voices, and takes a part, counted from 0.
  public static func proposePerformance(of melody: UInt64, taking part: UInt32) -> Command {
    Command.with {
      $0.melodies.proposePerformance.melody = melody
      $0.melodies.proposePerformance.part = part
    }
  }

  /// Takes a part, counted from 0, of a performance; the last gives it.
  public static func joinPerformance(_ performance: UInt64, taking part: UInt32) -> Command {
    Command.with {
      $0.melodies.joinPerformance.performance = performance
      $0.melodies.joinPerformance.part = part
    }
  }

  /// Attends to an echo of the region that the sender stands in.
  public static func attend(to echo: UInt64) -> Command {
    .with { $0.echoes.attendEcho.echo = echo }
  }

  /// Uses what an echo taught the sender.
  public static func useAbility(_ ability: UInt32) -> Command {
    .with { $0.echoes.useAbility.ability = ability }
  }

  /// Says something to the region that the sender stands in.
  public static func say(_ text: String) -> Command {
    Command.with { $0.chat.say.text = text }
  }

  /// Says something to a connected player.
  public static func sendMessage(_ text: String, to player: UInt64) -> Command {
    Command.with {
      $0.chat.sendMessage.to = player
      $0.chat.sendMessage.text = text
    }
  }

  /// Takes back what the sender has said.
  public static func takeBackMessage(_ message: UInt64) -> Command {
    Command.with { $0.chat.takeBackMessage.message = message }
  }

  /// Blocks a player.
  public static func blockPlayer(_ player: UInt64) -> Command {
    Command.with { $0.chat.blockPlayer.player = player }
  }

  /// Ends a block.
  public static func unblockPlayer(_ player: UInt64) -> Command {
    Command.with { $0.chat.unblockPlayer.player = player }
  }

  /// Calls a trade off.
  public static func withdrawTrade(_ trade: UInt64) -> Command {
    Command.with { $0.trade.withdrawTrade.trade = trade }
  }
}
