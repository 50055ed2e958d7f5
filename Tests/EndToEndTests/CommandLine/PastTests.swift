import ArgumentParser
import EventLog
import Foundation
import Projection
import Schema
import SwiftProtobuf
import Testing
import World

@testable import finalverse

@Suite struct PastTests {
  @Test(
    arguments: [
      ("12", .position(Position(12))), ("0", .position(.zero)),
      ("1970-01-01T00:00:01Z", .time(Timestamp(microseconds: 1_000_000))),
      ("10m", .time(Timestamp(microseconds: 400_000_000))),
    ] as [(String, Instant)])
  func `an instant is a position or a time`(text: String, instant: Instant) {
    #expect(Instant(text, now: Timestamp(microseconds: 1_000_000_000)) == instant)
  }

  @Test(arguments: ["", "-1", "9223372036854775808", "soon", "1.5"])
  func `what is no instant is refused`(text: String) {
    #expect(Instant(text, now: Timestamp(microseconds: 0)) == nil)
  }

  @Test func `an instant is found in a log`() throws {
    let log = try RecordedLog.first()
    let last = log.summary().lastPosition
    var times: [Timestamp] = []
    try log.read(from: .first) {
      times.append($0.time)
      return .proceed
    }
    let tenth = try Instant.time(times[9]).position(in: log)
    #expect(tenth.rawValue == UInt64(try #require(times.lastIndex(of: times[9])) + 1))
    #expect(try Instant.time(times[0] - 1).position(in: log) == .zero)
    #expect(try Instant.time(Timestamp(microseconds: .max)).position(in: log) == last)
    #expect(try Instant.position(last).position(in: log) == last)
    let failure = #expect(throws: Failure.self) {
      try Instant.position(last.next).position(in: log)
    }
    #expect(failure?.status == .noData)
    #expect(failure?.message.contains("ends at \(last)") == true)
  }

  @Test(
    arguments: [
      ["inventory", "1000"], ["presence"], ["presence", "3"], ["profile", "Mira"],
      ["region", "Old Mill"], ["movement", "1"], ["trades", "1"], ["player", "1"],
      ["leaderboard", "Wealth"], ["clock"], ["harmony"], ["harmony", "3"], ["weather"],
      ["weather", "3"], ["forecast", "3"], ["melodies", "Mira"], ["melody", "12"],
      ["echoes"], ["echoes", "8"], ["echo", "Lumi"],
      ["bonds", "Mira"],
    ])
  func `what is shown is named`(words: [String]) throws {
    let view = try View(words)
    #expect(view.subject.rawValue == words[0])
    #expect(view.name == words.dropFirst().first)
  }

  @Test(arguments: [
    [], ["inventory"], ["tides"], ["forecast"], ["region"], ["region", "Old", "Mill"],
    ["leaderboard"], ["melodies"], ["melody"], ["echo"], ["bonds"],
  ])
  func `what cannot be shown is refused`(words: [String]) {
    #expect(throws: ValidationError.self) { try View(words) }
  }

  /// Every row that is shown, at several positions, is that of a world folded in one go.
  @Test func `the world is shown as it was`() throws {
    let log = try RecordedLog.first()
    let last = log.summary().lastPosition
    for position in [Position(80), Position(200), last] {
      var fold = FreshFold(log)
      try fold.advance(to: position)
      for number in 1_000...1_007 as ClosedRange<UInt64> {
        guard let profile = fold.world.players.profile(of: PlayerID(number)) else { continue }
        let past = try PastWorld(
          at: .position(position), of: log, images: nil, members: try View(["player", "1"]).members)
        let name = profile.name.isEmpty ? "\(number)" : profile.name.uppercased()
        let sight = try Sight(
          try View(["player", name]), of: past.fold.world, at: position, past.time)
        let json = JSONText.object(sight.members).text
        #expect(json.contains(try profile.jsonString()))
        if let row = fold.world.inventories.inventory(of: PlayerID(number)) {
          #expect(json.contains(try row.jsonString()))
        }
        for trade in fold.world.trades.rows(of: PlayerID(number)) {
          #expect(json.contains(try trade.jsonString()))
          #expect(sight.text.contains("trade \(trade.trade), revision \(trade.revision)"))
        }
        #expect(sight.sections.first?.title.contains("player \(number)") == true)
      }
    }
  }

  @Test func `a player who walks is where the way has led by then`() throws {
    let log = try RecordedLog.first()
    var started: (Timestamp, MoveStarted)?
    try ReplayRequest().run(on: log) { entry in
      for case .movement(let event)? in entry.payload.events.map(\.system) {
        guard case .moveStarted(let move)? = event.event, move.durationUs > 1_000_000,
          move.borderUs == 0
        else { continue }
        started = started ?? (entry.header.time, move)
      }
    }
    let (time, move) = try #require(started)
    let view = try View(["movement", "\(move.player)"])
    let past = try PastWorld(
      at: .time(time + 1), of: log, images: nil, members: view.members)
    let sight = try Sight(view, of: past.fold.world, at: past.position, past.time)
    #expect(sight.text.contains("walking from \(move.from.text) to \(move.to.text)"))
  }

  @Test func `an unknown player or region is refused with what to do`() throws {
    let log = try RecordedLog.first()
    let past = try PastWorld(at: nil, of: log, images: nil, members: .all)
    for words in [
      ["player", "Nobody At All"], ["player", "7"], ["region", "0"], ["leaderboard", "1"],
    ] {
      let failure = #expect(throws: Failure.self) {
        try Sight(try View(words), of: past.fold.world, at: past.position, past.time)
      }
      #expect(failure?.status == .noData)
      #expect(failure?.message.contains("finalverse replay --kind") == true)
    }
    let before = #expect(throws: Failure.self) {
      _ = try PastWorld(at: .position(.zero), of: log, images: nil, members: .all)
    }
    #expect(before?.message.contains("had not begun") == true)
  }

  @Test func `images lead to the same world as the log from its start`() throws {
    let scratch = try Scratch()
    let log = try RecordedLog.first()
    let summary = log.summary()
    let directory = scratch.url.path
    // Two projections stand elsewhere than the others, as after a crash.
    for (members, position) in [
      (ProjectionSet.all, Position(150)), (ProjectionSet([.trades, .inventories]), Position(190)),
    ] {
      var writer = FreshFold(log, members: members)
      try writer.advance(to: position)
      try writer.writeImages(
        into: directory, of: summary.logID, at: Timestamp(microseconds: 0))
    }
    for position in [Position(190), Position(200), summary.lastPosition] {
      var whole = FreshFold(log)
      try whole.advance(to: position)
      var tail = FreshFold(log)
      #expect(try tail.begin(withImagesIn: directory, through: position) == nil)
      #expect(tail.position == Position(150))
      try tail.advance(to: position)
      #expect(try tail.states(of: .all) == whole.states(of: .all))
      #expect(tail.violations() == [])
    }
    var earlier = FreshFold(log)
    #expect(try earlier.begin(withImagesIn: directory, through: Position(189))?.code == .aheadOfLog)
    #expect(earlier.position == .zero)
    var other = FreshFold(try RecordedLog.first())
    #expect(try other.begin(withImagesIn: directory, through: Position(200))?.code == .otherLog)
    #expect(
      try earlier.begin(withImagesIn: directory + "/none", through: Position(200))?.code == .missing
    )
  }
}
