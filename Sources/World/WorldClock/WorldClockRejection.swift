/// Why something is not done to the world's clock, or by it.
package enum WorldClockRejection: String, RejectionCode {
  /// The world has no clock.
  case noClock = "no_clock"
  /// The world has a clock already.
  case clockRuns = "clock_runs"
  /// The world's clock may not be paused, stepped or sped up.
  case clockNotAdjustable = "clock_not_adjustable"
  /// The rules of the clock are not possible.
  case invalidClock = "invalid_clock"
  /// The clock stands already.
  case clockPaused = "clock_paused"
  /// The clock does not stand.
  case clockNotPaused = "clock_not_paused"
  /// The step is too small or too large.
  case stepOutOfRange = "step_out_of_range"
}

extension World {
  /// What the clock shows.
  ///
  /// - Throws: `no_clock`.
  package borrowing func requireTime(_ context: DecisionContext) throws(Rejection) -> WorldTime {
    guard let time = worldClock.time(at: context.now) else {
      throw Rejection(
        WorldClockRejection.noClock, "This world has no clock; an operator can start one.")
    }
    return time
  }
}
