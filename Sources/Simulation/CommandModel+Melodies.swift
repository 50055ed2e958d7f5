import Schema
import SwiftProtobuf
import World

extension CommandModel {
  mutating func melodiesCommand(
    _ name: CommandName, in world: borrowing World
  ) -> MelodiesCommand.OneOf_Command {
    switch name {
    case .composeMelody: return .composeMelody(.with { $0.piece = piece() })
    case .retireMelody: return .retireMelody(.with { $0.melody = melody(in: world)?.melody ?? 0 })
    case .removeMelody:
      return .removeMelody(.with { $0.melody = melodyOfAnother(in: world)?.melody ?? 0 })
    case .performMelody:
      return .performMelody(.with { $0.melody = melody(in: world)?.melody ?? 0 })
    case .combineMelodies:
      return .combineMelodies(
        .with {
          $0.title = draw.once(in: 10) ? text() : "Song \(draw.below(100))"
          for _ in 0..<draw.below(5) { $0.parts.append(part(in: world)) }
        })
    case .proposePerformance:
      return .proposePerformance(
        .with {
          $0.melody = songForSeveral(in: world)
          $0.part = UInt32(draw.below(3))
        })
    case .joinPerformance:
      let row = performance(in: world)
      let free = row?.performers.firstIndex(of: 0) ?? 0
      return .joinPerformance(
        .with {
          $0.performance = row?.performance ?? UInt64(draw.below(2_000))
          $0.part = draw.once(in: 8) ? UInt32(draw.below(6)) : UInt32(free)
        })
    case .leavePerformance:
      let own = draw.element(of: world.melodies.performances(of: player))
      let row = draw.once(in: 8) ? performance(in: world) : own
      return .leavePerformance(.with { $0.performance = row?.performance ?? 0 })
    default:
      return .setMelodyRules(
        .with {
          $0.rules = .standard
          $0.rules.expiresAfterUs = amount(1_000_000) &* 60
          $0.rules.melodiesMax = UInt32(draw.number(in: 4...24))
          $0.rules.jointPermille = amount(1_000)
        })
    }
  }

  /// Somebody's melody, mostly the sender's own.
  private mutating func melody(in world: borrowing World) -> MelodyRow? {
    if draw.once(in: 4) { return melodyOfAnother(in: world) }
    return draw.element(of: world.melodies.rows(of: player))
  }

  private mutating func melodyOfAnother(in world: borrowing World) -> MelodyRow? {
    var composers: [PlayerID] = []
    for other in others where world.melodies.count(of: other) > 0 { composers.append(other) }
    guard let composer = draw.element(of: composers) else { return nil }
    return draw.element(of: world.melodies.rows(of: composer))
  }

  private mutating func songForSeveral(in world: borrowing World) -> UInt64 {
    if draw.once(in: 8) { return melody(in: world)?.melody ?? 0 }
    let songs = world.melodies.rows(of: player).filter { $0.piece.voices.count > 1 }
    return draw.element(of: songs)?.melody ?? 0
  }

  private mutating func performance(in world: borrowing World) -> PerformanceRow? {
    guard let region = world.movement.region(of: player) else { return nil }
    return draw.element(of: world.melodies.performances(in: region))
  }

  private mutating func part(in world: borrowing World) -> CombinedMelody {
    .with {
      $0.melody = melody(in: world)?.melody ?? 0
      $0.delay =
        draw.once(in: 12)
        ? UInt32(truncatingIfNeeded: draw.absurdity()) : UInt32(draw.below(4)) * 960
      $0.transposition = draw.once(in: 12) ? draw.absurdity() : 0
      $0.times = UInt32(draw.below(3))
    }
  }

  private mutating func piece() -> Piece {
    .with {
      $0.title = draw.once(in: 12) ? text() : "Song \(draw.below(100))"
      $0.key.tonic = UInt32(draw.below(draw.once(in: 12) ? 40 : 12))
      $0.key.mode = draw.element(of: Mode.allCases) ?? .major
      $0.metre.beats = UInt32(draw.below(draw.once(in: 12) ? 40 : 8))
      $0.metre.beatUnit = draw.once(in: 12) ? UInt32(draw.below(9)) : 4
      $0.tempo = UInt32(20 + draw.below(200))
      for _ in 0..<1 + draw.below(3) { $0.voices.append(voice()) }
    }
  }

  private mutating func voice() -> Voice {
    var voice = Voice()
    var end = 0
    for _ in 0..<1 + draw.below(12) {
      let duration = 120 * (1 + draw.below(4))
      voice.notes.append(
        .with {
          $0.pitch = UInt32(48 + draw.below(30))
          $0.start = UInt32(end)
          $0.duration = UInt32(duration)
          $0.dynamics = 64
          if draw.once(in: 60) { $0.start = UInt32(truncatingIfNeeded: draw.absurdity()) }
          if draw.once(in: 60) { $0.duration = UInt32(truncatingIfNeeded: draw.absurdity()) }
        })
      end += duration + 240 * draw.below(2)
    }
    return voice
  }
}
