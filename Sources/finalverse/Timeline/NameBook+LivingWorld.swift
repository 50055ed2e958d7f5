import Schema
import World

extension NameBook {
  func sentence(_ event: WorldClockEvent.OneOf_Event) -> String {
    switch event {
    case .clockStarted(let event):
      "the world's clock was started at \(event.rules.speedPermille.asSpeed)"
    case .clockChanged(let event):
      event.isPaused
        ? "the world's clock was stopped at \(WorldTime(event.worldUs).text)"
        : "the world's clock went on from \(WorldTime(event.worldUs).text)"
          + " at \(event.speedPermille.asSpeed)"
    }
  }

  func sentence(_ event: HarmonyEvent.OneOf_Event) -> String {
    switch event {
    case .harmonyRulesSet: "the rules of harmony were set"
    case .harmonyDrifted(let event):
      "harmony in \(region(event.region)) drifted to \(event.harmony.asStanding),"
        + " silence to \(event.silence.asStanding)"
    case .songHeard(let event):
      "\(player(event.player)) sang in \(region(event.region)), whose harmony is"
        + " \(event.harmony.asStanding) and silence \(event.silence.asStanding) since"
    case .harmonySet(let event):
      "harmony in \(region(event.region)) was set to \(event.harmony.asStanding),"
        + " silence to \(event.silence.asStanding) (\(event.reason))"
    }
  }
}

extension Int64 {
  /// Harmony or silence for people: 0.0 to 1,000.0.
  var asStanding: String { Figures.decimal(Double(self) / 1_000, places: 1) }

  /// A clock's speed for people: `12 times real time`.
  var asSpeed: String {
    self % 1_000 == 0
      ? "\(Figures.count(self / 1_000)) times real time"
      : "\(Figures.decimal(Double(self) / 1_000, places: 3)) times real time"
  }
}

extension WorldTime {
  /// For people: `day 3, 14:05`; the first day is 1.
  var text: String {
    let minutes = minute < 10 ? "0\(minute)" : "\(minute)"
    return "day \(Figures.count(day + 1)), \(hour):\(minutes)"
  }
}
