import Engine
import EventLog
import NIOCore
import Schema
import SwiftProtobuf
import Synchronization
import WebSocket
import World

/// Reads from the log what a connection has not been sent, piece by piece, on a thread that may wait
/// for the disk.
///
/// An event is shown if it would have been shown live: if one of its audiences maps to one of the
/// client's topics. An event of a kind that is no longer made is shown as what it is read as today, so
/// that a client has to know the kinds alone that it may be shown live.
struct MissedEntries: Sendable {
  /// How many entries are looked at before the thread is given to somebody else.
  static let entriesPerPiece = 8_192
  /// About how many bytes a piece has: what waits for a connection that is behind.
  ///
  /// An entry that is longer by itself makes it longer.
  static let bytesPerPiece = 64 * 1_024
  /// The same where only the player's own crossings are looked for, and little is decoded.
  private static let entriesPerSearch = 65_536

  /// Where it all comes from, and for whom.
  struct Source: Sendable {
    let log: any EntryReader
    let texts: any TextStore
    let grid: Grid
    let form: MessageForm
    let cancellation: Cancellation
    var upcasters = Upcasters.current
  }

  /// A piece of what was missed.
  struct Piece: Sendable {
    /// As frames; empty where nothing was visible.
    let frames: ByteBuffer
    /// How many events were left out of it.
    let superseded: Int
    /// What was compressed of it.
    var tally = Compressor.Tally()
  }

  private let source: Source
  private var texts: TextWindow
  /// What the connection watches, the surroundings where the player was among it.
  private(set) var topics: Set<DeliveryTopic>
  /// The position up to which nothing visible is missing any more.
  private(set) var through: Position
  /// Whether these are entries from before the connection watched: all of them are sent.
  private(set) var isFromBefore: Bool
  /// The player's way through those, where its surroundings are watched.
  private(set) var journey: Journey?

  /// What follows a position, for somebody who watches these topics.
  init(after position: Position, _ topics: Set<DeliveryTopic>, from source: Source) {
    self.source = source
    self.topics = topics
    isFromBefore = false
    texts = TextWindow(source.texts)
    through = position
  }

  /// What follows a position, for somebody who did not watch until the end of it.
  ///
  /// - Parameter journey: The player's way, whose surroundings are not among the topics; nil when they
  ///   are not watched.
  init(
    resumingAfter position: Position, _ topics: Set<DeliveryTopic>, _ journey: Journey?,
    from source: Source
  ) {
    self.init(after: position, topics, from: source)
    isFromBefore = true
    self.journey = journey
  }

  /// Watches other topics from here on.
  mutating func change(_ body: (inout Set<DeliveryTopic>) -> Void) { body(&topics) }

  /// What was missed before the connection watched has been read; the topics are as it wished.
  mutating func endResuming(_ topics: [DeliveryTopic]) {
    self.topics = Set(topics)
    isFromBefore = false
    journey = nil
  }

  /// Nothing visible is missing up to here, as was seen elsewhere.
  mutating func advance(to position: Position) {
    through = max(through, position)
  }

  /// Reads the next piece.
  ///
  /// - Parameters:
  ///   - last: Where to end at the latest; durable.
  ///   - isConflated: Whether superseded events are left out.
  /// - Throws: `LogFault`, what the text store throws, or what SwiftProtobuf throws for bytes that are no payload.
  mutating func readPiece(through last: Position, isConflated: Bool) throws -> Piece {
    guard through < last else { return Piece(frames: ByteBuffer(), superseded: 0) }
    if case .sought(let from)? = journey?.stage {
      try seekDeparture(from: max(from, through.next), through: last)
      return Piece(frames: ByteBuffer(), superseded: 0)
    }
    var writer = PushWriter(compressor: Compressor())
    var conflated = isConflated ? ConflatedEntries() : nil
    var copy = self
    var (count, end) = (0, through)
    try source.log.read(from: through.next, through: last, kinds: nil) { entry in
      try copy.append(entry, to: &writer, &conflated)
      count += 1
      end = entry.position
      let isEnough =
        count >= Self.entriesPerPiece
        || writer.byteCount + (conflated?.byteCount ?? 0) >= Self.bytesPerPiece
      return isEnough || source.cancellation.isCancelled ? .stop : .proceed
    }
    self = copy
    through = count == 0 ? last : end
    try conflated?.write(to: &writer)
    var frames = ByteBuffer()
    try writer.finish(into: &frames, as: source.form)
    return Piece(
      frames: frames, superseded: conflated?.superseded ?? 0, tally: writer.compressor.takeTally())
  }

  /// Adds what the client may see of an entry: the stored bytes, or those of what it is read as.
  ///
  /// Texts go with events by their place, which an upcaster of an event with a text must keep.
  private mutating func append(
    _ entry: EntryView, to writer: inout PushWriter, _ conflated: inout ConflatedEntries?
  ) throws {
    let isRead = source.upcasters.concern(entry)
    let seesAll = topics.contains(.operators)
    if seesAll, !isRead, journey == nil, conflated == nil {
      return writer.append(
        entry, events: .max, isWhole: true, texts: try texts.texts(of: entry.position))
    }
    var events: [Event] = []
    try source.upcasters.append(eventsOf: entry, to: &events)
    let visible = seesAll ? Self.all(of: events) : visibleEvents(events)
    if journey?.follow(events) == true { travel() }
    guard visible.mask != 0 else { return }
    let told = try texts.texts(of: entry.position)
    var payload: ByteBuffer?
    if isRead {
      var bytes = WireWriter()
      bytes.append(payload: events)
      payload = ByteBuffer(bytes: bytes.bytes)
    }
    if conflated != nil {
      conflated?.append(
        entry, payload: payload, events, visible: visible.mask, isWhole: visible.isWhole,
        texts: told)
    } else if let payload {
      writer.append(
        entry, payload: payload.readableBytesSpan, events: visible.mask,
        isWhole: visible.isWhole, texts: told)
    } else {
      writer.append(entry, events: visible.mask, isWhole: visible.isWhole, texts: told)
    }
  }

  private static func all(of events: [Event]) -> (mask: UInt64, isWhole: Bool) {
    (UInt64.max >> UInt64(max(0, UInt64.bitWidth - events.count)), true)
  }

  private func visibleEvents(_ events: [Event]) -> (mask: UInt64, isWhole: Bool) {
    var audiences: [Audience] = []
    var mask: UInt64 = 0
    for (index, event) in events.prefix(UInt64.bitWidth).enumerated() {
      audiences.removeAll(keepingCapacity: true)
      event.addAudience(to: &audiences)
      var isVisible = false
      for audience in audiences where !isVisible {
        audience.forEachTopic(in: source.grid) { topic in
          if topics.contains(topic) { isVisible = true }
        }
      }
      if isVisible { mask |= 1 << UInt64(index) }
    }
    return (mask, mask.nonzeroBitCount == events.count)
  }

  /// Finds out where the player was at the beginning: where it was before it first went elsewhere.
  private mutating func seekDeparture(from first: Position, through last: Position) throws {
    let end = min(last, first.advanced(by: Self.entriesPerSearch - 1))
    let kinds = Journey.kinds.union(source.upcasters.kinds)
    var found = journey
    try source.log.read(from: first, through: end, kinds: kinds) { entry in
      var events: [Event] = []
      try source.upcasters.append(eventsOf: entry, to: &events)
      let hasDeparted = found?.seekDeparture(in: events) ?? false
      return hasDeparted || source.cancellation.isCancelled ? .stop : .proceed
    }
    if case .sought? = found?.stage { found?.noteNone(through: end) }
    journey = found
    travel()
  }

  /// The surroundings are those of where the player is on its journey.
  private mutating func travel() {
    guard case .at(let region)? = journey?.stage else { return }
    topics = topics.filter { if case .surroundings = $0 { false } else { true } }
    if let region { topics.insert(.surroundings(region)) }
  }
}

/// Tells a thread that its work is no longer wanted.
final class Cancellation: Sendable {
  private let flag = Atomic(false)

  /// Whether it is not.
  var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// It is not.
  func cancel() {
    flag.store(true, ordering: .relaxed)
  }
}
