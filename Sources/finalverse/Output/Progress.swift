import Synchronization

/// How far something has come, as a line of text now and then.
///
/// Pure: the time is handed in.
struct ProgressLine: Sendable {
  /// What is being done, in a word or two.
  let label: String
  /// How much there is to do.
  let total: Int
  /// What is counted.
  let unit: (one: String, many: String)
  /// How long to be silent between two lines.
  let interval: Duration

  private let start: ContinuousClock.Instant
  private var last: ContinuousClock.Instant

  /// Work that begins now.
  init(
    _ label: String, of total: Int, _ one: String, _ many: String, every interval: Duration,
    at start: ContinuousClock.Instant
  ) {
    self.label = label
    self.total = total
    unit = (one, many)
    self.interval = interval
    self.start = start
    last = start
  }

  /// The line to show; nil when the last one is too recent.
  mutating func line(done: Int, at now: ContinuousClock.Instant) -> String? {
    guard now - last >= interval else { return nil }
    last = now
    let seconds = (now - start) / .seconds(1)
    let rate = Double(done) / seconds
    var line = "\(label): \(Figures.count(done)) of \(Figures.count(total, unit.one, unit.many))"
    if total > 0 { line += ", \(min(100, done * 100 / total)) %" }
    line += ", \(Figures.rate(rate))"
    if rate > 0, done < total {
      line += ", \(Figures.span(.seconds(Double(total - done) / rate))) left"
    }
    return line
  }

  /// The line that says what it came to.
  func summary(done: Int, at now: ContinuousClock.Instant) -> String {
    let spent = now - start
    let rate = Figures.rate(Double(done) / (spent / .seconds(1)))
    let count = Figures.count(done, unit.one, unit.many)
    return "\(label): \(count) in \(Figures.span(spent)), \(rate)"
  }
}

/// Shows a ``ProgressLine`` on standard error: redrawn in place on a terminal, else a line every few seconds.
///
/// Thread-safe.
final class Progress: Sendable {
  private struct State {
    var line: ProgressLine
    var shown = 0
  }

  private let isTerminal: Bool
  private let state: Mutex<State>

  /// Work that begins now.
  init(
    _ label: String, of total: Int, _ one: String = "entry", _ many: String = "entries",
    isTerminal: Bool = Console.isTerminal
  ) {
    self.isTerminal = isTerminal
    let line = ProgressLine(
      label, of: total, one, many, every: isTerminal ? .milliseconds(200) : .seconds(3), at: .now)
    state = Mutex(State(line: line))
  }

  /// Says how much is done by now.
  func update(_ done: Int) {
    state.withLock { state in
      guard let line = state.line.line(done: done, at: .now) else { return }
      if isTerminal {
        Console.write("\r" + line.padded(to: state.shown))
        state.shown = line.count
      } else {
        Console.complain(line)
      }
    }
  }

  /// Says what it came to.
  func finish(_ done: Int) {
    state.withLock { state in
      let line = state.line.summary(done: done, at: .now)
      Console.complain(isTerminal ? "\r" + line.padded(to: state.shown) : line)
    }
  }

  /// Leaves the last line as it is, so that what comes next stands below it.
  func abandon() {
    state.withLock { state in
      if isTerminal, state.shown > 0 { Console.write("\n") }
      state.shown = 0
    }
  }
}

extension String {
  /// The text with as many spaces behind it as make it at least so long.
  func padded(to length: Int) -> String {
    self + String(repeating: " ", count: max(0, length - count))
  }
}
