import EventLog
import Schema
import SwiftProtobuf

// Performances of several players: proposed, joined, left, given, and over without having been given.

extension World {
  /// Decides that performers are looked for.
  ///
  /// - Throws: `no_clock`, `no_such_melody`, `one_voice`, `part_taken`, `too_many_performances`, or what ``requirePlaying(_:)`` throws.
  borrowing func decidePerformance(
    _ command: ProposePerformance, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    _ = try requireTime(context)
    let row = try melody(command.melody, field: "propose_performance.melody")
    let parts = row.piece.voices.count
    guard parts > 1 else {
      throw Rejection(
        MelodiesRejection.oneVoice, "Melody \(row.melody) has one voice; perform it alone.",
        fields: "propose_performance.melody")
    }
    guard Int(command.part) < parts else {
      throw .noSuchPart(command.part, of: parts, field: "propose_performance.part")
    }
    try checkPerformances(of: player)
    let region = try stage(of: player, context)
    let expiry = context.now.microseconds.addingUpToMax(melodies.rules.expiresAfterUs)
    decision.melodies(
      .performanceProposed(
        .with {
          $0.performance = context.position.rawValue
          $0.melody = row.melody
          $0.player = player.rawValue
          $0.region = region.number
          $0.title = row.piece.title
          $0.parts = UInt32(parts)
          $0.part = command.part
          $0.quality = row.quality
          $0.mood = row.mood
          $0.expiresUs = expiry
        }))
  }

  /// Decides that a part is taken, and, with the last, that the performance is given.
  ///
  /// - Throws: `no_clock`, `no_such_performance`, `performance_expired`, `performance_elsewhere`, `already_performing`, `part_taken`,
  ///   `too_many_performances`, `performer_away`, or what ``requirePlaying(_:)`` throws.
  borrowing func decidePerformance(
    _ command: JoinPerformance, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let time = try requireTime(context)
    let field = "join_performance.performance"
    guard let row = melodies.performance(PerformanceID(command.performance)) else {
      throw .noSuchPerformance(command.performance, field: field)
    }
    guard context.now.microseconds < row.expiresUs else {
      throw Rejection(
        MelodiesRejection.performanceExpired,
        "The time to find performers for performance \(row.performance) is over.", fields: field)
    }
    guard try stage(of: player, context).number == row.region else {
      throw Rejection(
        MelodiesRejection.performanceElsewhere,
        "The performance is to be in region \(row.region); go there.", fields: field)
    }
    guard row.part(of: player) == nil else {
      throw Rejection(
        MelodiesRejection.alreadyPerforming, "You have a part already.", fields: field)
    }
    let part = Int(command.part)
    guard part < row.performers.count, row.performers[part] == 0 else {
      throw .noSuchPart(
        command.part, of: row.performers.count, field: "join_performance.part")
    }
    try checkPerformances(of: player)
    var performers = row.performers
    performers[part] = player.rawValue
    let isComplete = !performers.contains(0)
    if isComplete { try checkPresence(of: row.takingPart, for: row, context) }
    decision.melodies(
      .performanceJoined(
        .with {
          $0.performance = row.performance
          $0.player = player.rawValue
          $0.region = row.region
          $0.part = command.part
        }))
    if isComplete { give(row, by: performers, at: time, &decision) }
  }

  /// Decides that a part is given back, or, if it is the proposer's, that the performance is called off.
  ///
  /// - Throws: `no_such_performance`, `not_performing`, or what ``requirePlaying(_:)`` throws.
  borrowing func decidePerformance(
    _ command: LeavePerformance, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let field = "leave_performance.performance"
    guard let row = melodies.performance(PerformanceID(command.performance)) else {
      throw .noSuchPerformance(command.performance, field: field)
    }
    guard let part = row.part(of: player) else {
      throw Rejection(
        MelodiesRejection.notPerforming,
        "You have no part in performance \(row.performance).", fields: field)
    }
    guard row.player != player.rawValue else {
      return decision.melodies(
        .performanceCalledOff(
          .with {
            $0.performance = row.performance
            $0.player = row.player
            $0.region = row.region
          }))
    }
    decision.melodies(
      .performanceLeft(
        .with {
          $0.performance = row.performance
          $0.player = player.rawValue
          $0.region = row.region
          $0.part = UInt32(clamping: part)
        }))
  }

  /// Ends an open performance for which not all performers were found in time.
  ///
  /// For the scheduler.
  ///
  /// - Throws: `no_such_performance` when it is no longer open or not yet due; there is nothing to be done.
  borrowing func decideExpiry(
    of performance: PerformanceID, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    guard let row = melodies.performance(performance),
      context.now.microseconds >= row.expiresUs
    else { throw .noSuchPerformance(performance.rawValue, field: "subject") }
    decision.melodies(
      .performanceExpired(
        .with {
          $0.performance = row.performance
          $0.player = row.player
          $0.region = row.region
        }))
  }

  /// Adds that a performance is given, and what the region makes of it.
  ///
  /// The song is the proposer's, so that repeating it counts less whoever takes the other parts.
  private borrowing func give(
    _ row: PerformanceRow, by performers: [UInt64], at time: WorldTime,
    _ decision: inout Decision
  ) {
    let effect = melodies.rules.effect(ofQuality: row.quality, performers: performers.count)
    decision.melodies(
      .performanceGiven(
        .with {
          $0.performance = row.performance
          $0.melody = row.melody
          $0.region = row.region
          $0.title = row.title
          $0.performers = performers
          $0.quality = effect
          $0.mood = row.mood
        }))
    let proposer = PlayerID(row.player)
    let region = RegionID(row.region)
    if let heard = song(of: proposer, in: region, quality: effect, at: time) {
      decision.harmony(.songHeard(heard))
    }
  }

  private borrowing func checkPerformances(of player: PlayerID) throws(Rejection) {
    let max = Int(melodies.rules.performancesMax)
    guard melodies.performancesOfPlayer.count(of: player) < max else {
      throw Rejection(
        MelodiesRejection.tooManyPerformances,
        "You take part in \(max) open performances, as many as one may; leave one first.")
    }
  }

  /// Those who have taken a part must still be there.
  private borrowing func checkPresence(
    of players: [PlayerID], for row: PerformanceRow, _ context: DecisionContext
  ) throws(Rejection) {
    for player in players {
      let place = movement.place(of: player, at: context.now)
      guard presence.isConnected(player),
        place.map({ regions.grid.region(at: $0).number }) == row.region
      else {
        throw Rejection(
          MelodiesRejection.performerAway,
          "Player \(player) has gone away; the performance waits until they are back, or expires.",
          fields: "join_performance.performance")
      }
    }
  }
}

extension Rejection {
  fileprivate static func noSuchPart(_ part: UInt32, of parts: Int, field: String) -> Self {
    Self(
      MelodiesRejection.partTaken,
      "Part \(part) is none of 0 to \(parts - 1), or somebody has it.", fields: field)
  }
}
