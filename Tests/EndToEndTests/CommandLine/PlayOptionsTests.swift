import ArgumentParser
import EventLog
import Testing
import World

@testable import Engine
@testable import finalverse

@Suite struct PlayOptionsTests {
  @Test(
    arguments: [
      ("1", .times(1)), ("60", .times(60)), ("0.5", .times(0.5)), ("1000000", .times(1_000_000)),
      ("max", .unbounded),
    ] as [(String, PlaybackSpeed)])
  func `a speed is a number or max`(text: String, speed: PlaybackSpeed) {
    #expect(PlaybackSpeed(argument: text) == speed)
  }

  @Test(
    arguments: [
      "", "0", "-1", "0.0001", "1000001", "1e3", "inf", "nan", "10x", ".", "1.2.3", "٣", "MAX",
    ])
  func `what is no speed is refused`(text: String) {
    #expect(PlaybackSpeed(argument: text) == nil)
  }

  @Test(
    arguments: [
      ["--speed", "2"], ["--wait-for", "1"], ["--as", "1000"],
      ["--serve", "127.0.0.1:0", "--as", "999"], ["--serve", "127.0.0.1:0", "--wait-for", "-1"],
      ["--serve", "127.0.0.1:0", "--json"], ["--serve", "127.0.0.1:0", "--limit", "5"],
      ["--serve", "127.0.0.1:0", "--kind", "trade"],
      ["--serve", "127.0.0.1:0", "--player", "1000"],
      ["--serve", "127.0.0.1:0", "--show", "presence"], ["--serve", "nowhere"],
    ])
  func `options that do not go together are refused`(options: [String]) {
    #expect(throws: (any Error).self) { try ReplayCommand.parse(["a.fvreplay"] + options) }
  }

  @Test func `what is asked for is what is played`() throws {
    let command = try ReplayCommand.parse([
      "a.fvreplay", "--serve", "127.0.0.1:0", "--speed", "60", "--wait-for", "0", "--as", "1003",
      "--from", "7", "--to", "9",
    ])
    let options = command.play.options
    #expect(options.speed == .times(60))
    #expect(options.viewersAwaited == 0)
    #expect(options.guest.rawValue == 1_003)
    let standard = try ReplayCommand.parse(["a.fvreplay", "--serve", "127.0.0.1:0"]).play.options
    #expect(standard.speed == .times(1))
    #expect(standard.viewersAwaited == 1)
    #expect(standard.guest.rawValue == 0)
  }

  @Test func `the line says how far it is, and only when that has changed`() {
    var line = PlayLine(speed: .times(60), last: Position(52_055))
    var status = PlaybackStatus(
      position: Position(1), time: Timestamp(microseconds: 1_790_000_000_000_000), viewers: 1,
      topics: 0, hasBegun: false)
    #expect(line.line(for: status) == "waiting to begin, 1 viewer so far")
    #expect(line.line(for: status) == nil)
    (status.position, status.hasBegun, status.viewers) = (Position(12_345), true, 2)
    #expect(
      line.line(for: status)
        == "position 12,345 of 52,055, 2026-09-21T14:13:20.000000Z, 60 ×, 2 viewers")
  }
}
