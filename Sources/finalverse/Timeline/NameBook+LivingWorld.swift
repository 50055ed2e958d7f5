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

extension NameBook {
  func sentence(_ event: ProgressEvent.OneOf_Event) -> String {
    switch event {
    case .progressRulesSet: "the rules of progress were set"
    case .deedDone(let event):
      "\(player(event.player)) earned \(Figures.count(event.earned)) resonance by"
        + " \(event.deed.words(region: event.region == 0 ? nil : region(event.region))),"
        + " and has \(Figures.count(event.resonance)), tier \(event.tier)"
        + event.milestones.map { "; milestone \($0)" }.joined()
    case .resonanceAdjusted(let event):
      "\(player(event.player)) was given \(Figures.count(event.by)) resonance, and has"
        + " \(Figures.count(event.resonance)), tier \(event.tier) (\(event.reason))"
    case .progressRetired(let event):
      "the progress of \(player(event.player)) was put aside (\(event.reason))"
    case .progressRestored(let event):
      "the progress of \(player(event.player)) was brought back (\(event.reason))"
    }
  }
}

extension DeedKind {
  /// For people, after "by".
  func words(region: String? = nil) -> String {
    switch self {
    case .discovery: "discovering " + (region ?? "regions")
    case .trade: "trading"
    case .gift: "giving"
    case .song: "singing"
    case .harvest: "harvesting"
    case .planting: "planting"
    case .performance: "performing"
    case .attention: "attending to echoes"
    case .unspecified, .UNRECOGNIZED: "deed \(rawValue)"
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
