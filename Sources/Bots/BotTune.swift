import Schema
import SwiftProtobuf

/// What bots compose: tunes of four bars that wander by step, and come home.
enum BotTune {
  private static let scale: [UInt32] = [60, 62, 64, 65, 67, 69, 71, 72]
  private static let bar: UInt32 = 1_920

  /// A tune of a player's.
  static func piece(of player: UInt64, using random: inout BotRandom) -> Piece {
    var degree = 4
    var notes: [Note] = []
    for beat in 0..<14 as Range<UInt32> {
      notes.append(note(scale[degree], at: beat * bar / 4, for: bar / 4))
      let step = Int.random(in: -2...2, using: &random)
      degree = min(max(0, degree + step), scale.count - 1)
    }
    notes.append(note(62, at: 14 * bar / 4, for: bar / 4))
    notes.append(note(60, at: 15 * bar / 4, for: bar / 4))
    return .with {
      $0.title = "Tune of bot \(player)"
      $0.key = .with { $0.mode = .major }
      $0.metre = .with { ($0.beats, $0.beatUnit) = (4, 4) }
      $0.tempo = 100
      $0.voices = [.with { $0.notes = notes }]
    }
  }

  /// Two voices that sing the same tune, the second two bars later and an octave lower.
  static func round(of melody: UInt64) -> [CombinedMelody] {
    [
      .with { $0.melody = melody },
      .with {
        $0.melody = melody
        $0.delay = 2 * bar
        $0.transposition = -12
      },
    ]
  }

  private static func note(_ pitch: UInt32, at start: UInt32, for duration: UInt32) -> Note {
    .with {
      $0.pitch = pitch
      $0.start = start
      $0.duration = duration
      $0.dynamics = 80
    }
  }
}
