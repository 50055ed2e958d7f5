import Client
import Schema

/// Where a player is, as far as its bot was told.
struct Whereabouts: Sendable {
  private var from = Point()
  private var to = Point()
  private var startedUs: Int64 = 0
  private var durationUs: Int64 = 0
  /// The server's time when it was last told, and when that was.
  private var clock: (timeUs: Int64, told: ContinuousClock.Instant)?

  /// Whether the player is in the world.
  private(set) var isKnown = false

  /// Notes the server's time.
  mutating func note(timeUs: Int64, at now: ContinuousClock.Instant) {
    clock = (timeUs, now)
  }

  /// Takes in a state.
  mutating func note(_ row: MovementRow) {
    go(from: row.from, to: row.to, startedUs: row.startedUs, durationUs: row.durationUs)
  }

  /// Takes in what happened to a player.
  mutating func fold(_ event: Event, of player: UInt64, atUs time: Int64) {
    switch event.movement.event {
    case .playerPlaced(let placed) where placed.player == player:
      go(from: placed.at, to: placed.at, startedUs: time, durationUs: 0)
    case .moveStarted(let started) where started.player == player:
      go(from: started.from, to: started.to, startedUs: time, durationUs: started.durationUs)
    case .moveStopped(let stopped) where stopped.player == player:
      go(from: stopped.at, to: stopped.at, startedUs: time, durationUs: 0)
    default: break
    }
  }

  /// Where the player is at a time, to within the time that a message takes.
  func place(at now: ContinuousClock.Instant) -> Point {
    let elapsed = timeUs(at: now) - startedUs
    guard durationUs > 0, elapsed < durationUs else { return to }
    let share = Double(max(0, elapsed)) / Double(durationUs)
    return Point(
      xMM: from.xMm + Int64(Double(to.xMm - from.xMm) * share),
      yMM: from.yMm + Int64(Double(to.yMm - from.yMm) * share))
  }

  /// Whether the player stands still.
  func isStanding(at now: ContinuousClock.Instant) -> Bool {
    timeUs(at: now) - startedUs >= durationUs
  }

  private func timeUs(at now: ContinuousClock.Instant) -> Int64 {
    guard let clock else { return 0 }
    return clock.timeUs + Int64((now - clock.told) / Duration.microseconds(1))
  }

  private mutating func go(from: Point, to: Point, startedUs: Int64, durationUs: Int64) {
    (self.from, self.to) = (from, to)
    (self.startedUs, self.durationUs) = (startedUs, durationUs)
    isKnown = true
  }
}
