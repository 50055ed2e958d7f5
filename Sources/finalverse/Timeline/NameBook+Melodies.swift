import Schema

extension NameBook {
  /// An event of the Melodies system in a sentence.
  func sentence(_ event: MelodiesEvent.OneOf_Event) -> String {
    switch event {
    case .melodyRulesSet: "the rules of melodies were set"
    case .melodyComposed(let event):
      "\(player(event.player)) composed '\(event.piece.title)' (melody \(event.melody)),"
        + " of quality \(event.quality) and \(event.mood.name)"
    case .melodyRetired(let event):
      event.by == event.player
        ? "\(player(event.player)) threw melody \(event.melody) away"
        : "melody \(event.melody) of \(player(event.player)) was thrown away by a moderator"
    case .melodyPerformed(let event):
      "\(player(event.player)) performed '\(event.title)' (melody \(event.melody))"
        + " in \(region(event.region)), of quality \(event.quality) and \(event.mood.name)"
    case .performanceProposed(let event):
      "\(player(event.player)) looked for performers of '\(event.title)'"
        + " (performance \(event.performance)) in \(region(event.region))"
    case .performanceJoined(let event):
      "\(player(event.player)) took part \(event.part) of performance \(event.performance)"
    case .performanceLeft(let event):
      "\(player(event.player)) gave part \(event.part) of performance \(event.performance) back"
    case .performanceGiven(let event):
      "\(event.performers.map { player($0) }.joined(separator: ", ")) performed '\(event.title)'"
        + " together in \(region(event.region)), of quality \(event.quality)"
        + " and \(event.mood.name)"
    case .performanceCalledOff(let event):
      "\(player(event.player)) called performance \(event.performance) off"
    case .performanceExpired(let event):
      "nobody was found in time for performance \(event.performance) of \(player(event.player))"
    }
  }
}
