package import EventLog
package import World

/// A stretch of a log to be played, and the world as it was before it.
package struct Recording: ~Copyable {
  /// Where the entries are.
  let reader: any EntryReader
  /// The world after the entry of ``position``.
  let world: World
  /// The entry before the first that is played.
  let position: Position
  /// When that was.
  let time: Timestamp
  /// The last entry that is played.
  let last: Position
  /// The position before the first that the reader has: the earliest from which a viewer can resume.
  let resumableAfter: Position

  /// A stretch and the world before it.
  ///
  /// - Parameters:
  ///   - reader: Where the entries are, none left out.
  ///   - oldest: The first that the reader has.
  ///   - world: The world after the entry of `position`; a founded one, since its grid stays.
  ///   - position: The entry before the first to be played.
  ///   - time: When that entry was made.
  ///   - last: The last entry to be played.
  package init(
    of reader: any EntryReader, from oldest: Position, world: consuming World,
    after position: Position, at time: Timestamp, through last: Position
  ) {
    self.reader = reader
    self.world = world
    self.position = position
    self.time = time
    self.last = last
    resumableAfter = min(position, oldest.advanced(by: -1))
  }

  /// What is played, from its first entry on.
  var entries: RecordedEntries { RecordedEntries(reader, after: position, through: last) }
}

extension EngineCore {
  /// The world before a recording, for those who are to watch it.
  init(playing recording: consuming Recording, clock: any Clock) {
    let (position, time) = (recording.position, recording.time)
    let resumableAfter = recording.resumableAfter
    self.init(
      RecoveredWorld(
        world: recording.world, epoch: .zero, lastPosition: position, lastTime: time,
        reach: LogReach(after: resumableAfter)), clock: clock)
  }
}

/// The entries of a recording, read a few at a time, so that nothing is held while one is waited for.
struct RecordedEntries {
  private static let chunkCount = 512
  private static let chunkByteCount = 1 << 16

  private let reader: any EntryReader
  private let last: Position
  private var chunk: EntryBatch
  private var index = 0

  /// The entries after a position.
  init(_ reader: any EntryReader, after position: Position, through last: Position) {
    self.reader = reader
    self.last = last
    chunk = EntryBatch(after: position, epoch: .zero)
  }

  /// When the next entry was made; nil at the end.
  ///
  /// - Throws: What the reader throws, or ``EngineFault`` of code `damaged` for a recording with a
  ///   gap.
  mutating func nextTime() throws -> Timestamp? {
    if index == chunk.count { try readOn() }
    return index < chunk.count ? chunk.header(at: index).time : nil
  }

  /// Lends the next entry, and goes on to the one after it.
  ///
  /// - Precondition: ``nextTime()`` has just said that there is one.
  mutating func take(
    _ body: (EntryView) throws(EngineFault) -> Void
  ) throws(EngineFault) {
    try chunk.withEntry(at: index, body)
    index += 1
  }

  private mutating func readOn() throws {
    var read = EntryBatch(
      after: chunk.lastPosition, epoch: .zero, reservingBytes: Self.chunkByteCount)
    index = 0
    defer { chunk = read }
    guard read.firstPosition <= last else { return }
    try reader.read(from: read.firstPosition, through: last) { entry in
      guard entry.position == read.lastPosition.next else {
        throw EngineFault(
          .damaged,
          """
          After position \(read.lastPosition) the recording goes on at \(entry.position): something is missing in between.
          """)
      }
      read.append(stored: entry)
      let isEnough = read.count >= Self.chunkCount || read.bytes.count >= Self.chunkByteCount
      return isEnough ? .stop : .proceed
    }
  }
}
