import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct MelodyCommandTests {
  /// A small world whose clock runs, and two players in it.
  private func livingWorld() throws -> (WorldFixture, ann: PlayerID, ben: PlayerID) {
    let fixture = try WorldFixture()
    try fixture.runAsOperator(.startClock())
    return (fixture, try fixture.newPlayer("Ann"), try fixture.newPlayer("Ben"))
  }

  @Test func `a melody is written down, judged, and told to its composer alone`() throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    let number = fixture.nextPosition.rawValue
    let events = try fixture.run(.compose(.frereJacques), by: ann)
    let composed = try #require(events.first?.melodies.melodyComposed)
    #expect(events.count == 1 && composed.melody == number && composed.player == ann.rawValue)
    #expect(composed.quality == Judge.judge(.frereJacques).quality && composed.mood == .joyful)
    var audiences: [Audience] = []
    events[0].addAudience(to: &audiences)
    #expect(audiences == [.player(ann)])
    let row = fixture.world.melodies.melody(MelodyID(number))
    #expect(row?.piece == .frereJacques && row?.composedUs == fixture.now.microseconds)
  }

  @Test func `only fields that this program knows get into the log`() throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    var bytes: [UInt8] = try Piece.frereJacques.serializedBytes()
    bytes += [0xFA, 0x3F, 0x02, 0x68, 0x69]
    let piece = try Piece(serializedBytes: bytes)
    #expect(piece != .frereJacques)
    let events = try fixture.run(.compose(piece), by: ann)
    #expect(events.first?.melodies.melodyComposed.piece == .frereJacques)
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let field: String
    let harm: @Sendable (inout Piece) -> Void
    var testDescription: String { field }

    init(_ field: String, _ harm: @escaping @Sendable (inout Piece) -> Void) {
      self.field = field
      self.harm = harm
    }
  }

  static let faults: [Fault] = [
    Fault("title") { $0.title = "" }, Fault("title") { $0.title = "<b>" },
    Fault("title") { $0.title = String(repeating: "a", count: 41) },
    Fault("key") { $0.key.tonic = 12 }, Fault("key") { $0.key.mode = .unspecified },
    Fault("key") { $0.key.mode = .UNRECOGNIZED(77) }, Fault("metre") { $0.metre.beats = 0 },
    Fault("metre") { $0.metre.beats = 17 }, Fault("metre") { $0.metre.beatUnit = 3 },
    Fault("tempo") { $0.tempo = 19 }, Fault("tempo") { $0.tempo = .max },
    Fault("voices") { $0.voices = [] },
    Fault("voices") { $0.voices = Array(repeating: $0.voices[0], count: 5) },
    Fault("voices") { $0.voices = Array(repeating: .of(long), count: 4) },
    Fault("voices[0].notes") { $0.voices[0].notes = [] },
    Fault("voices[0].notes[1].pitch") { $0.voices[0].notes[1].pitch = 128 },
    Fault("voices[0].notes[1].dynamics") { $0.voices[0].notes[1].dynamics = 0 },
    Fault("voices[0].notes[1].dynamics") { $0.voices[0].notes[1].dynamics = 128 },
    Fault("voices[0].notes[1].duration") { $0.voices[0].notes[1].duration = 0 },
    Fault("voices[0].notes[1].duration") { $0.voices[0].notes[1].duration = .max },
    Fault("voices[0].notes[1].duration") { $0.voices[0].notes[1].start = .max },
    Fault("voices[0].notes[1].start") { $0.voices[0].notes[1].start = 479 },
  ]

  private static let long = String(repeating: "C4 ", count: 65)

  @Test(arguments: faults)
  func `what cannot be played is refused, and the place named`(_ fault: Fault) throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    var piece = Piece.frereJacques
    fault.harm(&piece)
    expectRejection(
      MelodiesRejection.invalidMelody, field: "compose_melody.piece.\(fault.field)"
    ) {
      try fixture.run(.compose(piece), by: ann)
    }
  }

  @Test func `a player keeps as many melodies as the rules allow`() throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    try fixture.runAsOperator(.setMelodyRules { $0.melodiesMax = 2 })
    let first = try fixture.compose(.ground, by: ann)
    _ = try fixture.compose(.violin, by: ann)
    expectRejection(MelodiesRejection.tooManyMelodies) {
      try fixture.run(.compose(.ground), by: ann)
    }
    expectRejection(MelodiesRejection.tooManyMelodies) {
      try fixture.run(.combine("Both", [.of(first), .of(first)]), by: ann)
    }
    try fixture.run(.retireMelody(first), by: ann)
    _ = try fixture.compose(.ground, by: ann)
  }

  @Test func `only its composer throws a melody away, and moderators remove it`() throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    let ben = try fixture.newPlayer("Ben")
    let first = try fixture.compose(.ground, by: ann)
    expectRejection(MelodiesRejection.notYourMelody, field: "retire_melody.melody") {
      try fixture.run(.retireMelody(first), by: ben)
    }
    try fixture.runAsOperator(.changeRole(of: ben, to: .moderator))
    let events = try fixture.run(.removeMelody(first), by: ben)
    #expect(events.first?.melodies.melodyRetired.by == ben.rawValue)
    let second = try fixture.compose(.ground, by: ann)
    try fixture.run(.retireMelody(second), by: ann)
    expectRejection(MelodiesRejection.noSuchMelody, field: "remove_melody.melody") {
      try fixture.runAsOperator(.removeMelody(second))
    }
    expectRejection(MelodiesRejection.noSuchMelody, field: "retire_melody.melody") {
      try fixture.run(.retireMelody(second), by: ann)
    }
  }

  @Test func `a performance is heard in the region, by how good the melody is`() throws {
    let (fixture, ann, ben) = try livingWorld()
    let melody = try fixture.compose(.frereJacques, by: ann)
    let before = fixture.standing(of: 1)
    let events = try fixture.run(.perform(melody), by: ben)
    try #require(events.count >= 2, "one entry has both")
    let performed = events[0].melodies.melodyPerformed
    let heard = events[1].harmony.songHeard
    #expect(performed.player == ben.rawValue && performed.region == 1)
    #expect(performed.title == "Frere Jacques" && heard.player == ben.rawValue)
    #expect(heard.quality == performed.quality && performed.quality > 700)
    #expect(fixture.standing(of: 1).harmony > before.harmony)

    let deed = events[2].progress.deedDone
    #expect(deed.player == ben.rawValue && deed.deed == .performance)
    let again = try fixture.run(.perform(melody), by: ben)[2].progress.deedDone
    #expect(again.earned > 0 && again.earned < deed.earned, "repetition earns less")

    let noise = try fixture.compose(
      .of("C5*2 E5*2 F5*4", "B4*2 D#5*2 E5*4", title: "Noise"), by: ann)
    let better = fixture.standing(of: 1)
    let hurt = try fixture.run(.perform(noise), by: ann)
    #expect(hurt.count == 2, "and is no deed")
    #expect(fixture.standing(of: 1).harmony < better.harmony, "a clash hurts")
    try fixture.runAsOperator(.setMelodyRules { $0.effectPermille = 0 })
    let still = fixture.standing(of: 1)
    try fixture.run(.perform(melody), by: ben)
    #expect(fixture.standing(of: 1) == still)
  }

  @Test func `nobody performs in a world without a clock, nor what is not there`() throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    let melody = try fixture.compose(
      .together(.violin, .ground), by: ann)
    expectRejection(WorldClockRejection.noClock) { try fixture.run(.perform(melody), by: ann) }
    expectRejection(WorldClockRejection.noClock) { try fixture.run(.propose(melody), by: ann) }
    try fixture.runAsOperator(.startClock())
    expectRejection(MelodiesRejection.noSuchMelody, field: "perform_melody.melody") {
      try fixture.run(.perform(melody + 1), by: ann)
    }
  }

  @Test func `melodies are combined, each in its own time and pitch, and that can be tried before`()
    throws
  {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    let ben = try fixture.newPlayer("Ben")
    let violin = try fixture.compose(.violin, by: ann)
    let ground = try fixture.compose(.ground, by: ben)
    let parts: [CombinedMelody] = [
      .of(violin, delay: 7_680), .of(ground, transposition: -12, times: 2),
    ]
    var query = Query()
    query.melodies.judgeCombination.parts = parts
    let tried = try fixture.ask(query, by: ben).melodies.judgeCombination
    let events = try fixture.run(.combine("Canon in D", parts), by: ben)
    let composed = try #require(events.first?.melodies.melodyComposed)
    #expect(composed.sources == [violin, ground] && composed.piece.title == "Canon in D")
    #expect(composed.piece.voices == tried.piece.voices)
    #expect(composed.quality == tried.judgement.quality)
    #expect(composed.piece.key == .major(2) && composed.piece.tempo == 60)
    let (high, low) = (composed.piece.voices[0].notes, composed.piece.voices[1].notes)
    #expect(high.count == 8 && low.count == 16)
    #expect(high[0].start == 7_680 && high[0].pitch == 78)
    #expect(low[0].pitch == 38 && low[8].pitch == 38 && low[8].start == 7_680)
  }

  @Test func `what cannot be combined is refused, and the part named`() throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    let tune = try fixture.compose(.frereJacques, by: ann)
    let pair = try fixture.compose(.together(.violin, .ground), by: ann)
    let motif = try fixture.compose(.of("G7 G8"), by: ann)
    let cases: [([CombinedMelody], String)] = [
      ([.of(tune)], ""), (Array(repeating: .of(tune), count: 5), ""),
      ([.of(tune), .of(tune, delay: .max)], "[1].delay"),
      ([.of(tune), .of(tune, delay: 983_040)], "[1].delay"),
      ([.of(tune), .of(tune, delay: 980_000 - 15_360, times: 2)], "[1].times"),
      ([.of(tune), .of(tune, transposition: .min)], "[1].transposition"),
      ([.of(tune), .of(motif, transposition: 36)], "[1].transposition"),
      ([.of(pair, transposition: 36), .of(pair), .of(tune)], "[2].melody"),
      ([.of(tune), .of(tune, times: .max)], "[1].times"),
      ([.of(tune), .of(tune, times: 30)], "[1].times"),
    ]
    for (parts, place) in cases {
      expectRejection(
        MelodiesRejection.invalidCombination, field: "combine_melodies.parts\(place)"
      ) {
        try fixture.run(.combine("Both", parts), by: ann)
      }
    }
    expectRejection(MelodiesRejection.invalidMelody, field: "combine_melodies.title") {
      try fixture.run(.combine("", [.of(tune), .of(tune)]), by: ann)
    }
    expectRejection(MelodiesRejection.noSuchMelody, field: "combine_melodies.parts[1].melody") {
      try fixture.run(.combine("Both", [.of(tune), .of(999)]), by: ann)
    }
  }

  @Test func `whoever asks is told of melodies`() throws {
    let fixture = try WorldFixture()
    let ann = try fixture.newPlayer("Ann")
    let ben = try fixture.newPlayer("Ben")
    let tune = try fixture.compose(.frereJacques, by: ann)
    let motif = try fixture.compose(.ground, by: ann)
    let own = try fixture.ask(.with { $0.melodies.composed.player = ann.rawValue }, by: ben)
    #expect(own.melodies.composed.melodies.map(\.melody) == [tune, motif])
    #expect(own.melodies.composed.melodies.map(\.isMotif) == [false, true])
    let answer = try fixture.ask(.with { $0.melodies.melody.melody = tune }, by: ben).melodies
    #expect(answer.melody.row.piece == .frereJacques)
    #expect(answer.melody.judgement == Judge.judge(.frereJacques))
    expectRejection(MelodiesRejection.noSuchMelody, field: "melody") {
      _ = try fixture.ask(.with { $0.melodies.melody.melody = 999 }, by: ben)
    }
  }

  @Test func `designers change the rules, within bounds`() throws {
    let fixture = try WorldFixture()
    let harms: [(String, (inout MelodyRules) -> Void)] = [
      ("melodies_max", { $0.melodiesMax = 0 }), ("notes_max", { $0.notesMax = 513 }),
      ("performances_max", { $0.performancesMax = 9 }),
      ("effect_permille", { $0.effectPermille = -1 }),
      ("joint_permille", { $0.jointPermille = 1_001 }),
      ("expires_after_us", { $0.expiresAfterUs = 999_999 }),
    ]
    for (field, harm) in harms {
      expectRejection(
        MelodiesRejection.invalidMelodyRules, field: "set_melody_rules.rules.\(field)"
      ) {
        try fixture.runAsOperator(.setMelodyRules(harm))
      }
    }
    try fixture.runAsOperator(.setMelodyRules { $0.notesMax = 7 })
    #expect(fixture.world.melodies.rules.notesMax == 7)
    try fixture.runAsOperator(.startClock())
    #expect(fixture.world.melodies.rules.notesMax == 7, "a clock does not set them back")
  }

  @Test func `a world may be founded with rules of its own`() throws {
    var file = WorldFile.small
    file.melodies = .standard
    file.melodies.melodiesMax = 3
    #expect(try WorldFixture(file).world.melodies.rules.melodiesMax == 3)
    file.melodies.expiresAfterUs = 0
    #expect(throws: FoundingFault.self) { try WorldFixture(file) }
    let hasRules = try WorldFixture().world.melodies.hasRules()
    #expect(!hasRules)
  }
}
