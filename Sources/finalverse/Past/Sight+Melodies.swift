import EventLog
import Schema
import World

extension Sight {
  /// What a player has composed.
  mutating func addMelodies(of player: PlayerID, in world: borrowing World) throws {
    let summaries = world.melodies.rows(of: player).map(\.summary)
    members.append(("player", .large(player.rawValue)))
    try add("melodies", summaries)
    var cells: [[String]] = []
    for row in summaries {
      let sort = row.isMotif ? "motif" : Figures.count(Int(row.voices), "voice", "voices")
      cells.append([
        String(row.melody), row.title, sort, Figures.count(Int(row.notes), "note", "notes"),
        "quality \(row.quality)", row.mood.name,
      ])
    }
    let count = Figures.count(summaries.count, "melody", "melodies")
    add("\(world.label(player)) keeps \(count)", TextTable.lines(cells, leftAligned: [1, 2, 5]))
  }

  /// A melody, what it is worth, and what is wrong with it.
  mutating func addMelody(_ row: MelodyRow, of world: borrowing World) throws {
    let judgement = row.judgement
    try add("melody", row)
    try add("judgement", judgement)
    let piece = row.piece
    var lines = [
      "by \(world.label(PlayerID(row.player))), at \(Timestamp(microseconds: row.composedUs))",
      "in \(piece.key.text), \(piece.metre.beats)/\(piece.metre.beatUnit), "
        + "\(piece.tempo) quarters a minute",
      "quality \(judgement.quality) of 1,000, \(judgement.mood.name), \(judgement.cadence.text)",
    ]
    if !row.sources.isEmpty {
      lines.append("made of melodies " + row.sources.map(String.init).joined(separator: ", "))
    }
    for (index, voice) in piece.voices.enumerated() {
      lines.append("voice \(index): " + voice.notes.map(\.name).joined(separator: " "))
    }
    add("Melody \(row.melody), \(piece.title)", lines)
    guard judgement.conflictCount > 0 else { return }
    add(
      "\(Figures.count(Int(judgement.conflictCount), "conflict", "conflicts")), the worst first",
      judgement.conflicts.map { $0.text(in: piece) })
  }
}

extension Conflict {
  /// For people: which two notes, at which beat, why.
  func text(in piece: Piece) -> String {
    let beat = Figures.decimal(Double(beatPermille) / 1_000, places: 2)
    let notes =
      first == second
      ? first.text(in: piece) : "\(first.text(in: piece)) and \(second.text(in: piece))"
    return "bar \(bar), beat \(beat): \(notes): \(kind.text)"
  }
}

extension NotePlace {
  fileprivate func text(in piece: Piece) -> String {
    guard Int(voice) < piece.voices.count, Int(note) < piece.voices[Int(voice)].notes.count else {
      return "note \(note) of voice \(voice)"
    }
    return "\(piece.voices[Int(voice)].notes[Int(note)].name) (note \(note) of voice \(voice))"
  }
}

extension Note {
  /// For people: `C4` is the middle C.
  var name: String { PitchName.text(Int(pitch) % 12) + String(Int(pitch) / 12 - 1) }
}

extension MusicalKey {
  /// For people: `D minor`.
  var text: String { "\(PitchName.text(Int(tonic))) \(mode.name)" }
}

/// How pitches are called.
private enum PitchName {
  private static let names = [
    "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B",
  ]

  static func text(_ pitchClass: Int) -> String { names[pitchClass % 12] }
}

extension Mode {
  fileprivate var name: String {
    switch self {
    case .major: "major"
    case .minor: "minor"
    case .dorian: "dorian"
    case .phrygian: "phrygian"
    case .lydian: "lydian"
    case .mixolydian: "mixolydian"
    case .unspecified, .UNRECOGNIZED: "no mode"
    }
  }
}

extension Mood {
  /// For people.
  var name: String {
    switch self {
    case .bright: "bright"
    case .joyful: "joyful"
    case .calm: "calm"
    case .solemn: "solemn"
    case .wistful: "wistful"
    case .restless: "restless"
    case .tense: "tense"
    case .unspecified, .UNRECOGNIZED: "of no mood"
    }
  }
}

extension Cadence {
  fileprivate var text: String {
    switch self {
    case .authentic: "an authentic cadence"
    case .plagal: "a plagal cadence"
    case .half: "a half cadence"
    case .deceptive: "a deceptive cadence"
    case .unspecified, .UNRECOGNIZED: "no cadence"
    }
  }
}

extension ConflictKind {
  fileprivate var text: String {
    switch self {
    case .semitone: "a semitone apart"
    case .tritone: "a tritone apart"
    case .dissonance: "a dissonance that does not resolve"
    case .parallelFifths: "parallel fifths"
    case .parallelOctaves: "parallel octaves"
    case .voiceCrossing: "the voices cross"
    case .leadingTone: "the leading tone does not go to the tonic"
    case .leap: "a leap that is hard to sing"
    case .outsideKey: "not of the key"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}
