import Engine
import EventLog
import Schema
import World

/// Who may see what of every durable entry, by the events themselves; and where each player came from, so that it is
/// known what its surroundings were at the time.
///
/// What a client that resumes must be shown follows from it. What the gateway reads from the log has no part in it.
struct AudienceBook {
  private struct Entry {
    /// Where its audiences begin.
    let start: Int
    let eventCount: Int
  }

  private struct Seen {
    let audience: Audience
    let event: Int
  }

  /// By position, from 1 on.
  private var entries: [Entry] = []
  private var audiences: [Seen] = []
  /// Where each player came to another region, and which it left; 0 is nowhere.
  private var departures: [PlayerID: [(position: Position, from: RegionID)]] = [:]

  /// Begins the entry that follows the last.
  mutating func begin(eventCount: Int) {
    entries.append(Entry(start: audiences.count, eventCount: eventCount))
  }

  /// Notes that an event of the entry is for an audience.
  mutating func note(_ audience: Audience, of event: Int) {
    audiences.append(Seen(audience: audience, event: event))
  }

  /// Notes that a player comes to another region by the entry.
  mutating func note(_ player: PlayerID, leaves region: RegionID) {
    departures[player, default: []].append((Position(UInt64(entries.count)), region))
  }

  /// What somebody who watches is to be shown of the entries after a position, through another.
  ///
  /// Surroundings are those of the region that the player was in before each entry.
  func sights(
    after: Position, through last: Position, of watch: Watch, in grid: Grid
  ) -> [Sight] {
    guard after < last else { return [] }
    let departures = watch.follows.flatMap { self.departures[$0] } ?? []
    var next = departures.count
    while next > 0, departures[next - 1].position > after { next -= 1 }
    var surroundings = Surroundings(of: watch, in: grid)
    var sights: [Sight] = []
    for index in Int(after.rawValue)..<Int(last.rawValue) {
      let position = Position(UInt64(index + 1))
      while next < departures.count, departures[next].position < position { next += 1 }
      surroundings.go(to: next < departures.count ? departures[next].from : watch.surroundings)
      let entry = entries[index]
      var events: UInt64 = 0
      if watch.seesAll {
        events = .all(of: entry.eventCount)
      } else {
        let end = index + 1 < entries.count ? entries[index + 1].start : audiences.count
        for seen in audiences[entry.start..<end]
        where watch.sees(seen.audience, within: surroundings.regions) {
          events |= 1 << UInt64(seen.event)
        }
      }
      if events != 0 { sights.append(Sight(position: position, events: events)) }
    }
    return sights
  }
}

/// The regions around a player, while it walks.
private struct Surroundings {
  private let grid: Grid
  private let areWatched: Bool
  private var region: RegionID?
  private(set) var regions: [RegionID] = []

  init(of watch: Watch, in grid: Grid) {
    self.grid = grid
    areWatched = watch.follows != nil
  }

  mutating func go(to region: RegionID) {
    guard areWatched, region != self.region else { return }
    self.region = region
    regions = [region] + grid.neighbours(of: region)
  }
}

extension Watch {
  /// Whether something for an audience is seen, with these surroundings.
  fileprivate func sees(_ audience: Audience, within surroundings: [RegionID]) -> Bool {
    switch audience {
    case .player(let player): player == own
    case .region(let region): regions.contains(region) || surroundings.contains(region)
    case .everyone: seesEveryone
    case .operators: false
    }
  }
}

extension UInt64 {
  /// A mark for each of so many events, or for the first that can be marked.
  static func all(of eventCount: Int) -> UInt64 {
    .max >> UInt64(Swift.max(0, bitWidth - eventCount))
  }
}
