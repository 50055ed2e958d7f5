import Engine
import EventLog
import EventLogTesting
import Projection
import Schema
import World

/// A whole server and its clients in one thread, moved on step by step, and everything that can be told
/// of it checked on the way.
///
/// **What is real.** The engine's core, its recovery, the steps of a commit, the scheduler, every rule and fold
/// of the world, the changes that images are written from, the log's format and chain.
///
/// **What is modelled.** The clock, the disk, the gateway's connections, the clients, who send what players
/// would and what nobody should.
///
/// **What checks it.** Books that are kept from the bytes of the log and from what clients sent and were told,
/// and that know nothing of the engine's own tables.
///
/// Nothing in it reads a clock, a file or a random source: the same steps come to the same end.
struct Simulation: ~Copyable {
  /// When the world begins, in microseconds since 1970.
  static let start = Timestamp(microseconds: 1_790_000_000_000_000)

  let machine: Machine
  let clock: ManualClock
  let storage: Storage
  let grid: Grid
  private let worldFile: WorldFile

  /// The log as it is on the disk.
  private(set) var disk: any EventLog
  /// The same, failing as planned in this life of the server.
  var log: FaultyEventLog
  var engine: SteppedEngine
  /// The world as the log's bytes have it.
  var shadow = Shadow()
  var images = Images()

  var goods = GoodsBook()
  var lessons = LessonBook()
  var livingWorld: LivingWorldBook
  private var texts = TextBook()
  var commands = CommandBook()
  var views: Views
  var clients = Client.numbers.map { Client(number: $0) }
  /// The players of all clients that have one.
  private(set) var players: [PlayerID] = []
  /// What was delivered while somebody was behind, as the gateway keeps it.
  var recent = RecentPublications()
  /// Everything up to here has been delivered in this life of the server.
  var deliveredThrough = Position.zero
  /// What each line sees of the batch that is told; empty between two.
  var visible: [[Publication.VisibleEntry]] = Array(repeating: [], count: Views.linesMax)
  var tally = Tally()

  /// The last position that is durable, and the chain's head there.
  private(set) var durable = Position.zero
  private(set) var head = ChainHead.genesis
  /// How often the server has been started.
  private(set) var life = 1
  var connectionCount: UInt64 = 0
  var requestCount: UInt64 = 0
  /// Up to where a fresh fold of the whole log was compared.
  var comparedAfresh = Position.zero
  /// How many commands had been sent when all rules were looked at last.
  var checkedAt = 0
  /// How many commands had been sent when whole states were compared last.
  var comparedAt = 0
  /// How many rows the world had then.
  var rowCount = 0
  private var events: [Event] = []

  /// Founds the world of a seed.
  ///
  /// - Throws: ``Breach`` when not even that works.
  static func found(seed: UInt64, on machine: Machine) throws(Breach) -> Simulation {
    let file = WorldFile.simulated(seed: seed)
    let disk = InMemoryEventLog()
    let (log, storage, clock) = (FaultyEventLog(disk), Storage(), ManualClock(start))
    let engine = try open(log, World(), FoldedThrough(), file, storage, clock)
    var simulation = Simulation(
      machine, clock, storage, worldFile: file, disk: disk, log: log, engine: engine)
    try simulation.chronicle()
    return simulation
  }

  private init(
    _ machine: Machine, _ clock: ManualClock, _ storage: Storage, worldFile: WorldFile,
    disk: any EventLog, log: FaultyEventLog, engine: consuming SteppedEngine
  ) {
    self.machine = machine
    self.clock = clock
    self.storage = storage
    self.worldFile = worldFile
    self.disk = disk
    self.log = log
    self.engine = engine
    grid = Grid(
      columns: Int64(worldFile.columns), rows: Int64(worldFile.rows), cell: worldFile.cellMm)
    views = Views(grid)
    livingWorld = LivingWorldBook(grid)
  }

  private static func open(
    _ log: FaultyEventLog, _ world: consuming World, _ seen: FoldedThrough, _ file: WorldFile,
    _ storage: Storage, _ clock: ManualClock
  ) throws(Breach) -> SteppedEngine {
    var configuration = EngineConfiguration(onFault: { _ in }, onImageReport: { _ in })
    configuration.clock = clock
    configuration.room = storage.room
    configuration.worldFile = { file }
    configuration.texts = { storage.texts }
    do {
      return try SteppedEngine(
        log, world: world, seen: seen, outlets: 1, configuration: configuration)
    } catch {
      throw Breach(.running, "The server does not start: \(error)")
    }
  }

  /// Says that a client has another player now.
  mutating func playersChanged() {
    players = clients.compactMap(\.player)
  }

  // MARK: Life and death

  /// The process dies, and is started again.
  ///
  /// - Parameter stored: A batch that may be in the log though nobody was told; it must be there wholly or not
  ///   at all.
  mutating func restart(mayHave stored: EntryBatch? = nil) throws(Breach) {
    for index in clients.indices { clients[index].line = nil }
    for index in views.lines.indices { views.close(index) }
    recent = RecentPublications()
    deliveredThrough = .zero
    images.forgetTaken()
    storage.texts.plan(nil)
    disk = machine.openLog(disk)
    try expectNothingLost(mayHave: stored)
    log = FaultyEventLog(disk)
    try start()
    try chronicle()
    guard engine.position == durable else {
      throw Breach(
        .history, "A server just started stands at \(engine.position), and the log at \(durable).")
    }
    let left = storage.texts.texts(from: durable.next, through: .max)
    guard left.isEmpty else {
      throw Breach(.history, "The text of position \(left[0].position) has no entry.")
    }
    try compareRecovered()
    tally.recoveries += 1
  }

  /// Starts the server from the images and what follows them in the log.
  private mutating func start() throws(Breach) {
    let loaded = images.load()
    let seen = loaded.seen
    guard seen.highest <= durable else {
      throw Breach(
        .history, "An image has seen position \(seen.highest), and the log ends at \(durable).")
    }
    engine = try Self.open(log, loaded.world, seen, worldFile, storage, clock)
    life += 1
  }

  /// The log must end where it did, or after the batch that may have been stored.
  private mutating func expectNothingLost(mayHave stored: EntryBatch?) throws(Breach) {
    let summary = try summaryOfDisk()
    if let stored, !stored.isEmpty, summary.lastPosition == stored.lastPosition {
      try chronicle(stored)
      return
    }
    guard summary.lastPosition >= durable else {
      throw Breach(
        .durable,
        """
        The log ended at position \(durable), somebody was told of position \(commands.told), and after \
        a crash it ends at \(summary.lastPosition).
        """)
    }
    guard summary.lastPosition == durable, summary.head == head else {
      throw Breach(
        .durable,
        "After a crash the log ends at position \(summary.lastPosition) and is not what was written up to \(durable)."
      )
    }
  }

  private func summaryOfDisk() throws(Breach) -> LogSummary {
    do {
      return try disk.summary()
    } catch {
      throw Breach(.running, "The log cannot be read: \(error)")
    }
  }

  // MARK: What is durable

  /// Enters a batch that has just become durable into all books; it must be in the log as it was made.
  mutating func chronicle(_ batch: EntryBatch) throws(Breach) {
    let expected = head.extended(by: batch.bytes)
    try chronicle()
    guard durable == batch.lastPosition, head == expected else {
      throw Breach(
        .durable,
        "A batch up to position \(batch.lastPosition) was appended, and the log, which ends at \(durable), has something else."
      )
    }
  }

  /// Enters what the log has beyond ``durable`` into all books, as its bytes say.
  mutating func chronicle() throws(Breach) {
    let summary = try summaryOfDisk()
    guard summary.lastPosition > durable else { return }
    let from = durable.next
    durable = summary.lastPosition
    head = summary.head
    var entries: [(stamp: EntryStamp, range: Range<Int>)] = []
    var events = events
    events.removeAll(keepingCapacity: true)
    do {
      try disk.read(from: from, through: durable) { entry in
        let first = events.count
        try LogFolder.append(entry, to: &events)
        entries.append((EntryStamp(entry), first..<events.count))
        return .proceed
      }
    } catch {
      throw Breach(.running, "The log cannot be read: \(error)")
    }
    for (stamp, range) in entries { try enter(events[range], of: stamp) }
    self.events = events
    try checkTexts()
    try goods.compareTouched(with: shadow.world)
    try livingWorld.compareTouched(with: shadow.world)
    tally.entries += entries.count
    views.endBatch()
  }

  private mutating func enter(_ events: ArraySlice<Event>, of entry: EntryStamp) throws(Breach) {
    try commands.record(entry)
    views.expect(events, of: entry.position)
    try livingWorld.follow(events, of: entry)
    for event in events {
      switch event.system {
      case .inventory(let inventory):
        if let event = inventory.event { try goods.follow(event, at: entry.position) }
      case .movement(let movement):
        if let event = movement.event { views.follow(event) }
      case .chat(let chat):
        if let event = chat.event { texts.follow(event, at: entry.position) }
      case .echoes(let echoes):
        if let event = echoes.event { try lessons.follow(event, at: entry.position) }
      case .players, .presence, .regions, .trade, .leaderboards, .worldClock, .harmony, .weather,
        .ecosystem, .progress, .melodies, nil:
        break
      }
    }
    tally.events += events.count
    shadow.world.fold(events, of: entry)
  }

  /// What was said in the batch has its text, and what was taken back in it has none.
  private mutating func checkTexts() throws(Breach) {
    let (said, removed) = texts.take()
    if !removed.isEmpty, let left = storage.texts.texts(at: removed).first {
      throw Breach(
        .durable, "The message of position \(left.position) was taken back, and its text is there.")
    }
    guard !said.isEmpty, storage.texts.texts(at: said).count != said.count else { return }
    throw Breach(.durable, "A message among positions \(said) has no text.")
  }
}

extension WorldFile {
  /// The world of a simulation: the standard one, with times and bounds that are met often.
  static func simulated(seed: UInt64) -> WorldFile {
    var file = WorldFile.standard
    file.name = "Simulation"
    file.seed = seed | 1
    file.rules.tradeExpiresAfterUs = 20_000_000
    file.rules.tradesMax = 4
    file.rules.reachMm = 20_000
    file.rules.startingCoins = 1_000
    if seed.isMultiple(of: 2) {
      file.clearClock()
      file.clearHarmony()
      file.clearWeather()
      file.clearEcosystem()
      file.species = []
      file.clearEchoRules()
      file.echoes = []
    } else {
      // An hour of the world in a second of the simulation's, which passes quickly.
      file.clock.speedPermille = 3_600_000
      file.clock.isAdjustable = true
    }
    for index in file.boards.indices where file.boards[index].seasonUs > 0 {
      file.boards[index].seasonUs = 120_000_000
    }
    return file
  }
}
