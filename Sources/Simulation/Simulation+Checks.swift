import Engine
import EventLog
import Projection
import Schema
import World

// What is looked at after each batch is what the batch changed. All rows are looked at now and then, the more seldom
// the more there are, so that a long run spends no larger part of its time on it than a short one.
extension Simulation {
  /// After how many commands all rules of the world are looked at, at least.
  private static let checkInterval = 4_096

  /// What is cheap enough to be looked at after every batch.
  mutating func checkAfterBatch() throws(Breach) {
    let ledger = shadow.world.inventories.counters()
    guard ledger.coinsIssued - ledger.coinsDestroyed == goods.coins else {
      throw Breach(
        .conservation,
        "After position \(durable) the world counts \(ledger.coinsIssued - ledger.coinsDestroyed) coins, and its events \(goods.coins)."
      )
    }
    tally.checks += 1
    // A short run is looked at more closely.
    if tally.commands - checkedAt >= min(max(Self.checkInterval, rowCount), tally.commands / 8) {
      try checkRules()
    }
  }

  /// All rules of the world, as of the last durable entry.
  mutating func checkRules() throws(Breach) {
    checkedAt = tally.commands
    if let violation = shadow.world.violations().first {
      throw Breach(
        .invariant,
        "After position \(durable), by \(violation.system): \(violation.description)")
    }
    try goods.compare(with: shadow.world)
    try lessons.compare(with: shadow.world)
    try livingWorld.compare(with: shadow.world)
  }

  /// A server that has just started must be what the log's bytes come to.
  ///
  /// Its rows are those of the images but for those that it has changed. All of them are compared once twice as many
  /// commands were sent as there are rows.
  mutating func compareRecovered() throws(Breach) {
    guard tally.commands - comparedAt < 2 * rowCount else { return try compareStates() }
    try expectSame(
      try Self.reading { () throws(ImageFault) in try images.states(of: &engine) },
      try shadowStates(),
      "the recovered state", "that of the log's entries")
    tally.comparisons += 1
  }

  /// The live world must be what the log's bytes come to.
  ///
  /// Only while nothing is decided that is not durable.
  mutating func compareStates() throws(Breach) {
    let live = try liveStates()
    let folded = try Self.reading { () throws(ImageFault) in
      var reader = StateReader()
      try shadow.world.visitProjections(&reader)
      return reader
    }
    try expectSame(live, folded, "the live state", "that of the log's entries")
    try expectSame(folded, try shadowStates(), "that", "what its changes come to")
    comparedAt = tally.commands
    rowCount = live.rowCount
    tally.comparisons += 1
  }

  /// What every row of the live world comes to.
  private mutating func liveStates() throws(Breach) -> StateReader {
    try Self.reading { () throws(ImageFault) in
      var reader = StateReader()
      try engine.visitProjections(&reader)
      return reader
    }
  }

  /// What the log's entries come to, by the rows that they changed.
  private mutating func shadowStates() throws(Breach) -> StateReader {
    try Self.reading { () throws(ImageFault) in try shadow.states(at: durable) }
  }

  private static func reading(
    _ body: () throws(ImageFault) -> StateReader
  ) throws(Breach) -> StateReader {
    do throws(ImageFault) {
      return try body()
    } catch {
      throw Breach(.history, "A row cannot be encoded: \(error)")
    }
  }

  private func expectSame(
    _ one: StateReader, _ other: StateReader, _ first: String, _ second: String
  ) throws(Breach) {
    let differences = one.differences(from: other)
    guard differences.isEmpty else {
      throw Breach(
        .history,
        "After position \(durable), \(first) and \(second) differ in \(differences.joined(separator: ", "))."
      )
    }
  }

  /// Brings everything to rest, and compares everything with everything.
  mutating func compare() throws(Breach) {
    try settle()
    try catchUpAll()
    try readAll()
    try checkRules()
    try compareStates()
    try compareImages()
    // Each time the log has doubled, so that all of it together costs as much as a few folds.
    if durable.rawValue >= 2 * comparedAfresh.rawValue { try compareAfresh() }
  }

  /// The images, with the entries that they have not seen folded after them, must be the live state.
  private mutating func compareImages() throws(Breach) {
    do {
      while !images.isIdle { try images.writeNext(durable: durable) }
      var loaded = images.load()
      try LogFolder.fold(disk, into: &loaded.world, after: loaded.seen)
      var reader = StateReader()
      try loaded.world.visitProjections(&reader)
      // The live state is that of the log's entries, as has just been seen.
      try expectSame(reader, try shadowStates(), "the state from images", "the live state")
    } catch let breach as Breach {
      throw breach
    } catch {
      throw Breach(.history, "A world cannot be made of images and log: \(error)")
    }
  }

  /// A fresh fold of the whole log must be the live state, and the log's chain whole.
  mutating func compareAfresh() throws(Breach) {
    comparedAfresh = durable
    do {
      var world = World()
      try LogFolder.fold(disk, into: &world)
      var reader = StateReader()
      try world.visitProjections(&reader)
      try expectSame(reader, try liveStates(), "a fresh fold of the log", "the live state")
      let report = try disk.verify()
      guard report.head == head else {
        throw Breach(.history, "The log's chain does not end as it was written.")
      }
    } catch let breach as Breach {
      throw breach
    } catch {
      throw Breach(.history, "The log cannot be folded afresh: \(error)")
    }
  }

  /// What the whole run came to: the state of every projection and the chain's head, as one hash.
  mutating func digest() throws(Breach) -> String {
    let states = try liveStates().states
    let text = states.map { "\($0.name) \($0.state.digest) \($0.state.rowCount)\n" }.joined()
    return String("\(head.extended(by: Array(text.utf8)))".prefix(32))
  }
}
