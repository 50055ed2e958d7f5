import ArgumentParser
import Bots
import Foundation

/// `finalverse bots`: lets a crowd play.
struct BotsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bots",
    abstract: "Let a crowd of clients play, and check what they are told.",
    discussion: """
      Each bot is a client of its own over WebSocket: it walks, drops, picks up, gives, trades and asks. It compares all it is told with all \
      it was told before; anything that does not agree is a contradiction, and there should be none. Ends with exit code 1 if there is one.

      Examples:
        finalverse bots --count 200 --for 60s
        finalverse bots --url wss://game.example.org/ws --count 20 --for 10m --json
      """)

  @Option(help: ArgumentHelp("How many bots; 1 to 20,000.", valueName: "N"))
  var count = 200

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("For how long, such as 60s or 5m.", valueName: "TIME"))
  var span = TimeSpan(seconds: 60)

  @Option(help: ArgumentHelp("The server.", valueName: "URL"))
  var url = "ws://127.0.0.1:7777/ws"

  @OptionGroup var trust: TrustOptions

  @Flag(
    help: ArgumentHelp(
      "Offer compression: the server sends less then, and has more to do."))
  var compression = false

  @Option(
    help: ArgumentHelp(
      "What the bots' wishes are drawn from: the same seed, the same wishes.", valueName: "N"))
  var seed: UInt64 = 1

  @Flag(help: "One JSON object at the end.")
  var json = false

  func validate() throws {
    guard (1...20_000).contains(count) else { throw ValidationError("--count is 1 to 20,000.") }
  }

  func run() async throws {
    let options = BotSwarm.Options(
      url: url, authorities: try trust.authorities(), compresses: compression,
      count: count, duration: span.duration, seed: seed)
    let report = try await BotSwarm(options).run()
    print(json ? try text(of: report) : report.text)
    if report.contradictions > 0 {
      throw Failure(
        .contradiction,
        "\(Figures.count(report.contradictions, "contradiction", "contradictions")), as told above")
    }
    if report.unconnected + report.lost > 0 {
      throw Failure(
        .unavailable, "\(report.losses): \(report.firstLoss ?? "")")
    }
  }

  private func text(of report: SwarmReport) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(report), as: UTF8.self)
  }
}
