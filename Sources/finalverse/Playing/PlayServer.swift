import Engine
import EventLog
import Foundation
import Gateway
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals
import World

/// Plays a stretch of history to WebSocket clients.
struct PlayServer {
  let address: ListenAddress
  let options: PlaybackOptions

  /// Plays it to the end, or until the process is told to stop.
  ///
  /// - Parameter again: Gives the same stretch once more, to play it without an end; nil to play it once.
  /// - Throws: A ``Failure`` for an address that cannot be listened on, or what reading the recording
  ///   throws.
  func run(
    _ stretch: consuming PlayedStretch, again: (@Sendable () throws -> PlayedStretch)?
  ) async throws {
    let heading = Heading(stretch, isLooping: again != nil)
    let playback = stretch.play(options, again: again)
    let logger = LogOptions.standard("finalverse.gateway")
    var configuration = GatewayConfiguration()
    configuration.host = address.host
    configuration.port = address.port
    let hasListened = Atomic(false)
    let gateway = Gateway(
      configuration: configuration, engine: playback, accounts: ViewerDesk(), logger: logger
    ) { [options] address in
      hasListened.store(true, ordering: .relaxed)
      print(heading.text(for: playback, at: address, options))
      fflush(nil)
    }
    playback.start()
    let service = PlayService(playback: playback, speed: options.speed)
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(
            service: service, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup),
          .init(service: gateway),
        ],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    do {
      try await group.run()
    } catch {
      throw hasListened.load(ordering: .relaxed)
        ? error : Failure.cannotListen(on: address, error, option: "--serve")
    }
    let position = playback.status.position
    Console.complain(
      position == playback.last
        ? "all of it was shown" : "stopped after position \(Figures.count(position.rawValue))")
  }
}

/// What is known of a stretch before it is played.
private struct Heading: Sendable {
  let first: Position
  let last: Position
  let start: Timestamp
  let end: Timestamp
  let isLooping: Bool

  init(_ stretch: borrowing PlayedStretch, isLooping: Bool) {
    self.isLooping = isLooping
    (first, last) = (stretch.first, stretch.last)
    (start, end) = (stretch.start, stretch.end)
  }

  /// What is played, where it is to be watched, and how.
  func text(for playback: Playback, at address: String, _ options: PlaybackOptions) -> String {
    let (span, isTooLong) = end.microseconds.subtractingReportingOverflow(start.microseconds)
    let length = isTooLong ? "" : ", \(Figures.span(.microseconds(span))) from \(start)"
    let start =
      options.viewersAwaited == 0
      ? "at once" : "with \(Figures.count(options.viewersAwaited, "client", "clients")) watching"
    let guest =
      options.guest.rawValue == 0 ? "nobody in particular" : "player \(options.guest)"
    return """
      \(playback.worldName), positions \(Figures.count(first.rawValue)) to \(Figures.count(last.rawValue))\(length)
        watch     ws://\(address)/ws
        begins    \(start)\(isLooping ? ", and again when it is over" : "")
        speed     \(options.speed)
        as        a guest is \(guest); with the token "1000" as player 1000, with "operator" everything
      """
  }
}
