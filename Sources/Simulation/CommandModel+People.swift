import EventLog
import Schema
import SwiftProtobuf
import World

extension CommandModel {
  mutating func playersCommand(
    _ name: CommandName, in world: borrowing World
  ) -> PlayersCommand.OneOf_Command {
    switch name {
    case .changeProfile:
      var change = ChangeProfile()
      if draw.once(in: 3) { change.name = playerName() }
      if draw.once(in: 2) { change.look = text() }
      if draw.once(in: 2) { change.homeRegion = home() }
      return .changeProfile(change)
    case .retireProfile: return .retireProfile(RetireProfile())
    case .changeRole:
      var change = ChangeRole()
      change.player = somebody()
      change.role = draw.element(of: Role.allCases + [.UNRECOGNIZED(77)]) ?? .player
      change.reason = text()
      return .changeRole(change)
    default:
      var create = CreateProfile()
      create.name = playerName()
      create.look = text()
      create.homeRegion = home()
      return .createProfile(create)
    }
  }

  private mutating func playerName() -> String {
    draw.once(in: 10) ? text() : "Player \(draw.below(400))"
  }

  /// Mostly one of two neighbouring regions, so that players meet.
  private mutating func home() -> UInt32 {
    draw.once(in: 15) ? UInt32(draw.below(40)) : UInt32(1 + draw.below(2))
  }

  mutating func movementCommand(
    _ name: CommandName, in world: borrowing World
  ) -> MovementCommand.OneOf_Command {
    guard name == .startMove else { return .stopMove(StopMove()) }
    var move = StartMove()
    move.to = place(in: world.regions.grid)
    move.speedMmS =
      draw.once(in: 12) ? draw.absurdity() : draw.once(in: 3) ? 0 : draw.number(in: 1...10_000)
    return .startMove(move)
  }

  private mutating func place(in grid: Grid) -> Point {
    var point = Point()
    if draw.once(in: 25) {
      point.xMm = draw.absurdity()
      point.yMm = draw.absurdity()
    } else if draw.once(in: 5) {
      point.xMm = draw.number(in: 0...grid.width - 1)
      point.yMm = draw.number(in: 0...grid.height - 1)
    } else {
      // Around the border of the first two regions.
      point.xMm = grid.cell + draw.number(in: -6_000...6_000)
      point.yMm = grid.cell / 2 + draw.number(in: -6_000...6_000)
    }
    return point
  }

  mutating func boardCommand(
    _ name: CommandName, in world: borrowing World
  ) -> LeaderboardsCommand.OneOf_Command {
    let board = UInt32(draw.below(12))
    guard name == .defineBoard else { return .retireBoard(.with { $0.board = board }) }
    var define = DefineBoard()
    define.board = board
    define.name = draw.once(in: 10) ? text() : "Board \(draw.below(99))"
    define.score = draw.element(of: ScoreKind.allCases) ?? .wealth
    define.seasonUs = draw.once(in: 10) ? draw.absurdity() : draw.number(in: 0...3) * 60_000_000
    define.firstEndUs =
      draw.once(in: 2) ? 0 : now.microseconds &+ draw.number(in: -1_000_000...90_000_000)
    return .defineBoard(define)
  }

  mutating func chatCommand(
    _ name: CommandName, in world: borrowing World
  ) -> ChatCommand.OneOf_Command {
    switch name {
    case .sendMessage:
      return .sendMessage(
        .with {
          $0.to = somebody()
          $0.text = text()
        })
    case .takeBackMessage: return .takeBackMessage(.with { $0.message = message(in: world) })
    case .blockPlayer: return .blockPlayer(.with { $0.player = somebody() })
    case .unblockPlayer:
      let blocked = world.chats.blocks(of: player)?.blocked ?? []
      let one = draw.once(in: 8) ? nil : draw.element(of: blocked)
      return .unblockPlayer(.with { $0.player = one ?? somebody() })
    case .refuseMessages: return .refuseMessages(.with { $0.refused = draw.once(in: 3) })
    case .mutePlayer:
      return .mutePlayer(
        .with {
          $0.player = somebody()
          $0.untilUs =
            draw.once(in: 4)
            ? draw.absurdity() : now.microseconds &+ draw.number(in: 1...9_000_000)
          $0.reason = text()
        })
    case .unmutePlayer:
      let mutes = world.chats.mutes(from: PlayerID(UInt64(0)), at: now.microseconds)
      let one = draw.once(in: 8) ? nil : draw.element(of: mutes)?.player
      return .unmutePlayer(.with { $0.player = one ?? somebody() })
    case .removeMessage: return .removeMessage(.with { $0.message = message(in: world) })
    default: return .say(.with { $0.text = text() })
    }
  }

  /// A message that the sender may have seen.
  private mutating func message(in world: borrowing World) -> UInt64 {
    if draw.once(in: 8) { return UInt64(draw.below(1_000)) }
    let subject = player.actor.isPlayer ? player : draw.element(of: others) ?? player
    let said =
      draw.once(in: 2)
      ? world.chats.rows(of: world.movement.region(of: subject) ?? RegionID(UInt64(1)))
      : world.chats.rows(to: subject)
    return said.last?.message ?? 0
  }
}
