import Client
import Foundation
import Schema
import Testing

@testable import finalverse

/// A run of the program whose every write is recorded, with whatever an operator does to a world.
///
/// What clients and operators were told is noted in the recording when they have been told it.
struct RecordedRun {
  /// How much is done.
  struct Extent {
    /// How many commands each player gives between two things that the operator does.
    var commands: Int
    /// For how long the first server runs at least; archiving begins after five seconds.
    var serving: Duration
    /// After how many records the second server is killed, at the most.
    var killedAfter: Int
  }

  private let scratch: Scratch
  private let extent: Extent
  /// Everything that is recorded is in here.
  let root: String
  /// The recording.
  let recording: String
  /// The log before anything was removed from it; not part of what is recorded.
  let wholeLog: String

  var data: String { root + "/data" }
  var backup: String { root + "/backup" }
  var restored: String { root + "/restored" }

  /// What is sent is read in the recording, so it is not compressed.
  private static let options = [
    "--segment-age", "400ms", "--archive-after", "1s", "--no-compression",
  ]

  init(in scratch: Scratch, _ extent: Extent) throws {
    self.scratch = scratch
    self.extent = extent
    let url = scratch.url.appendingPathComponent("world")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    root = url.resolvingSymlinksInPath().path
    recording = scratch.url.appendingPathComponent("recording").path
    wholeLog = scratch.url.appendingPathComponent("whole-log").path
  }

  private var environment: [String: String] {
    [
      "LD_PRELOAD": ProgramRun.products
        .appendingPathComponent("libFileRecorder.so").path,
      "FINALVERSE_RECORD_ROOT": root,
      "FINALVERSE_RECORD_FILE": recording,
    ]
  }

  private func note(_ text: String) throws { try Recording.note(text, in: recording) }

  private func serve(killedAfter records: Int? = nil) async throws -> Server {
    var environment = environment
    environment["FINALVERSE_RECORD_KILL"] = records.map { "\($0)" }
    return try await Server.start(in: scratch, Self.options, data: data, environment: environment)
  }

  private func run(_ arguments: String...) async throws -> ProgramRun.Outcome {
    let outcome = try await ProgramRun(arguments, in: scratch, environment: environment)
      .end(within: .seconds(120))
    try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return outcome
  }

  /// Does it.
  func perform() async throws {
    let start = ContinuousClock.now
    var server = try await serve()
    var players: [FinalverseClient] = []
    for name in ["Mira", "Tomo"] { players.append(try await server.join(name)) }
    try await players[0].register(name: "mira", password: "correct horse")
    try note("account mira")
    try await play(players, 1)
    try await keepImages()
    try await makeBackup()
    try await players[1].register(name: "tomo", password: "battery staple")
    try note("account tomo")
    var round = 2
    repeat {
      try await play(players, round)
      round += 1
    } while ContinuousClock.now - start < extent.serving
    try await makeBackup()
    for player in players { player.close() }
    try await server.stop()

    // One that is killed in the midst of something, and the next that finds what it left.
    for records in [extent.killedAfter, extent.killedAfter / 3] {
      guard let killed = try? await serve(killedAfter: records) else { continue }
      var options = ClientOptions()
      options.reconnection = nil
      if let client = try? await killed.connect(options) {
        _ = try? await client.createProfile(name: "Quill", look: "plain", homeRegion: 1)
        try? await play([client], 100 + records)
      }
      try await killed.kill()
    }
    server = try await serve()
    players = [try await server.join("Rosa")]
    try await play(players, 3)
    try await server.stop()

    _ = try await run("archive", "--data", data)
    _ = try await run("rebuild", "--data", data)
    try await restore()

    // The oldest entries go, beside a server and without one.
    try FileManager.default.copyItem(atPath: data + "/log", toPath: wholeLog)
    server = try await serve()
    try await removeHalf()
    players = [try await server.join("Ines")]
    try await play(players, 4)
    for player in players { player.close() }
    try await server.stop()
    try await removeHalf()
    server = try await serve()
    try await server.stop()
  }

  private func play(_ players: [FinalverseClient], _ round: Int) async throws {
    for number in 1...extent.commands {
      for player in players {
        let id = UInt64.random(in: 1...UInt64.max)
        let text = "text \(round).\(number) of \(player.player)"
        let command: Command =
          switch number % 5 {
          case 0: .say(text)
          default: .startMove(to: Point(xMM: Int64(500 + 7 * number + round), yMM: 500))
          }
        do {
          let position = try await player.submit(command, id: id)
          try note("command \(player.player) \(id) \(position)")
          if number % 5 == 0 { try note("text \(position) \(text)") }
        } catch is CommandRejected {
          // Who has said much is to be silent for a while.
        }
        // Nobody types faster, and the recording stays short.
        try await Task.sleep(for: .milliseconds(15))
      }
    }
  }

  private func keepImages() async throws {
    let kept = try await run("keep", "--data", data, "--json").object()
    for position in kept["made"] as? [UInt64] ?? [] { try note("kept \(position)") }
  }

  private func makeBackup() async throws {
    try note("backing")
    let made = try await run("backup", "--data", data, "--to", backup, "--json").object()
    try note("backup \(try #require(made["position"] as? UInt64))")
  }

  /// Removes the older half of the log, as far as whole segments make it up.
  private func removeHalf() async throws {
    let status = try await run("status", "--data", data, "--json").object()
    let first = try number(status["first_position"])
    let wish = (first + (try number(status["last_position"]))) / 2
    try note("removing \(wish - 1)")
    let made = try await run("retain", "--data", data, "--from", "\(wish)", "--json").object()
    let removed = try number(made["removed_through"])
    try #require(removed >= first)
    try note("removed \(removed)")
  }

  private func number(_ value: Any?) throws -> UInt64 {
    try #require(value as? UInt64 ?? (value as? String).flatMap { UInt64($0) })
  }

  private func restore() async throws {
    let made = try await run("restore", backup, "--data", restored, "--json").object()
    try note("restored \(try #require(made["position"] as? UInt64))")
  }
}
