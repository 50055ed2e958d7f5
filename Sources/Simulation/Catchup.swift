import Engine
import EventLog
import Schema
import World

/// What a client missed: the entries of the log that follow a position, filtered by what it watches, as
/// `docs/protocol.md` has it for resuming.
///
/// Surroundings are those of the region that the player was in at the time, which the log tells.
struct Catchup {
  let log: any EntryReader
  let grid: Grid
  let watch: Watch

  /// What is to be seen after a position, through another.
  ///
  /// - Throws: what reading the log throws.
  func sights(after: Position, through last: Position) throws -> [Sight] {
    guard after < last else { return [] }
    var entries: [(position: Position, events: [Event])] = []
    try log.read(from: after.next, through: last) { entry in
      var events: [Event] = []
      try LogFolder.append(entry, to: &events)
      entries.append((entry.position, events))
      return .proceed
    }
    // From the end, where the region is known, to the beginning.
    var region = watch.surroundings
    var sights: [Sight] = []
    for (position, events) in entries.reversed() {
      for event in events.reversed() {
        if let former = formerRegion(event) { region = former }
      }
      var mask: UInt64 = 0
      for (index, event) in events.enumerated() where sees(event, around: region) {
        mask |= 1 << UInt64(index)
      }
      if mask != 0 { sights.append(Sight(position: position, events: mask)) }
    }
    return sights.reversed()
  }

  /// Where the player was before the event; nil when it was where it is after it.
  private func formerRegion(_ event: Event) -> RegionID? {
    guard let player = watch.follows?.rawValue, case .movement(let movement) = event.system else {
      return nil
    }
    return switch movement.event {
    case .borderCrossed(let it) where it.player == player: RegionID(it.fromRegion)
    case .playerPlaced(let it) where it.player == player: RegionID(UInt64(0))
    case .playerRemoved(let it) where it.player == player: RegionID(it.region)
    default: nil
    }
  }

  private func sees(_ event: Event, around region: RegionID) -> Bool {
    if watch.seesAll { return true }
    var audiences: [Audience] = []
    event.addAudience(to: &audiences)
    return audiences.contains { audience in
      switch audience {
      case .player(let player): player == watch.own
      case .region(let seen):
        watch.regions.contains(seen)
          || watch.follows != nil && (seen == region || grid.neighbours(of: region).contains(seen))
      case .everyone: watch.seesEveryone
      case .operators: false
      }
    }
  }
}
