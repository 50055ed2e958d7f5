import EventLog
import Schema
import SwiftProtobuf
import Testing
import World

@testable import finalverse

/// What `show echoes`, `show echo`, `show bonds` and the timeline tell of the built-in world's echoes.
@Suite struct EchoSightTests {
  /// The built-in world as it was founded, and some that happened after it.
  private final class EchoWorld {
    private(set) var world = World()
    private(set) var events: [Event] = []
    private var position = Position.zero
    private let now = Timestamp(microseconds: 1_700_000_000_000_000)

    init(_ happened: [EchoesEvent.OneOf_Event]) throws {
      for decision in try Founding.entries(for: .standard, seed: 3) { enter(decision.events) }
      enter([.with { $0.players.playerEnrolled.player = 1_000 }])
      enter([
        .with {
          $0.players.profileCreated = .with {
            ($0.player, $0.name, $0.nameKey, $0.homeRegion) = (1_000, "Mira", "mira", 8)
          }
        }
      ])
      enter(happened.map { event in .with { $0.echoes.event = event } })
    }

    private func enter(_ events: [Event]) {
      position = position.next
      self.events += events
      world.fold(
        events[...],
        of: EntryStamp(position: position, time: now, actor: .operator, commandID: .none))
    }

    func sight(_ words: String...) throws -> Sight {
      try Sight(try View(words), of: world, at: position, now)
    }
  }

  private static let happened: [EchoesEvent.OneOf_Event] = [
    .echoesEvolved(
      .with {
        ($0.region, $0.worldUs, $0.nextUs) = (8, 6 * WorldTime.hour, 7 * WorldTime.hour)
        $0.changes = [
          .with {
            ($0.echo, $0.stage, $0.vigour, $0.heading) = (1, .stirring, 300_000, 520_500)
            $0.memories = [.with { ($0.kind, $0.stage) = (.stage, .stirring) }]
          }
        ]
      }),
    .echoAttended(
      .with {
        ($0.echo, $0.region, $0.player, $0.bond, $0.level) = (1, 8, 1_000, 320_000, 2)
        ($0.company, $0.attends, $0.worldUs) = (320_000, 1, 6 * WorldTime.hour)
      }),
    .abilityTaught(
      .with { ($0.player, $0.ability, $0.name, $0.echo) = (1_000, 1, "Renewal", 1) }),
    .abilityUsed(
      .with { ($0.player, $0.ability, $0.name, $0.region) = (1_000, 1, "Renewal", 8) }),
    .echoRetired(.with { ($0.echo, $0.region, $0.left, $0.reason) = (3, 12, 0, "moved") }),
  ]

  @Test func `echoes are shown, all or of a region`() throws {
    let world = try EchoWorld(Self.happened)
    let all = try world.sight("echoes")
    #expect(all.sections.first?.lines.count == 7)
    let one = try world.sight("echoes", "unison square")
    #expect(
      one.text.contains(
        "Lumi (echo 1)  Unison Square (region 8)  stirring  300.0  heading for  520.5")
    )
  }

  @Test func `how an echo stands is shown with why and what is next`() throws {
    let world = try EchoWorld(Self.happened)
    let sight = try world.sight("echo", "lumi")
    #expect(sight.sections.map(\.title).dropFirst() == ["Why", "Memories"])
    #expect(sight.text.contains("Lumi (echo 1) is stirring, in Unison Square (region 8)"))
    #expect(sight.text.contains("Lumi embodies healing and revelation"))
    #expect(sight.text.contains("awakened at 450.0: "))
    #expect(sight.text.contains("fades below 160.0: not as things are"))
    #expect(sight.text.contains("day 1, 0:00: it became stirring"))
    #expect(try world.sight("echo", "3").text.contains("and was retired"))
    #expect(throws: Failure.self) { _ = try world.sight("echo", "nobody") }
  }

  @Test func `a player's bonds are shown with what was taught`() throws {
    let world = try EchoWorld(Self.happened)
    let text = try world.sight("bonds", "Mira").text
    #expect(text.contains("Lumi (echo 1)  Unison Square (region 8)  Trusted  320.0"))
    #expect(text.contains("Renewal, taught by echo 1, day 1, 0:00, last used day 1, 0:00"))
  }

  @Test func `the timeline has a sentence for each event of echoes`() throws {
    let world = try EchoWorld(Self.happened)
    var names = NameBook()
    var sentences: [String] = []
    for event in world.events {
      names.note(event)
      if case .echoes? = event.system { sentences.append(names.sentence(event)) }
    }
    for part in [
      "the rules of echoes were set", "Lumi (echo 1) was placed in Unison Square (region 8)",
      "Lumi (echo 1) is stirring with a vigour of 300.0, heading for 520.5",
      "Mira (player 1000) attended to Lumi (echo 1)", "was taught Renewal by Lumi (echo 1)",
      "used Renewal in Unison Square (region 8)", "Terra (echo 3) was retired",
    ] {
      #expect(sentences.contains { $0.contains(part) }, "\(part)")
    }
    #expect(sentences.allSatisfy { !$0.contains("{") })
  }
}
