import EventLog
package import Schema
import SwiftProtobuf

/// Why a player does not move.
package enum MovementRejection: String, RejectionCode {
  /// The place is not in the world, or none was named.
  case outsideWorld = "outside_world"
  /// The speed is not one that players have.
  case speedOutOfRange = "speed_out_of_range"
  /// The player stands there.
  case alreadyThere = "already_there"
  /// The player stands.
  case notMoving = "not_moving"
  /// The player is not where it could be seen.
  case notInWorld = "not_in_world"
  /// The border was crossed, or is not reached any more.
  case noCrossing = "no_crossing"
}

extension World {
  /// Decides a command of the Movement system.
  package borrowing func decide(
    _ command: MovementCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    switch command.command {
    case .startMove(let start): try decideStart(start, of: player, context, &decision)
    case .stopMove: try decideStop(of: player, context, &decision)
    case nil: throw .unknownCommand
    }
  }

  private borrowing func decideStart(
    _ start: StartMove, of player: PlayerID, _ context: DecisionContext,
    _ decision: inout Decision
  ) throws(Rejection) {
    let row = try requireRow(of: player)
    let grid = regions.grid
    guard start.hasTo, grid.contains(start.to) else {
      throw Rejection(
        MovementRejection.outsideWorld,
        "The world reaches from 0 to below \(grid.width) mm eastwards and \(grid.height) mm northwards.",
        fields: "start_move.to")
    }
    let speed = try checkedSpeed(start.speedMmS)
    let from = Motion(row).place(at: context.now)
    // A point of one's own making: what a client's may carry besides does not belong in the log.
    let to = Point.with {
      $0.xMm = start.to.xMm
      $0.yMm = start.to.yMm
    }
    guard from != to else {
      throw Rejection(
        MovementRejection.alreadyThere, "You stand there already.", fields: "start_move.to")
    }
    decideOverdueCrossing(row, context, &decision)
    let region = grid.region(at: from)
    let duration = Motion.duration(from: from, to: to, speed: speed)
    let border = Motion(from: from, to: to, started: context.now, duration: duration)
      .border(leaving: region, in: grid)
    decision.movement(
      .moveStarted(
        .with {
          $0.player = player.rawValue
          $0.region = region.number
          $0.from = from
          $0.to = to
          $0.speedMmS = speed
          $0.durationUs = duration
          $0.borderUs = border?.time.microseconds ?? 0
          $0.nextRegion = border?.region.number ?? 0
        }))
  }

  private borrowing func decideStop(
    of player: PlayerID, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let row = try requireRow(of: player)
    guard Motion(row).isUnderWay(at: context.now) else {
      throw Rejection(MovementRejection.notMoving, "You are not on your way anywhere.")
    }
    decideHalt(of: player, context, &decision)
  }

  private borrowing func requireRow(of player: PlayerID) throws(Rejection) -> MovementRow {
    guard let row = movement.row(of: player) else {
      throw Rejection(MovementRejection.notInWorld, "Player \(player) is not in the world.")
    }
    return row
  }

  private borrowing func checkedSpeed(_ asked: Int64) throws(Rejection) -> Int64 {
    guard asked != 0 else { return max(1, regions.rules.speedDefaultMmS) }
    guard asked > 0, asked <= regions.rules.speedMaxMmS else {
      throw Rejection(
        MovementRejection.speedOutOfRange,
        "Players walk at 1 to \(regions.rules.speedMaxMmS) mm/s; 0 stands for the usual speed.",
        fields: "start_move.speed_mm_s")
    }
    return asked
  }
}

extension World {
  /// Stops the player wherever it is by now; nothing when it is not under way.
  borrowing func decideHalt(
    of player: PlayerID, _ context: DecisionContext, _ decision: inout Decision
  ) {
    guard let row = movement.row(of: player) else { return }
    decideOverdueCrossing(row, context, &decision)
    let motion = Motion(row)
    guard motion.isUnderWay(at: context.now) else { return }
    let place = motion.place(at: context.now)
    decision.movement(
      .moveStopped(
        .with {
          $0.player = player.rawValue
          $0.region = regions.grid.region(at: place).number
          $0.at = place
        }))
  }

  /// Puts the player at a point drawn within the inner half of a region.
  borrowing func decidePlacing(
    of player: PlayerID, in region: RegionID, _ context: DecisionContext,
    _ decision: inout Decision
  ) {
    var random = context.random(for: .birthplace)
    let cell = regions.grid.cell
    let inner = cell / 4..<max(cell / 4 + 1, cell - cell / 4)
    var place = regions.grid.origin(of: region)
    place.xMm += random.next(in: inner)
    place.yMm += random.next(in: inner)
    decision.movement(
      .playerPlaced(
        .with {
          $0.player = player.rawValue
          $0.region = region.number
          $0.at = place
        }))
  }

  /// Takes the player out of the world; nothing when it is not in it.
  borrowing func decideRemoval(
    of player: PlayerID, _ context: DecisionContext, _ decision: inout Decision
  ) {
    guard let place = movement.place(of: player, at: context.now) else { return }
    decision.movement(
      .playerRemoved(
        .with {
          $0.player = player.rawValue
          $0.region = regions.grid.region(at: place).number
        }))
  }

  /// Takes a player on its way over the border that a job is due for, as of its due time, however
  /// late it is.
  ///
  /// - Throws: `no_crossing` when the player is not on such a way any more.
  borrowing func decideCrossing(
    of player: PlayerID, due: Timestamp, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    guard let row = movement.row(of: player), row.borderUs == due.microseconds, row.borderUs != 0,
      due <= context.now
    else {
      throw Rejection(
        MovementRejection.noCrossing, "Player \(player) crosses no border at \(due).")
    }
    decision.movement(.borderCrossed(crossing(row, at: due)))
  }

  /// Adds the crossing that is due and whose job has not fired yet, so that what follows in this
  /// entry begins in the right region.
  ///
  /// When several are due, they become one, into the region where the player is by now.
  private borrowing func decideOverdueCrossing(
    _ row: MovementRow, _ context: DecisionContext, _ decision: inout Decision
  ) {
    guard row.borderUs != 0, row.borderUs <= context.now.microseconds else { return }
    decision.movement(.borderCrossed(crossing(row, at: context.now)))
  }

  private borrowing func crossing(_ row: MovementRow, at time: Timestamp) -> BorderCrossed {
    let motion = Motion(row)
    let place = motion.place(at: time)
    let region = regions.grid.region(at: place)
    let border = motion.border(leaving: region, in: regions.grid)
    return .with {
      $0.player = row.player
      $0.fromRegion = row.region
      $0.toRegion = region.number
      $0.at = place
      $0.borderUs = border?.time.microseconds ?? 0
      $0.nextRegion = border?.region.number ?? 0
    }
  }
}
