import Schema
import SwiftProtobuf
import Testing

@testable import World

/// Worked examples: music that has been found good for centuries, and clashes that everybody hears.
@Suite struct JudgeTests {
  /// Above this is what is known to be good, and below ``clash`` what is known to be bad.
  private static let good: Int64 = 500
  private static let clash: Int64 = 0

  struct Good: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let piece: Piece
    let cadence: Cadence
    let mood: Mood

    init(_ description: String, _ piece: Piece, _ cadence: Cadence, _ mood: Mood) {
      testDescription = description
      self.piece = piece
      self.cadence = cadence
      self.mood = mood
    }
  }

  static let harmonies: [Good] = [
    Good(
      "Frère Jacques, a canon of four entries at two bars",
      (try? Piece.frereJacques.canon(of: 4, every: 3_840)) ?? Piece(), .authentic, .joyful),
    Good(
      "Pachelbel's ground and its first violin", .together(.violin, .ground), .half, .calm),
    Good(
      "Fux: first species over the Dorian cantus of Gradus ad Parnassum",
      .of(
        "A4*4 A4*4 G4*4 A4*4 B4*4 C5*4 C5*4 B4*4 D5*4 C#5*4 D5*4",
        "D4*4 F4*4 E4*4 D4*4 G4*4 F4*4 A4*4 G4*4 F4*4 E4*4 D4*4",
        key: .of(2, .dorian)), .authentic, .wistful),
    Good(
      "an authentic cadence in four voices",
      .of(
        "C5*2 C5*2 B4*2 C5*2", "G4*2 A4*2 G4*2 G4*2", "E4*2 F4*2 D4*2 E4*2",
        "C3*2 F3*2 G3*2 C3*2"), .authentic, .bright),
    Good(
      "a plagal cadence in four voices",
      .of("C5*2 C5*2 C5*4", "G4*2 A4*2 G4*4", "E4*2 F4*2 E4*4", "C3*2 F3*2 C3*4"),
      .plagal, .bright),
    Good(
      "a dominant seventh that resolves",
      .of("F5*2 E5*2", "B4*2 C5*2", "D4*2 C4*2", "G3*2 C3*2"), .authentic, .bright),
    Good(
      "a suspension, prepared and resolved",
      .of("C5*4 B4*2 C5*2", "E4*2 D4*2 D4*2 C4*2"), .authentic, .bright),
  ]

  @Test(arguments: harmonies)
  func `what is known to be good is found good`(_ example: Good) {
    let judgement = Judge.judge(example.piece)
    #expect(example.piece.fault(notesMax: 512) == nil)
    #expect(judgement.quality > Self.good, "\(judgement)")
    #expect(judgement.cadence == example.cadence)
    #expect(judgement.mood == example.mood)
    let named = judgement.conflicts.filter { $0.kind != .parallelOctaves }
    #expect(named.isEmpty, "a canon in unison doubles itself now and then, and nothing else")
  }

  struct Clash: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let piece: Piece
    let kind: ConflictKind
    /// The note of voice 0, and that of voice 1.
    let notes: (UInt32, UInt32)
    let bar: UInt32
    let beat: UInt32

    init(
      _ description: String, _ piece: Piece, _ kind: ConflictKind, notes: (UInt32, UInt32),
      bar: UInt32, beat: UInt32
    ) {
      testDescription = description
      self.piece = piece
      self.kind = kind
      self.notes = notes
      self.bar = bar
      self.beat = beat
    }
  }

  static let clashes: [Clash] = [
    Clash(
      "a tritone held on a downbeat", .of("G4*4 B4*4 G4*4", "C4*4 F4*4 C4*4"), .tritone,
      notes: (1, 1), bar: 2, beat: 1_000),
    Clash(
      "minor seconds", .of("C5*2 E5*2 F5*4", "B4*2 D#5*2 E5*4"), .semitone, notes: (2, 2), bar: 2,
      beat: 1_000),
    Clash(
      "parallel fifths", .of("G4 A4 B4 C5", "C4 D4 E4 F4"), .parallelFifths, notes: (2, 2),
      bar: 1, beat: 3_000),
    Clash(
      "parallel octaves", .of("C5 D5 E5 F5", "C4 D4 E4 F4"), .parallelOctaves, notes: (2, 2),
      bar: 1, beat: 3_000),
    Clash(
      "a tune in two keys a semitone apart",
      .together(
        .of("C4 D4 E4 C4 C4 D4 E4 C4"), .of("C#4 D#4 F4 C#4 C#4 D#4 F4 C#4")),
      .semitone, notes: (0, 0), bar: 1, beat: 1_000),
    Clash(
      "a seventh held against the bass", .of("E4*4 D5*4 A4*4", "C4*4 E4*4 A3*4"), .dissonance,
      notes: (1, 1), bar: 2, beat: 1_000),
  ]

  @Test(arguments: clashes)
  func `what clashes is found bad, and named`(_ example: Clash) throws {
    let judgement = Judge.judge(example.piece)
    #expect(judgement.quality < Self.clash, "\(judgement)")
    let worst = try #require(judgement.conflicts.first)
    #expect(worst.kind == example.kind)
    #expect(worst.first == NotePlace.with { ($0.voice, $0.note) = (0, example.notes.0) })
    #expect(worst.second == NotePlace.with { ($0.voice, $0.note) = (1, example.notes.1) })
    #expect(worst.bar == example.bar && worst.beatPermille == example.beat)
  }

  @Test func `every good example is better than every clash`() {
    let worst = Self.harmonies.map { Judge.judge($0.piece).quality }.min() ?? 0
    let best = Self.clashes.map { Judge.judge($0.piece).quality }.max() ?? 0
    #expect(worst > best + 300)
  }

  @Test func `a leading tone that goes elsewhere is named`() {
    let judgement = Judge.judge(.of("B4*2 G4*2", "G3*2 C3*2"))
    let found = judgement.conflicts.filter { $0.kind == .leadingTone }
    #expect(found.count == 1)
    #expect(found.first?.first == NotePlace.with { ($0.voice, $0.note) = (0, 0) })
    #expect(found.first?.second == NotePlace.with { ($0.voice, $0.note) = (0, 1) })
    let resolved = Judge.judge(.of("B4*2 C5*2", "G3*2 C3*2"))
    #expect(!resolved.conflicts.contains { $0.kind == .leadingTone })
    #expect(resolved.quality > judgement.quality)
  }

  @Test func `voices that cross are named, where they have ranges of their own`() {
    let judgement = Judge.judge(.of("C5 B4 E4 C5 B4 C5", "C4 D4 G4 E4 D4 C4"))
    #expect(
      judgement.conflicts.contains {
        $0.kind == .voiceCrossing && $0.first.note == 2 && $0.second.note == 2
      })
    let canon = Judge.judge((try? Piece.frereJacques.canon(of: 4, every: 3_840)) ?? Piece())
    #expect(!canon.conflicts.contains { $0.kind == .voiceCrossing })
  }

  @Test func `a note passes on a weak beat that would clash on a strong one`() {
    let passing = Judge.judge(.of("C5 D5 E5*2 C5*4", "C4*4 C4*4"))
    #expect(passing.conflicts.isEmpty)
    let accented = Judge.judge(.of("D5*2 G5*2 C5*4", "C4*4 C4*4"))
    #expect(accented.conflicts.first?.kind == .dissonance)
    #expect(accented.quality < passing.quality)
  }

  @Test func `endings are told apart`() {
    let upper = "E5*2 "
    let endings: [(String, String, Cadence)] = [
      ("D5*2 C5*2", "G3*2 C4*2", .authentic), ("F5*2 E5*2", "F3*2 C4*2", .plagal),
      ("C5*2 B4*2", "C4*2 G3*2", .half), ("B4*2 C5*2", "G3*2 A3*2", .deceptive),
      ("F5*2 A5*2", "D4*2 F4*2", .unspecified),
    ]
    for (high, low, cadence) in endings {
      #expect(Judge.judge(.of(upper + high, "C4*2 " + low)).cadence == cadence, "\(low)")
    }
  }

  @Test func `no more conflicts are listed than there is room for, and all are counted`() {
    let ten = String(repeating: "C5*2 E5*2 ", count: 10)
    let other = String(repeating: "B4*2 D#5*2 ", count: 10)
    let judgement = Judge.judge(.of(ten, other))
    #expect(judgement.conflicts.count == Judge.conflictsMax)
    #expect(judgement.conflictCount > 16)
    #expect(judgement.quality == -1_000)
    let weights = judgement.conflicts.map(\.weight)
    #expect(weights == weights.sorted(by: >))
  }
}

extension Piece {
  /// Two pieces of one voice at once, in the key of the first.
  static func together(_ first: Piece, _ second: Piece) -> Self {
    var piece = first
    piece.voices += second.voices
    return piece
  }
}
