import Client
import Engine
import EventLog
import Foundation
import Schema
import SwiftProtobuf
import Testing
import Texts
import World

@testable import finalverse

/// Goal: a server that was paused, and whose place another has taken, writes nothing and tells nobody anything false.
///
/// Method: the first is stopped with SIGSTOP and its lock's file is removed, as somebody would who takes it for dead. A second goes on
/// with the world, over several segments. Then the first is let go on, with a command that it has not answered.
@Suite(.serialized) struct TakeOverTests {
  private static let options = ["--segment-age", "200ms", "--archive-after", "never"]

  private static var clientOptions: ClientOptions {
    var options = ClientOptions()
    options.reconnection = nil
    return options
  }

  /// A world in which nothing happens by itself: whoever is paused in the middle of writing keeps its files locked, and the next
  /// waits for it.
  private static func stillWorld(in directory: Scratch) throws -> String {
    var file = WorldFile.standard
    file.clearClock()
    file.clearHarmony()
    file.clearWeather()
    file.clearEcosystem()
    file.species = []
    file.clearEchoRules()
    file.echoes = []
    let path = directory.url.appendingPathComponent("still.json").path
    try WorldSource.write(file, to: path)
    return path
  }

  /// Whether the images have been written since a moment, and nothing of them for a while.
  private static func imagesRest(in directory: Scratch, since moment: Date) throws -> Bool {
    let images = URL(fileURLWithPath: directory.data + "/images")
    let files = try FileManager.default.contentsOfDirectory(
      at: images, includingPropertiesForKeys: nil)
    let newest = try files.compactMap { file in
      try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date
    }.max()
    guard let newest else { return false }
    return newest > moment && Date().timeIntervalSince(newest) > 0.5
  }

  /// - Parameter text: Whether the command is one that is kept in two places, the log and the texts.
  @Test(.timeLimit(.minutes(3)), arguments: [false, true])
  func `a paused server that was replaced writes nothing and ends`(text: Bool) async throws {
    let directory = try Scratch()
    let still = try Self.stillWorld(in: directory)
    let first = try await Server.start(in: directory, Self.options + ["--world", still])
    let mira = try await first.connect(Self.clientOptions)
    try await mira.createProfile(name: "Mira", look: "plain", homeRegion: 1)
    let moment = Date()
    _ = try await mira.say("before")
    #expect(
      try await eventually(within: .seconds(20)) {
        try Self.imagesRest(in: directory, since: moment)
      })
    first.program.signal(SIGSTOP)
    let stands = await eventually(within: .seconds(20)) { first.program.isStopped }
    #expect(stands, "a stop is not at once, and yet it comes")
    try FileManager.default.removeItem(atPath: directory.data + "/log/writer.lock")

    let late = Task {
      try await text
        ? mira.say("too late") : mira.startMove(to: Point(xMM: 900, yMM: 900))
    }
    let second = try await Server.start(in: directory, Self.options)
    let tomo = try await second.join("Tomo")
    var said: [UInt64: String] = [:]
    for number in 1...40 {
      if number % 10 == 1 {
        let words = "word \(number)"
        said[try await tomo.say(words)] = words
      }
      try await tomo.startMove(to: Point(xMM: Int64(500 + number), yMM: 500))
      try await Task.sleep(for: .milliseconds(20))
    }
    let before = try await Replayed.entries(in: directory)

    first.program.signal(SIGCONT)
    let ended = try await first.program.end()
    #expect(ended.status == ExitStatus.locked.rawValue, "\(ended.errors)")
    #expect(ended.errors.contains("A newer server"), "\(ended.errors)")
    await #expect(throws: (any Error).self) { try await late.value }

    // The second has noticed nothing, and nothing of what it wrote is changed.
    let after = try await Replayed.entries(in: directory)
    #expect(after.prefix(before.count).map(\.commandID) == before.map(\.commandID))
    #expect(try await tomo.startMove(to: Point(xMM: 700, yMM: 700)) > after.last?.position ?? 0)
    let texts = try TextFile(directory.data + "/identity/texts.sqlite", access: .readOnly)
    let kept = try texts.texts(from: .first, through: .max)
    for (position, words) in said {
      #expect(kept.contains { $0.position.rawValue == position && $0.text == words })
    }
    #expect(!kept.contains { $0.text == "too late" })
    let stopped = try await second.stop()
    #expect(stopped.status == 0, "\(stopped.errors)")
    let verified = try await ProgramRun.run("verify", "--data", directory.data, in: directory)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    let rebuilt = try await ProgramRun.run("rebuild", "--data", directory.data, in: directory)
    #expect(rebuilt.status == 0, "\(rebuilt.output)\(rebuilt.errors)")
  }
}
