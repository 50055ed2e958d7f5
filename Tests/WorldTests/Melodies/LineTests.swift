import Schema
import SwiftProtobuf
import Testing

@testable import World

/// How a line goes by itself, and what a moment of a bar weighs.
@Suite struct LineTests {
  @Test func `a tune is better than chance, than one note, and than leaps`() {
    let tune = Judge.judge(.frereJacques)
    #expect(tune.quality > 700 && tune.cadence == .authentic && tune.consonance == 0)
    let chance = Judge.judge(
      .of("C#4 B5 F4 D3 G#5 A4 C6 E3 A#4 F#5 C3 G4 D#5 B3 F#4 C#5"))
    #expect(chance.quality < -200 && chance.mood == .tense)
    let drone = Judge.judge(.of("C4 C4 C4 C4 C4 C4 C4 C4"))
    #expect(drone.quality < tune.quality)
    let leaps = Judge.judge(.of("C4 B4 C4 B4 C4 B4 C4 B4"))
    #expect(leaps.quality < tune.quality)
    #expect(leaps.conflicts.first?.kind == .leap && leaps.conflictCount == 7)
  }

  @Test func `the same notes in another key are strangers there`() {
    let own = Judge.judge(.frereJacques)
    var moved = Piece.frereJacques
    moved.key = .major(6)
    let strange = Judge.judge(moved)
    #expect(strange.quality < own.quality - 300)
    #expect(strange.conflicts.first?.kind == .outsideKey)
    #expect(strange.conflicts.first.map { $0.first == $0.second } == true)
  }

  @Test(
    arguments: [
      (.major, 60, .calm), (.lydian, 100, .bright), (.mixolydian, 140, .joyful),
      (.minor, 60, .solemn), (.dorian, 100, .wistful), (.phrygian, 140, .restless),
    ] as [(Mode, UInt32, Mood)])
  func `the mood follows mode and tempo`(mode: Mode, tempo: UInt32, mood: Mood) {
    // The notes that all modes on D have, more or less.
    let piece = Piece.of("D4 E4 D4 A4 G4 A4 G4 A4 D4*4", key: .of(2, mode), tempo: tempo)
    #expect(Judge.judge(piece).mood == mood)
  }

  @Test func `what lies low is solemn in minor`() {
    let piece = Piece.of("D3 E3 F3 A3 G3 F3 E3 D3", key: .of(2, .minor))
    #expect(Judge.judge(piece).mood == .solemn)
  }

  @Test func `beats have their strength`() {
    let common = Pulse(.with { ($0.beats, $0.beatUnit) = (4, 4) })
    #expect([0, 480, 960, 1_440, 240].map { common.strength(at: $0) } == [4, 2, 3, 2, 1])
    #expect(common.strength(from: 1_440, to: 2_400) == 4, "held over the bar")
    #expect(common.strength(from: 1_680, to: 1_920) == 1)
    #expect(common.place(of: 2_640) == (2, 2_500))
    let waltz = Pulse(.with { ($0.beats, $0.beatUnit) = (3, 4) })
    #expect([0, 480, 960, 1_440].map { waltz.strength(at: $0) } == [4, 2, 2, 4])
    let gigue = Pulse(.with { ($0.beats, $0.beatUnit) = (6, 8) })
    #expect([0, 240, 480, 720, 960].map { gigue.strength(at: $0) } == [4, 2, 2, 3, 2])
  }

  @Test func `keys have their notes`() {
    #expect(Scale(.major(2)).contains(66) && !Scale(.major(2)).contains(65))
    let minor = Scale(.of(9, .minor))
    #expect([67, 68, 65, 66].allSatisfy { minor.contains($0) } && !minor.contains(61))
    #expect(Scale(.of(4, .phrygian)).contains(65) && !Scale(.of(4, .phrygian)).contains(63))
    #expect(Scale(.major(11)).degree(of: 0) == 1)
  }

  @Test func `intervals are as sweet as they are said to be`() {
    let simple = (0...11).map { Interval.consonance(semitones: $0, isAboveBass: false) }
    let order = simple.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
    #expect(order.map(\.offset) == [3, 4, 8, 9, 7, 5, 0, 10, 2, 6, 11, 1])
    #expect(Interval.consonance(semitones: 5, isAboveBass: true) < 0)
    #expect(Interval.consonance(semitones: 13, isAboveBass: false) == -1_000)
    #expect(Interval.consonance(semitones: 14, isAboveBass: false) == -375)
  }
}
