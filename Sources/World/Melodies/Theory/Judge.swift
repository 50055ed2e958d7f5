import Schema
import SwiftProtobuf

/// Judges a piece by the rules of music, in whole numbers.
///
/// Lines are judged by themselves: that they keep to the key, go smoothly, have a range that can be sung, repeat themselves neither always nor
/// never, and end. Voices are judged by how they sound together, weighed by how long and on how strong a beat, and by the rules of
/// counterpoint. docs/melodies.md has the numbers.
struct Judge {
  /// Something that is wrong.
  struct Finding {
    let kind: ConflictKind
    let first: (voice: Int, note: Int)
    let second: (voice: Int, note: Int)
    let tick: Int
    let semitones: Int
    let weight: Int
  }

  /// How many conflicts are listed at most.
  static let conflictsMax = 16

  let music: Music
  var findings: [Finding] = []

  private init(_ music: Music) {
    self.music = music
  }

  /// Judges a piece that was checked.
  ///
  /// - Complexity: O(voices² × notes).
  static func judge(_ piece: Piece) -> Judgement {
    var judge = Judge(Music(piece))
    return judge.judgement()
  }

  private mutating func judgement() -> Judgement {
    let cadence = cadence()
    let lines = music.lines.indices.map { judgeLine($0) }
    let line = lines.reduce(0, +) / max(1, lines.count)
    var judgement = Judgement()
    judgement.cadence = cadence
    if music.lines.count == 1 {
      let quality = (850 * line + 150 * (2 * cadence.valueOfLine - 1_000)) / 1_000
      judgement.quality = Int64(clamping: quality)
    } else {
      let concord = concord()
      let base = (550 * concord.sweetness + 250 * line + 200 * cadence.value) / 1_000
      judgement.quality = Int64(clamping: min(max(-1_000, base - concord.penalty), 1_000))
      judgement.consonance = Int64(clamping: concord.consonance)
    }
    judgement.line = Int64(clamping: line)
    judgement.mood = mood(judgement)
    list(in: &judgement)
    return judgement
  }

  /// Lists the worst of what was found.
  private func list(in judgement: inout Judgement) {
    judgement.conflictCount = UInt32(clamping: findings.count)
    let worst = findings.sorted { lhs, rhs in
      (-lhs.weight, lhs.tick, lhs.first.voice, lhs.second.voice, lhs.kind.rawValue)
        < (-rhs.weight, rhs.tick, rhs.first.voice, rhs.second.voice, rhs.kind.rawValue)
    }
    judgement.conflicts = worst.prefix(Self.conflictsMax).map { finding in
      let place = music.pulse.place(of: finding.tick)
      return .with {
        $0.kind = finding.kind
        $0.first.voice = UInt32(clamping: finding.first.voice)
        $0.first.note = UInt32(clamping: finding.first.note)
        $0.second.voice = UInt32(clamping: finding.second.voice)
        $0.second.note = UInt32(clamping: finding.second.note)
        $0.bar = UInt32(clamping: place.bar)
        $0.beatPermille = UInt32(clamping: place.beatPermille)
        $0.semitones = UInt32(clamping: finding.semitones)
        $0.weight = Int64(clamping: max(1, finding.weight))
      }
    }
  }

  /// What the piece sounds like: by dissonance first, then by mode, tempo and register.
  private func mood(_ judgement: Judgement) -> Mood {
    let isRough = music.lines.count == 1 ? judgement.quality < -200 : judgement.consonance < 200
    if isRough { return .tense }
    let isSlow = music.tempo < 80
    let isQuick = music.tempo >= 120
    if music.scale.isMajor { return isSlow ? .calm : isQuick ? .joyful : .bright }
    if isSlow || isLow { return .solemn }
    return isQuick ? .restless : .wistful
  }

  /// Whether the mean pitch lies below the G under the middle C.
  private var isLow: Bool {
    var weighed = 0
    var length = 0
    for tone in music.lines.joined() {
      weighed += tone.pitch * tone.duration
      length += tone.duration
    }
    return weighed < 55 * length
  }
}
