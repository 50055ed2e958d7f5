import EventLog
package import Schema
import SwiftProtobuf

extension World {
  /// Decides a command about melodies.
  package borrowing func decide(
    _ command: MelodiesCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch command.command {
    case .composeMelody(let command): try decide(command, context, &decision)
    case .retireMelody(let command): try decide(command, context, &decision)
    case .performMelody(let command): try decide(command, context, &decision)
    case .combineMelodies(let command): try decide(command, context, &decision)
    case .proposePerformance(let command): try decidePerformance(command, context, &decision)
    case .joinPerformance(let command): try decidePerformance(command, context, &decision)
    case .leavePerformance(let command): try decidePerformance(command, context, &decision)
    case .setMelodyRules(let command): try decide(command, &decision)
    case .removeMelody(let command): try decide(command, context, &decision)
    case nil: throw .unknownCommand
    }
  }

  private borrowing func decide(
    _ command: ComposeMelody, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    try checkMelodies(of: player)
    let piece: Piece
    do throws(PieceFault) {
      piece = try command.piece.checked(notesMax: melodies.rules.notesMax)
    } catch {
      throw Rejection(
        MelodiesRejection.invalidMelody, error.message,
        fields: "compose_melody.piece.\(error.field)")
    }
    decision.compose(piece, by: player, from: [], at: context.position)
  }

  private borrowing func decide(
    _ command: CombineMelodies, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    try checkMelodies(of: player)
    if let fault = NameRule.fault(in: command.title, characters: Piece.titleCharacters) {
      throw Rejection(
        MelodiesRejection.invalidMelody, "The title \(fault).", fields: "combine_melodies.title")
    }
    var piece = try combination(of: command.parts, in: "combine_melodies.parts")
    piece.title = command.title
    decision.compose(
      piece, by: player, from: command.parts.map(\.melody), at: context.position)
  }

  private borrowing func decide(
    _ command: RetireMelody, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    guard let row = melodies.melody(MelodyID(command.melody)) else {
      throw .noSuchMelody(command.melody, field: "retire_melody.melody")
    }
    guard row.player == player.rawValue else {
      throw Rejection(
        MelodiesRejection.notYourMelody,
        "Melody \(row.melody) is of player \(row.player), who alone may throw it away.",
        fields: "retire_melody.melody")
    }
    decision.retire(row, by: context.requester)
  }

  private borrowing func decide(
    _ command: RemoveMelody, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    guard let row = melodies.melody(MelodyID(command.melody)) else {
      throw .noSuchMelody(command.melody, field: "remove_melody.melody")
    }
    decision.retire(row, by: context.requester)
  }

  private borrowing func decide(
    _ command: PerformMelody, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let player = try requirePlaying(context)
    let time = try requireTime(context)
    let row = try melody(command.melody, field: "perform_melody.melody")
    let region = try stage(of: player, context)
    decision.melodies(
      .melodyPerformed(
        .with {
          $0.melody = row.melody
          $0.player = player.rawValue
          $0.region = region.number
          $0.title = row.piece.title
          $0.quality = row.quality
          $0.mood = row.mood
        }))
    let effect = melodies.rules.effect(ofQuality: row.quality, performers: 1)
    if let heard = song(of: player, in: region, quality: effect, at: time) {
      decision.harmony(.songHeard(heard))
    }
  }

  private borrowing func decide(
    _ command: SetMelodyRules, _ decision: inout Decision
  ) throws(Rejection) {
    let rules: MelodyRules
    do throws(RuleFault) {
      rules = try command.rules.checked()
    } catch {
      throw Rejection(
        MelodiesRejection.invalidMelodyRules, error.message,
        fields: "set_melody_rules.rules.\(error.field)")
    }
    decision.melodies(.melodyRulesSet(.with { $0.rules = rules }))
  }
}

// What several commands check.
extension World {
  /// A melody that can be played; `field` is the request's field that names it.
  ///
  /// - Throws: `no_such_melody`.
  borrowing func melody(_ number: UInt64, field: String) throws(Rejection) -> MelodyRow {
    guard let row = melodies.melody(MelodyID(number)),
      row.piece.fault(notesMax: MelodyRules.notesCeiling) == nil
    else { throw .noSuchMelody(number, field: field) }
    return row
  }

  /// Several melodies put together, without a title; `field` is the request's field that has the parts.
  ///
  /// - Throws: `invalid_combination`, `no_such_melody`.
  borrowing func combination(
    of parts: [CombinedMelody], in field: String
  ) throws(Rejection) -> Piece {
    guard Combination.parts.contains(parts.count), let first = parts.first else {
      throw Rejection(
        MelodiesRejection.invalidCombination,
        "\(Combination.parts.lowerBound) to \(Combination.parts.upperBound) melodies are combined.",
        fields: field)
    }
    let leader = try melody(first.melody, field: "\(field)[0].melody")
    var combination = Combination(like: leader.piece, notesMax: melodies.rules.notesMax)
    for (index, part) in parts.enumerated() {
      let row = try melody(part.melody, field: "\(field)[\(index)].melody")
      do throws(PieceFault) {
        try combination.add(part, row.piece)
      } catch {
        throw Rejection(
          MelodiesRejection.invalidCombination, error.message,
          fields: "\(field)[\(index)].\(error.field)")
      }
    }
    return combination.piece
  }

  /// The region in which a player stands now.
  ///
  /// - Throws: `no_profile`.
  borrowing func stage(
    of player: PlayerID, _ context: DecisionContext
  ) throws(Rejection) -> RegionID {
    guard let place = movement.place(of: player, at: context.now) else { throw .noProfile }
    return regions.grid.region(at: place)
  }

  private borrowing func checkMelodies(of player: PlayerID) throws(Rejection) {
    let max = Int(melodies.rules.melodiesMax)
    guard melodies.count(of: player) < max else {
      throw Rejection(
        MelodiesRejection.tooManyMelodies,
        "You keep \(max) melodies, as many as one may; throw one away first.")
    }
  }
}

extension Decision {
  /// Throws a melody away.
  fileprivate mutating func retire(_ row: MelodyRow, by requester: Requester) {
    melodies(
      .melodyRetired(
        .with {
          $0.melody = row.melody
          $0.player = row.player
          $0.by = requester.actor.rawValue
        }))
  }

  /// Writes a melody down, and says how good it is.
  fileprivate mutating func compose(
    _ piece: Piece, by player: PlayerID, from sources: [UInt64], at position: Position
  ) {
    let judgement = Judge.judge(piece)
    melodies(
      .melodyComposed(
        .with {
          $0.melody = position.rawValue
          $0.player = player.rawValue
          $0.piece = piece
          $0.quality = judgement.quality
          $0.mood = judgement.mood
          $0.sources = sources
        }))
  }
}
