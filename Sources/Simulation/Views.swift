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
  private(set) var lines: [Line?] = Array(repeating: nil, count: Views.linesMax)
  // Which lines each client has, as bits.
  private var linesOfClient = [UInt64](repeating: 0, count: Client.numbers.count)
  /// Which lines are behind, as bits.
  private(set) var linesBehind: UInt64 = 0
  /// Where each player is after the last durable batch, by the log.
  private(set) var regions: [PlayerID: RegionID] = [:]
  /// Who may see what of everything so far.
  private var audienceBook = AudienceBook()
  private let grid: Grid
  /// Whether a player has come to another region since the last batch.
  private var haveMoved = false

  // Which lines watch what, as bits; made anew when anything about it changes.
  private var isStale = true
  private var linesOfPlayer: [UInt64: UInt64] = [:]
  private var linesOfRegion: [UInt64] = []
  private var linesOfEveryone: UInt64 = 0
  private var linesOfAll: UInt64 = 0
  // Which lines are filed under what; made anew when anything about it changes.
  private var areFilingsStale = true
  private var linesFiledUnder: [DeliveryTopic: UInt64] = [:]
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

  /// Says that some line is filed under other topics now.
  mutating func filingsChanged() {
    areFilingsStale = true
  }

  /// The lines of a client, as bits.
  func lines(of client: Int) -> UInt64 { linesOfClient[client] }

  /// The clients of lines that are behind, in order.
  var clientsBehind: [Int] {
    guard linesBehind != 0 else { return [] }
    return linesOfClient.indices.filter { linesOfClient[$0] & linesBehind != 0 }
  }

  /// A line is behind from here on.
  mutating func fallBehind(_ line: Line, _ course: CatchUpCourse<Line.Message>) {
    line.course = course
    linesBehind |= 1 << UInt64(line.index)
  }

  /// A line has been sent everything.
  mutating func comeLevel(_ line: Line) {
    line.course = nil
    linesBehind &= ~(1 << UInt64(line.index))
  }

  /// Closes a line.
  mutating func close(_ index: Int) {
    guard let line = lines[index] else { return }
    linesOfClient[line.client] &= ~(1 << UInt64(index))
    linesBehind &= ~(1 << UInt64(index))
    lines[index] = nil
    isStale = true
    areFilingsStale = true
  }

  /// Opens a line of a client; nil when there are too many.
  ///
  /// - Parameter count: How many lines were opened before, ever.
  mutating func open(for client: Int, after count: UInt64) -> Int? {
    guard let index = lines.firstIndex(where: { $0 == nil }) else { return nil }
    // The lowest bits say where the line is.
    let id = count * UInt64(Self.linesMax) + UInt64(index)
    lines[index] = Line(Connection(id: id, outlet: 0), client: client, index: index)
    linesOfClient[client] |= 1 << UInt64(index)
    return index
  }

  /// The index of a line; nil when the connection is gone.
  func index(of connection: Connection) -> Int? {
    let index = Int(connection.id % UInt64(Self.linesMax))
    return lines[index]?.connection == connection ? index : nil
  }

  /// Follows where the players are; after the entry's ``expect(_:of:)``.
  mutating func follow(_ event: MovementEvent.OneOf_Event) {
    switch event {
    case .playerPlaced(let placed): move(placed.player, to: RegionID(placed.region))
    case .borderCrossed(let crossed): move(crossed.player, to: RegionID(crossed.toRegion))
    case .playerRemoved(let removed): move(removed.player, to: nil)
    case .moveStarted, .moveStopped: break
    }
  }

  private mutating func move(_ player: UInt64, to region: RegionID?) {
    let player = PlayerID(player)
    audienceBook.note(player, leaves: self.region(of: player))
    regions[player] = region
    haveMoved = true
  }

  /// Notes for every line what it must see of a durable entry.
  mutating func expect(_ events: ArraySlice<Event>, of position: Position) {
    if isStale { indexLines() }
    audienceBook.begin(eventCount: events.count)
    var seeing: UInt64 = 0
    for (index, event) in events.enumerated() {
      audiences.removeAll(keepingCapacity: true)
      event.addAudience(to: &audiences)
      for audience in audiences { audienceBook.note(audience, of: index) }
      var mask = linesSeeingAudiences()
      seeing |= mask
      while let line = mask.popBit() { sights[line] |= 1 << UInt64(index) }
    }
    while let line = seeing.popBit() {
      lines[line]?.expected.append(Sight(position: position, events: sights[line]))
      sights[line] = 0
    }
  }

  /// Notes what a line must see of what its client missed.
  func expectMissed(after: Position, through last: Position, on line: Line) {
    line.expected.append(
      contentsOf: audienceBook.sights(after: after, through: last, of: line.watch, in: grid))
  }

  private func linesSeeingAudiences() -> UInt64 {
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
    guard haveMoved else { return }
    haveMoved = false
    for case let line? in lines {
      guard let player = line.watch.follows else { continue }
      let region = region(of: player)
      if line.watch.surroundings != region {
        line.watch.surroundings = region
        isStale = true
      }
    }
  }

  /// The lines filed under a topic, as bits.
  mutating func lines(filedUnder topic: DeliveryTopic) -> UInt64 {
    if areFilingsStale {
      areFilingsStale = false
      linesFiledUnder.removeAll(keepingCapacity: true)
      for (index, line) in lines.enumerated() {
        for topic in line?.filings ?? [] {
          linesFiledUnder[topic, default: 0] |= 1 << UInt64(index)
        }
      }
    }
    return linesFiledUnder[topic] ?? 0
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

extension UInt64 {
  /// Clears the lowest bit that is set, and says which it was; nil when none is.
  mutating func popBit() -> Int? {
    guard self != 0 else { return nil }
    defer { self &= self - 1 }
    return trailingZeroBitCount
  }
}
