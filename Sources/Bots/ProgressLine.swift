import Foundation

/// Tells how a swarm is doing while it plays.
struct ProgressLine: Sendable {
  let meter: Meter
  let count: Int
  let start: ContinuousClock.Instant

  /// Writes to standard error until the task is cancelled.
  func show() async {
    let isTerminal = isatty(STDERR_FILENO) == 1
    let interval = Duration.seconds(isTerminal ? 1 : 5)
    var last = (totals: meter.totals, time: start)
    while (try? await Task.sleep(for: interval)) != nil {
      let now = (totals: meter.totals, time: ContinuousClock.now)
      let line = text(now.totals, since: last.totals, in: now.time - last.time, at: now.time)
      write(isTerminal ? "\r\(line)\u{1b}[K" : "\(line)\n")
      last = now
    }
    if isTerminal { write("\r\u{1b}[K") }
  }

  /// One line; rates are of the time since the last one.
  func text(
    _ totals: Meter.Totals, since last: Meter.Totals, in span: Duration,
    at now: ContinuousClock.Instant
  ) -> String {
    let seconds = max(0.001, span / .seconds(1))
    let commands = Int((Double(totals.commands - last.commands) / seconds).rounded())
    let pushes = Int((Double(totals.pushes - last.pushes) / seconds).rounded())
    let elapsed = Int((now - start) / .seconds(1))
    return [
      "\(elapsed) s", "\(totals.connected) of \(count) connected",
      counted(commands, "command/s", "commands/s"),
      counted(pushes, "pushed entry/s", "pushed entries/s"),
      counted(totals.rejections, "rejection", "rejections"),
      counted(totals.contradictions, "contradiction", "contradictions"),
    ].joined(separator: " | ")
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
