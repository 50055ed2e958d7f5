import Engine
import EventLog
import ServiceLifecycle

/// A playback as one of the services of the process: it ends with its recording, or when it is told
/// to; meanwhile it says how far it is.
struct PlayService: Service {
  let playback: Playback
  let speed: PlaybackSpeed

  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await showProgress() }
      try await withTaskCancellationOrGracefulShutdownHandler {
        try await playback.finish()
      } onCancelOrGracefulShutdown: {
        playback.stop()
      }
      tasks.cancelAll()
    }
  }

  private func showProgress() async {
    let isTerminal = Console.isTerminal
    let interval: Duration = isTerminal ? .milliseconds(250) : .seconds(5)
    var shown = PlayLine(speed: speed, last: playback.last)
    defer { if isTerminal, shown.length > 0 { Console.write("\n") } }
    while (try? await Task.sleep(for: interval)) != nil {
      let padding = shown.length
      guard let line = shown.line(for: playback.status) else { continue }
      if isTerminal {
        Console.write("\r" + line.padded(to: padding))
      } else {
        Console.complain(line)
      }
    }
  }
}

/// How far a playback is, as a line of text whenever that has changed.
struct PlayLine: Sendable {
  private let speed: PlaybackSpeed
  private let last: Position
  private var shown: PlaybackStatus?
  /// How long the latest line is.
  private(set) var length = 0

  /// Before the first line.
  init(speed: PlaybackSpeed, last: Position) {
    self.speed = speed
    self.last = last
  }

  /// The line to show; nil when nothing has changed.
  mutating func line(for status: PlaybackStatus) -> String? {
    guard status != shown else { return nil }
    shown = status
    let viewers = Figures.count(status.viewers, "viewer", "viewers")
    let line =
      status.hasBegun
      ? "position \(Figures.count(status.position.rawValue)) of "
        + "\(Figures.count(last.rawValue)), \(status.time), \(speed), \(viewers)"
      : "waiting to begin, \(viewers) so far"
    length = line.count
    return line
  }
}
