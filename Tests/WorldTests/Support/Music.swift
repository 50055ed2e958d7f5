import EventLog
import Schema
import SwiftProtobuf

@testable import World

extension Voice {
  /// A voice in words: `C4` is a quarter of the middle C, `C#4*2` a half, `C4/2` an eighth, `C4*3/2` a dotted quarter, `-` a rest.
  static func of(_ text: String, dynamics: UInt32 = 80) -> Self {
    var now = 0
    var voice = Self()
    for word in text.split(separator: " ") {
      let name = word.prefix { $0 != "*" && $0 != "/" }
      var duration = Music.quarter
      for factor in word.dropFirst(name.count).split(separator: "*") {
        let parts = factor.split(separator: "/").compactMap { Int($0) }
        duration =
          factor.hasPrefix("/") ? duration / (parts.first ?? 1) : duration * (parts.first ?? 1)
        if parts.count == 2 { duration /= parts[1] }
      }
      if name != "-" {
        voice.notes.append(
          .with {
            $0.pitch = pitch(name)
            $0.start = UInt32(now)
            $0.duration = UInt32(duration)
            $0.dynamics = dynamics
          })
      }
      now += duration
    }
    return voice
  }

  private static func pitch(_ name: Substring) -> UInt32 {
    let steps: [Character: Int] = ["C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11]
    let octave = Int(name.suffix(1)) ?? 4
    let alteration = name.contains("#") ? 1 : name.contains("b") ? -1 : 0
    return UInt32(12 * (octave + 1) + (steps[name.first ?? "C"] ?? 0) + alteration)
  }
}

extension Piece {
  /// A piece, by default in C major, of four quarters, 100 of them a minute.
  static func of(
    _ voices: String..., title: String = "Tune", key: MusicalKey = .major(0), beats: UInt32 = 4,
    unit: UInt32 = 4, tempo: UInt32 = 100
  ) -> Self {
    .with {
      $0.title = title
      $0.key = key
      $0.metre = .with { ($0.beats, $0.beatUnit) = (beats, unit) }
      $0.tempo = tempo
      $0.voices = voices.map { .of($0) }
    }
  }

  /// The round that everybody knows, from France and old.
  static let frereJacques = of(
    """
    C4 D4 E4 C4 C4 D4 E4 C4 E4 F4 G4*2 E4 F4 G4*2 \
    G4/2 A4/2 G4/2 F4/2 E4 C4 G4/2 A4/2 G4/2 F4/2 E4 C4 C4 G3 C4*2 C4 G3 C4*2
    """, title: "Frere Jacques", tempo: 120)

  /// The bass of Johann Pachelbel's canon in D.
  static let ground = of(
    "D3*2 A2*2 B2*2 F#2*2 G2*2 D2*2 G2*2 A2*2", title: "Ground", key: .major(2), tempo: 60)

  /// The first violin's first entry above it.
  static let violin = of(
    "F#5*2 E5*2 D5*2 C#5*2 B4*2 A4*2 B4*2 C#5*2", title: "Violin", key: .major(2), tempo: 60)

  /// Copies of this, each later than the one before, as somebody would combine them.
  func canon(of entries: Int, every delay: Int) throws(PieceFault) -> Self {
    var combination = Combination(like: self, notesMax: 512)
    for entry in 0..<entries {
      try combination.add(.with { $0.delay = UInt32(entry * delay) }, self)
    }
    var piece = combination.piece
    piece.title = title
    return piece
  }
}

extension MusicalKey {
  static func major(_ tonic: UInt32) -> Self {
    .with { ($0.tonic, $0.mode) = (tonic, .major) }
  }

  static func of(_ tonic: UInt32, _ mode: Mode) -> Self {
    .with { ($0.tonic, $0.mode) = (tonic, mode) }
  }
}

extension Command {
  static func compose(_ piece: Piece) -> Self {
    .with { $0.melodies.composeMelody.piece = piece }
  }

  static func perform(_ melody: UInt64) -> Self {
    .with { $0.melodies.performMelody.melody = melody }
  }

  static func retireMelody(_ melody: UInt64) -> Self {
    .with { $0.melodies.retireMelody.melody = melody }
  }

  static func removeMelody(_ melody: UInt64) -> Self {
    .with { $0.melodies.removeMelody.melody = melody }
  }

  static func combine(_ title: String, _ parts: [CombinedMelody]) -> Self {
    .with {
      $0.melodies.combineMelodies.title = title
      $0.melodies.combineMelodies.parts = parts
    }
  }

  static func propose(_ melody: UInt64, part: UInt32 = 0) -> Self {
    .with {
      $0.melodies.proposePerformance.melody = melody
      $0.melodies.proposePerformance.part = part
    }
  }

  static func join(_ performance: UInt64, part: UInt32) -> Self {
    .with {
      $0.melodies.joinPerformance.performance = performance
      $0.melodies.joinPerformance.part = part
    }
  }

  static func leave(_ performance: UInt64) -> Self {
    .with { $0.melodies.leavePerformance.performance = performance }
  }

  static func setMelodyRules(_ body: (inout MelodyRules) -> Void) -> Self {
    .with {
      $0.melodies.setMelodyRules.rules = .standard
      body(&$0.melodies.setMelodyRules.rules)
    }
  }
}

extension CombinedMelody {
  static func of(
    _ melody: UInt64, delay: UInt32 = 0, transposition: Int64 = 0, times: UInt32 = 0
  ) -> Self {
    .with {
      $0.melody = melody
      $0.delay = delay
      $0.transposition = transposition
      $0.times = times
    }
  }
}

extension WorldFixture {
  /// Has a player compose a piece; the melody's number.
  func compose(_ piece: Piece, by player: PlayerID) throws(Rejection) -> UInt64 {
    let number = nextPosition.rawValue
    try run(.compose(piece), by: player)
    return number
  }
}
