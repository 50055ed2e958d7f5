import ArgumentParser
import EventLog
import Schema
import SwiftProtobuf
import Testing
import World

@testable import finalverse

/// Melodies as the command line shows them.
@Suite struct MelodyViewTests {
  private static func note(_ pitch: UInt32, at start: UInt32) -> Note {
    .with { ($0.pitch, $0.start, $0.duration, $0.dynamics) = (pitch, start, 960, 80) }
  }

  /// A clash of a tritone on the second bar's first beat.
  private static let piece = Piece.with {
    $0.title = "Clash"
    $0.key = .with { ($0.tonic, $0.mode) = (0, .major) }
    $0.metre = .with { ($0.beats, $0.beatUnit) = (2, 4) }
    $0.tempo = 90
    $0.voices = [
      .with { $0.notes = [note(67, at: 0), note(71, at: 960), note(67, at: 1_920)] },
      .with { $0.notes = [note(60, at: 0), note(65, at: 960), note(60, at: 1_920)] },
    ]
  }

  private func world() -> World {
    var composed = Event()
    composed.melodies.melodyComposed.melody = 7
    composed.melodies.melodyComposed.player = 1_000
    composed.melodies.melodyComposed.piece = Self.piece
    var enrolled = Event()
    enrolled.players.playerEnrolled.player = 1_000
    let stamp = EntryStamp(
      position: Position(7), time: Timestamp(microseconds: 1), actor: ActorID(1_000),
      commandID: .none)
    var world = World()
    world.fold([enrolled, composed][...], of: stamp)
    return world
  }

  private func sight(_ words: [String]) throws -> Sight {
    try Sight(View(words), of: world(), at: Position(7), Timestamp(microseconds: 1))
  }

  @Test func `a melody is shown with what is wrong with it`() throws {
    let sight = try sight(["melody", "7"])
    #expect(sight.text.contains("Melody 7, Clash"))
    #expect(sight.text.contains("in C major, 2/4, 90 quarters a minute"))
    #expect(sight.text.contains("voice 1: C4 F4 C4"))
    let conflict =
      "bar 2, beat 1.00: B4 (note 1 of voice 0) and F4 (note 1 of voice 1): a tritone apart"
    #expect(sight.text.contains(conflict), "\(sight.text)")
    #expect(JSONText.object(sight.members).text.contains("CONFLICT_KIND_TRITONE"))
  }

  @Test func `a player's melodies are listed`() throws {
    let sight = try sight(["melodies", "1000"])
    #expect(sight.text.contains("keeps 1 melody") && sight.text.contains("Clash"))
  }

  @Test func `a melody that is not there is refused with what to do`() throws {
    for name in ["8", "Clash"] {
      let failure = #expect(throws: Failure.self) { try sight(["melody", name]) }
      #expect(failure?.status == .noData)
      #expect(failure?.message.contains("finalverse show melodies") == true)
    }
  }
}
