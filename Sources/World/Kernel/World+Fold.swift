package import Schema

extension World {
  /// Applies one entry.
  ///
  /// Total: whatever the events, it neither fails nor leaves something half applied.
  package mutating func fold(
    _ events: ArraySlice<Event>, of entry: EntryStamp, into projections: ProjectionSet = .all
  ) {
    for event in events {
      if let system = event.system { fold(system, of: entry, into: projections) }
    }
    if projections.contains(.retries) { retries.fold(entry) }
  }

  /// Brings an event to the projections that follow its system: the one place that says which do.
  ///
  /// An event is taken apart once, however many follow it: to take it out of its two layers copies it each time.
  private mutating func fold(
    _ event: Event.OneOf_System, of entry: EntryStamp, into projections: ProjectionSet
  ) {
    switch event {
    case .regions(let event):
      guard let event = event.event else { return }
      if projections.contains(.regions) { regions.fold(event, of: entry) }
    case .players(let event):
      guard let event = event.event else { return }
      if projections.contains(.players) { players.fold(event, of: entry) }
      if projections.contains(.leaderboards) { leaderboards.follow(event, of: entry) }
    case .presence(let event):
      guard let event = event.event else { return }
      if projections.contains(.presence) { presence.fold(event, of: entry) }
      if projections.contains(.leaderboards) { leaderboards.follow(event, of: entry) }
    case .movement(let event):
      guard let event = event.event else { return }
      if projections.contains(.movement) { movement.fold(event, of: entry) }
      if projections.contains(.presence) { presence.follow(event) }
      if projections.contains(.scheduler) { scheduler.follow(event) }
      if projections.contains(.leaderboards) { leaderboards.follow(event, of: entry) }
    case .inventory(let event):
      guard let event = event.event else { return }
      if projections.contains(.inventories) { inventories.fold(event, of: entry) }
      if projections.contains(.leaderboards) { leaderboards.follow(event, of: entry) }
    case .trade(let event):
      guard let event = event.event else { return }
      if projections.contains(.trades) { trades.fold(event, of: entry) }
      if projections.contains(.scheduler) { scheduler.follow(event) }
      if projections.contains(.leaderboards) { leaderboards.follow(event, of: entry) }
    case .leaderboards(let event):
      guard let event = event.event else { return }
      if projections.contains(.leaderboards) { leaderboards.fold(event, of: entry) }
      if projections.contains(.scheduler) { scheduler.follow(event, at: entry.time) }
    case .chat(let event):
      guard let event = event.event else { return }
      if projections.contains(.chat) { chats.fold(event, of: entry) }
    case .worldClock(let event):
      guard let event = event.event else { return }
      if projections.contains(.worldClock) { worldClock.fold(event, of: entry) }
      if projections.contains(.scheduler) { scheduler.follow(event, at: entry.time) }
    case .harmony(let event):
      guard let event = event.event else { return }
      if projections.contains(.harmony) { harmony.fold(event) }
      if projections.contains(.scheduler) { scheduler.follow(event) }
    case .melodies(let event):
      guard let event = event.event else { return }
      if projections.contains(.melodies) { melodies.fold(event, of: entry) }
      if projections.contains(.scheduler) { scheduler.follow(event) }
    case .echoes(let event):
      guard let event = event.event else { return }
      if projections.contains(.echoes) { echoes.fold(event) }
      if projections.contains(.scheduler) { scheduler.follow(event) }
    case .progress(let event):
      guard let event = event.event else { return }
      if projections.contains(.progress) { progress.fold(event, of: entry) }
    case .weather(let event):
      guard let event = event.event else { return }
      if projections.contains(.weather) { weather.fold(event) }
      if projections.contains(.scheduler) { scheduler.follow(event) }
    case .ecosystem(let event):
      guard let event = event.event else { return }
      if projections.contains(.ecosystem) { ecosystem.fold(event) }
      if projections.contains(.scheduler) { scheduler.follow(event) }
    }
  }
}
