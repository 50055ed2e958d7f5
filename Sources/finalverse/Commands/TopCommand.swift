import ArgumentParser
import Foundation
import Metrics

/// `finalverse top`: shows what a server is doing.
struct TopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "Watch what a server is doing.",
    discussion: """
      Asks the server for its metrics again and again and shows rates, delays and what is in trouble: drawn in place on a terminal, a line at \
      a time elsewhere. Ctrl-C ends it.

      Examples:
        finalverse top
        finalverse top --url http://127.0.0.1:7777 --every 5s
        finalverse top --url https://game.example.org --ca authority.pem
        finalverse top --json --count 10
      """)

  @Option(
    help: ArgumentHelp("The server; it must be one that tells this machine.", valueName: "URL"))
  var url = MetricsAddress.standard

  @OptionGroup var trust: TrustOptions

  @Option(help: ArgumentHelp("How often, such as 1s or 500ms.", valueName: "TIME"))
  var every = TimeSpan(seconds: 1)

  @Option(help: ArgumentHelp("End after showing so many.", valueName: "N"))
  var count: Int?

  @Option(
    name: .customLong("for"), help: ArgumentHelp("End after this time.", valueName: "TIME"))
  var span: TimeSpan?

  @Flag(help: "One JSON object a time.")
  var json = false

  func validate() throws {
    guard every.microseconds >= 100_000 else { throw ValidationError("--every is 100ms or more.") }
    if let span, span.microseconds < every.microseconds {
      throw ValidationError("--for is as long as --every, or longer.")
    }
    if let count, count < 1 { throw ValidationError("--count is 1 or more.") }
  }

  func run() async throws {
    let view = TopView.suitable(json: json)
    let fetch = MetricsFetch(address: url, authorities: try trust.authorities())
    let clock = ContinuousClock()
    // Half an interval more, so that the last is not missed for the time that asking takes.
    let end = span.map { clock.now + $0.duration + every.duration / 2 }
    var (last, lastAt) = (try await fetch.read(), clock.now)
    var next = lastAt
    var shown = 0
    while count.map({ shown < $0 }) ?? true {
      next = max(next + every.duration, clock.now)
      if let end, next > end { break }
      try await Task.sleep(until: next, clock: clock)
      guard let reading = try await read(fetch, view) else { continue }
      let now = clock.now
      let figures = TopFigures(from: last, to: reading, seconds: (now - lastAt) / .seconds(1))
      print(view.text(figures, of: url, number: shown), terminator: "")
      fflush(nil)
      (last, lastAt) = (reading, now)
      shown += 1
    }
  }

  /// The next reading.
  ///
  /// On a terminal a server that is gone is waited for, and there is none; elsewhere that is the end.
  private func read(_ fetch: MetricsFetch, _ view: TopView) async throws -> MetricsReading? {
    do {
      return try await fetch.read()
    } catch {
      guard case .screen = view else { throw error }
      print(TopView.drawing([error.message, "Trying again …"], isFirst: false), terminator: "")
      fflush(nil)
      return nil
    }
  }
}
