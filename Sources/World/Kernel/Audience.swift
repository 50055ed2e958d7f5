import EventLog
package import Schema

/// Who may see an event.
///
/// Operators may see every one.
package enum Audience: Hashable, Sendable {
  /// One player.
  case player(PlayerID)
  /// Whoever watches the region.
  case region(RegionID)
  /// Everyone.
  case everyone
  /// Operators alone.
  case operators
}

/// What a connection is filed under for delivery.
///
/// Audiences map to these, and a client's topics do.
package enum DeliveryTopic: Hashable, Sendable {
  /// What concerns one player.
  case player(PlayerID)
  /// What is seen in one region.
  case region(RegionID)
  /// What is seen in a region and in those around it.
  case surroundings(RegionID)
  /// What concerns everyone.
  case everyone
  /// Everything.
  case operators
}

extension Event {
  /// Adds who may see the event.
  ///
  /// It depends on the event alone, so that a resumed client is shown what it would have been
  /// shown.
  ///
  /// An event of a schema newer than this program is for operators.
  package func addAudience(to audiences: inout [Audience]) {
    guard let system else { return }
    switch system {
    case .players(let event): event.event?.addAudience(to: &audiences)
    case .presence(let event): event.event?.addAudience(to: &audiences)
    case .regions(let event): event.event?.addAudience(to: &audiences)
    case .movement(let event): event.event?.addAudience(to: &audiences)
    case .inventory(let event): event.event?.addAudience(to: &audiences)
    case .trade(let event): event.event?.addAudience(to: &audiences)
    case .leaderboards(let event): event.event?.addAudience(to: &audiences)
    case .chat(let event): event.event?.addAudience(to: &audiences)
    case .worldClock(let event): event.event?.addAudience(to: &audiences)
    case .harmony(let event): event.event?.addAudience(to: &audiences)
    case .melodies(let event): event.event?.addAudience(to: &audiences)
    case .echoes(let event): event.event?.addAudience(to: &audiences)
    case .progress(let event): event.event?.addAudience(to: &audiences)
    case .weather(let event): event.event?.addAudience(to: &audiences)
    case .ecosystem(let event): event.event?.addAudience(to: &audiences)
    }
  }
}

extension [Audience] {
  /// Adds the player and whoever watches the regions; 0 stands for no region.
  mutating func add(_ player: UInt64, inRegions regions: UInt32...) {
    append(.player(PlayerID(player)))
    for region in regions where region != 0 {
      append(.region(RegionID(region)))
    }
  }
}

extension Audience {
  /// Calls `body` with each topic under which watchers of this audience are filed.
  package func forEachTopic(in grid: Grid, _ body: (DeliveryTopic) -> Void) {
    switch self {
    case .player(let player): body(.player(player))
    case .region(let region):
      body(.region(region))
      body(.surroundings(region))
      grid.forEachNeighbour(of: region) { body(.surroundings($0)) }
    case .everyone: body(.everyone)
    case .operators: break
    }
  }
}
