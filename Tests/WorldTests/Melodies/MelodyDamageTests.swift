import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// What a damaged log may bring: events that no decision would have made.
///
/// Folding them, deciding on what comes of it, answering and checking may find fault, but never trap.
@Suite struct MelodyDamageTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `no event is too absurd to be folded`(seed: UInt64) throws {
    let fixture = try WorldFixture()
    try fixture.runAsOperator(.startClock())
    let ann = try fixture.newPlayer("Ann")
    fixture.isChecking = false
    var damage = Damage(draw: Draw(seed: seed))
    for step in 0..<2_000 {
      fixture.commit(
        [.with { $0.melodies.event = damage.event() }], actor: .operator, commandID: .none)
      if step % 10 == 0 { poke(fixture, ann, &damage) }
    }
    let indexes = fixture.world.violations().filter { $0.description.contains("index") }
    #expect(indexes == [])
    var replayed = World()
    for entry in fixture.entries { replayed.fold(try entry.events()[...], of: entry.stamp) }
    let original = try fixture.world.rows()
    #expect(try replayed.rows() == original)
    var loaded = try fixture.world.loadedAnew()
    #expect(try loaded.rows() == original)
  }

  /// Decides and asks all there is, whatever comes of it.
  private func poke(_ fixture: WorldFixture, _ player: PlayerID, _ damage: inout Damage) {
    let number = damage.small()
    let commands: [Command] = [
      .perform(number), .retireMelody(number), .propose(number), .leave(number),
      .join(number, part: UInt32(damage.small())), .compose(damage.piece()),
      .combine("Both", [.of(number), .of(damage.small(), times: 3)]),
    ]
    var decision = Decision()
    let requester = Requester(actor: player.actor, role: .player)
    for command in commands {
      decision.clear()
      try? fixture.world.decide(command, fixture.context(requester), &decision)
    }
    let job = JobRow.with { ($0.kind, $0.subject) = (.performanceExpiry, number) }
    decision.clear()
    try? fixture.world.decide(.fire(job), fixture.context(.scheduler), &decision)
    var queries = [Query](repeating: Query(), count: 3)
    queries[0].melodies.melody.melody = number
    queries[1].melodies.composed.player = damage.small()
    queries[2].melodies.performances.region = UInt32(damage.small())
    for query in queries { _ = try? fixture.ask(query, by: player) }
  }
}

/// Draws events without sense.
private struct Damage {
  var draw: Draw

  mutating func small() -> UInt64 { UInt64(draw.number(0...9)) }

  mutating func piece() -> Piece {
    var piece = Piece.of("C4 D4 E4", "C3*3")
    if draw.once(in: 2) { return piece }
    piece.metre.beats = number()
    piece.metre.beatUnit = number()
    piece.key.tonic = number()
    piece.voices[0].notes[1].pitch = number()
    piece.voices[0].notes[1].start = number()
    piece.voices[1].notes[0].duration = number()
    return piece
  }

  mutating func event() -> MelodiesEvent.OneOf_Event {
    switch draw.number(0...9) {
    case 0:
      .melodyRulesSet(
        .with {
          $0.rules.melodiesMax = number()
          $0.rules.notesMax = number()
          $0.rules.performancesMax = number()
          $0.rules.effectPermille = draw.absurdity()
          $0.rules.jointPermille = draw.absurdity()
          $0.rules.expiresAfterUs = draw.absurdity()
        })
    case 1...3:
      .melodyComposed(
        .with {
          $0.melody = small()
          $0.player = player()
          $0.piece = piece()
          $0.quality = draw.absurdity()
        })
    case 4: .melodyRetired(.with { $0.melody = small() })
    case 5...6:
      .performanceProposed(
        .with {
          $0.performance = small()
          $0.player = player()
          $0.region = number()
          $0.parts = number()
          $0.part = number()
          $0.quality = draw.absurdity()
          $0.expiresUs = draw.absurdity()
        })
    case 7:
      .performanceJoined(
        .with {
          $0.performance = small()
          $0.player = player()
          $0.part = number()
        })
    case 8:
      .performanceLeft(
        .with {
          $0.performance = small()
          $0.part = number()
        })
    default: .performanceGiven(.with { $0.performance = small() })
    }
  }

  private mutating func player() -> UInt64 { UInt64(draw.number(998...1_003)) }

  private mutating func number() -> UInt32 {
    draw.once(in: 3) ? UInt32(truncatingIfNeeded: draw.absurdity()) : UInt32(draw.number(0...3))
  }
}
