import Engine
import EventLog
import Schema
import World

/// What each line must see, computed from the log's entries and from what clients asked for: promise 4.
///
/// It asks each event for its audience, and each line for what it watches. The engine's filing of watchers under
/// topics, and its marking of what they see, have no part in it.
struct Views {
  /// So many lines there can be: what one machine word can mark.
  static let linesMax = 64

  /// The lines in use.
  var lines: [Line?] = Array(repeating: nil, count: Views.linesMax)
  /// Where each player is after the last durable batch, by the log.
  private(set) var regions: [PlayerID: RegionID] = [:]
  private let grid: Grid

  // Which lines watch what, as bits; made anew when anything about it changes.
  private var isStale = true
  private var linesOfPlayer: [UInt64: UInt64] = [:]
  private var linesOfRegion: [UInt64] = []
  private var linesOfEveryone: UInt64 = 0
  private var linesOfAll: UInt64 = 0
  private var sights = [UInt64](repeating: 0, count: Views.linesMax)
  private var audiences: [Audience] = []

  init(_ grid: Grid) {
    self.grid = grid
  }

  /// Where a player is; 0 for nowhere.
  func region(of player: PlayerID) -> RegionID {
    regions[player] ?? RegionID(UInt64(0))
  }

  /// Says that some line watches something else now.
  mutating func watchesChanged() {
    isStale = true
  }

  /// Opens a line of a client; nil when there are too many.
  ///
  /// - Parameter count: How many lines were opened before, ever.
  mutating func open(for client: Int, after count: UInt64) -> Int? {
    guard let index = lines.firstIndex(where: { $0 == nil }) else { return nil }
    // The lowest bits say where the line is.
    let id = count * UInt64(Self.linesMax) + UInt64(index)
    lines[index] = Line(Connection(id: id, outlet: 0), client: client)
    return index
  }

  /// The index of a line; nil when the connection is gone.
  func index(of connection: Connection) -> Int? {
    let index = Int(connection.id % UInt64(Self.linesMax))
    return lines[index]?.connection == connection ? index : nil
  }

  /// Follows where the players are.
  mutating func follow(_ event: MovementEvent.OneOf_Event) {
    switch event {
    case .playerPlaced(let placed): regions[PlayerID(placed.player)] = RegionID(placed.region)
    case .borderCrossed(let crossed): regions[PlayerID(crossed.player)] = RegionID(crossed.toRegion)
    case .playerRemoved(let removed): regions[PlayerID(removed.player)] = nil
    case .moveStarted, .moveStopped: break
    }
  }

  /// Notes for every line what it must see of a durable entry.
  mutating func expect(_ events: ArraySlice<Event>, of position: Position) {
    if isStale { indexLines() }
    var seeing: UInt64 = 0
    for (index, event) in events.enumerated() {
      let mask = watchers(of: event)
      seeing |= mask
      forEachBit(of: mask) { sights[$0] |= 1 << UInt64(index) }
    }
    forEachBit(of: seeing) { line in
      lines[line]?.expected.append(Sight(position: position, events: sights[line]))
      sights[line] = 0
    }
  }

  private mutating func watchers(of event: Event) -> UInt64 {
    audiences.removeAll(keepingCapacity: true)
    event.addAudience(to: &audiences)
    var mask = linesOfAll
    for audience in audiences {
      switch audience {
      case .player(let player): mask |= linesOfPlayer[player.rawValue] ?? 0
      case .region(let region):
        if region.rawValue < UInt64(linesOfRegion.count) {
          mask |= linesOfRegion[Int(region.rawValue)]
        }
      case .everyone: mask |= linesOfEveryone
      case .operators: break
      }
    }
    return mask
  }

  /// After a batch: surroundings are now those of where the players have come to.
  mutating func endBatch() {
    for index in lines.indices {
      guard let player = lines[index]?.watch.follows else { continue }
      let region = region(of: player)
      if lines[index]?.watch.surroundings != region {
        lines[index]?.watch.surroundings = region
        isStale = true
      }
    }
  }

  private mutating func indexLines() {
    isStale = false
    linesOfPlayer.removeAll(keepingCapacity: true)
    linesOfRegion = Array(repeating: 0, count: Int(grid.count) + 1)
    linesOfEveryone = 0
    linesOfAll = 0
    for (index, line) in lines.enumerated() {
      guard let watch = line?.watch else { continue }
      let bit: UInt64 = 1 << UInt64(index)
      if let own = watch.own { linesOfPlayer[own.rawValue, default: 0] |= bit }
      if watch.seesEveryone { linesOfEveryone |= bit }
      if watch.seesAll { linesOfAll |= bit }
      for region in watch.regions where grid.contains(region) {
        linesOfRegion[Int(region.rawValue)] |= bit
      }
      if watch.follows != nil, grid.contains(watch.surroundings) {
        linesOfRegion[Int(watch.surroundings.rawValue)] |= bit
        for region in grid.neighbours(of: watch.surroundings) {
          linesOfRegion[Int(region.rawValue)] |= bit
        }
      }
    }
  }
}

/// Calls `body` with the number of each bit that is set, lowest first.
private func forEachBit(of mask: UInt64, _ body: (Int) -> Void) {
  var rest = mask
  while rest != 0 {
    body(rest.trailingZeroBitCount)
    rest &= rest - 1
  }
}
