package import Schema
import SwiftProtobuf

extension World {
  /// Decides a command about the world's clock.
  package borrowing func decide(
    _ command: WorldClockCommand, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    switch command.command {
    case .startClock(let command): try decide(command, context, &decision)
    case .setClockSpeed(let command): try decide(command, context, &decision)
    case .pauseClock:
      try change(context, &decision) { clock throws(Rejection) in
        try clock.requirePaused(false)
        clock.isPaused = true
      }
    case .resumeClock:
      try change(context, &decision) { clock throws(Rejection) in
        try clock.requirePaused(true)
        clock.isPaused = false
      }
    case .stepClock(let command): try decide(command, context, &decision)
    case nil: throw .unknownCommand
    }
  }

  /// Starts the clock, and what lives by it with the rules of the standard world.
  private borrowing func decide(
    _ command: StartClock, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    guard worldClock.row == nil else {
      throw Rejection(WorldClockRejection.clockRuns, "The world's clock runs already.")
    }
    let rules: ClockRules
    do throws(RuleFault) {
      rules = try command.rules.checked()
    } catch {
      throw Rejection(
        WorldClockRejection.invalidClock, error.message, fields: "start_clock.rules.\(error.field)")
    }
    decision.worldClock(.clockStarted(.with { $0.rules = rules }))
    let count = UInt32(clamping: regions.grid.count)
    let start = WorldTime(rules.startUs)
    decision.harmony(.harmonyRulesSet(.beginning(.standard, regions: count, at: start)))
    if !melodies.hasRules() {
      decision.melodies(.melodyRulesSet(.with { $0.rules = .standard }))
    }
    if progress.rules == nil {
      decision.progress(.progressRulesSet(.with { $0.rules = .standard }))
    }
    decision.weather(.weatherRulesSet(.beginning(.standard, regions: count, at: start)))
    decision.ecosystem(.ecosystemRulesSet(.beginning(.standard, regions: count, at: start)))
    if echoes.rules == nil {
      decision.echoes(.echoRulesSet(.with { $0.rules = .standard }))
    }
  }

  private borrowing func decide(
    _ command: SetClockSpeed, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    do throws(RuleFault) {
      try RuleFault.check(command.speedPermille, "speed_permille", within: ClockRules.speeds)
    } catch {
      throw Rejection(
        WorldClockRejection.invalidClock, error.message,
        fields: "set_clock_speed.speed_permille")
    }
    try change(context, &decision) { $0.speedPermille = command.speedPermille }
  }

  private borrowing func decide(
    _ command: StepClock, _ context: DecisionContext, _ decision: inout Decision
  ) throws(Rejection) {
    let longest = 365 * WorldTime.day
    try change(context, &decision) { clock throws(Rejection) in
      try clock.requirePaused(true)
      guard (1...longest).contains(command.byUs) else {
        throw Rejection(
          WorldClockRejection.stepOutOfRange,
          "The clock is stepped by 1 to \(longest) microseconds of the world.",
          fields: "step_clock.by_us")
      }
      clock.worldUs = WorldTime(clock.worldUs).adding(command.byUs).microseconds
    }
  }

  /// Adds the event of a clock that is changed.
  ///
  /// - Throws: `no_clock`, `clock_not_adjustable`, and what `body` throws.
  private borrowing func change(
    _ context: DecisionContext, _ decision: inout Decision,
    _ body: (inout ClockChanged) throws(Rejection) -> Void
  ) throws(Rejection) {
    let time = try requireTime(context)
    guard let row = worldClock.row, row.isAdjustable else {
      throw Rejection(
        WorldClockRejection.clockNotAdjustable,
        "This world's clock may not be changed: it was not founded as a world for tests.")
    }
    var changed = ClockChanged()
    changed.worldUs = time.microseconds
    changed.speedPermille = row.speedPermille
    changed.isPaused = row.isPaused
    try body(&changed)
    decision.worldClock(.clockChanged(changed))
  }
}

extension ClockChanged {
  /// Makes sure that the clock stands, or that it does not.
  ///
  /// - Throws: `clock_paused`, `clock_not_paused`.
  fileprivate func requirePaused(_ expected: Bool) throws(Rejection) {
    guard isPaused != expected else { return }
    throw expected
      ? Rejection(WorldClockRejection.clockNotPaused, "The clock runs. Pause it first.")
      : Rejection(WorldClockRejection.clockPaused, "The clock stands already.")
  }
}
