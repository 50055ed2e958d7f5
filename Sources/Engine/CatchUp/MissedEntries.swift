package import EventLog
package import Schema
import SwiftProtobuf
import Synchronization
package import World

/// Reads from the log what a connection has not been sent, piece by piece, on a thread that may wait
/// for the disk.
///
/// An event is shown if it would have been shown live: if one of its audiences maps to one of the
/// client's topics. An event of a kind that is no longer made is shown as what it is read as today, so
/// that a client has to know the kinds alone that it may be shown live.
///
/// What becomes of it is another's matter: the gateway makes frames of it, a simulation compares it.
package struct MissedEntries: Sendable {
  /// How much is read at a time.
  package struct Bounds: Sendable {
    /// How many entries are looked at before the thread is given to somebody else.
    package var entriesPerPiece = 8_192
    /// About how many bytes a piece has: what waits for a connection that is behind.
    ///
    /// An entry that is longer by itself makes it longer.
    package var bytesPerPiece = 64 * 1_024
    /// How many entries where only the player's own crossings are looked for, and little is decoded.
    package var entriesPerSearch = 65_536

    /// The bounds of a server.
    package init() {}
  }

  /// Where it all comes from.
  package struct Source: Sendable {
    let log: any EntryReader
    let texts: any TextStore
    let grid: Grid
    let cancellation: Cancellation
    let bounds: Bounds
    let upcasters: Upcasters

    /// A log, its texts, and how much is read of them at a time.
    package init(
      log: any EntryReader, texts: any TextStore, grid: Grid, cancellation: Cancellation,
      bounds: Bounds = Bounds(), upcasters: Upcasters = .current
    ) {
      self.log = log
      self.texts = texts
      self.grid = grid
      self.cancellation = cancellation
      self.bounds = bounds
      self.upcasters = upcasters
    }
  }

  private let source: Source
  private var texts: TextWindow
  /// What the connection watches, the surroundings where the player was among it.
  package private(set) var topics: Set<DeliveryTopic>
  /// The position up to which nothing visible is missing any more.
  package private(set) var through: Position
  /// Whether these are entries from before the connection watched: all of them are sent.
  package private(set) var isFromBefore: Bool
  /// The player's way through those, where its surroundings are watched.
  package private(set) var journey: Journey?

  /// What follows a position, for somebody who watches these topics.
  package init(after position: Position, _ topics: Set<DeliveryTopic>, from source: Source) {
    self.source = source
    self.topics = topics
    isFromBefore = false
    texts = TextWindow(source.texts)
    through = position
  }

  /// What a subscription that goes on from a position has to be sent; nil for one that does not.
  ///
  /// Surroundings are those of where the player was at the time, unless it is no player's subscription.
  package init?(_ subscription: Subscription, of requester: Requester, from source: Source) {
    guard let after = subscription.resumeAfter else { return nil }
    self.init(after: after, Set(subscription.topics), from: source)
    isFromBefore = true
    for case .surroundings(let region) in subscription.topics where requester.role == .player {
      topics.remove(.surroundings(region))
      journey = Journey(
        of: requester.player, after: after, to: region, at: subscription.position)
    }
  }

  /// About how many bytes a piece has.
  package var bytesPerPiece: Int { source.bounds.bytesPerPiece }

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
  ///   - piece: Gets what is visible.
  /// - Throws: `LogFault`, what the text store throws, or what SwiftProtobuf throws for bytes that are no payload.
  package mutating func readPiece(
    through last: Position, into piece: inout some MissedPiece
  ) throws {
    guard through < last else { return }
    if case .sought(let from)? = journey?.stage {
      return try seekDeparture(from: max(from, through.next), through: last)
    }
    var copy = self
    var (count, end) = (0, through)
    try source.log.read(from: through.next, through: last, kinds: nil) { entry in
      try copy.append(entry, to: &piece)
      count += 1
      end = entry.position
      let isEnough =
        count >= source.bounds.entriesPerPiece || piece.byteCount >= source.bounds.bytesPerPiece
      return isEnough || source.cancellation.isCancelled ? .stop : .proceed
    }
    self = copy
    texts.forget()
    through = count == 0 ? last : end
  }

  /// Adds what the client may see of an entry: the stored bytes, or those of what it is read as.
  ///
  /// Texts go with events by their place, which an upcaster of an event with a text must keep.
  private mutating func append(_ entry: EntryView, to piece: inout some MissedPiece) throws {
    let isRead = source.upcasters.concern(entry)
    let seesAll = topics.contains(.operators)
    if seesAll, !isRead, journey == nil, !piece.needsEvents {
      return piece.append(
        entry,
        MissedEntry(
          payload: nil, events: [], visible: .max, isWhole: true,
          texts: try texts.texts(of: entry.position)))
    }
    var events: [Event] = []
    try source.upcasters.append(eventsOf: entry, to: &events)
    let visible = seesAll ? Self.all(of: events) : visibleEvents(events)
    if journey?.follow(events) == true { travel() }
    guard visible.mask != 0 else { return }
    var payload: [UInt8]?
    if isRead {
      var bytes = WireWriter()
      bytes.append(payload: events)
      payload = bytes.bytes
    }
    piece.append(
      entry,
      MissedEntry(
        payload: payload, events: events, visible: visible.mask, isWhole: visible.isWhole,
        texts: try texts.texts(of: entry.position)))
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
    let end = min(last, first.advanced(by: source.bounds.entriesPerSearch - 1))
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

/// What a client may see of an entry that it missed.
package struct MissedEntry {
  /// What the entry is read as today; nil when its own payload is shown.
  package let payload: [UInt8]?
  /// Its events, as they are read today; none where all are visible and nobody needs them decoded.
  package let events: [Event]
  /// Which of them are visible: bit n for the n-th.
  package let visible: UInt64
  /// Whether these are all.
  package let isWhole: Bool
  /// The texts that go with its events.
  package let texts: ArraySlice<KeptText>

  /// What is visible of an entry.
  package init(
    payload: [UInt8]?, events: [Event], visible: UInt64, isWhole: Bool,
    texts: ArraySlice<KeptText>
  ) {
    self.payload = payload
    self.events = events
    self.visible = visible
    self.isWhole = isWhole
    self.texts = texts
  }
}

/// A piece of what was missed, being put together.
package protocol MissedPiece {
  /// Whether events are wanted decoded, even where all are visible.
  var needsEvents: Bool { get }
  /// How many bytes it has, about.
  var byteCount: Int { get }

  /// Adds what is visible of an entry, which is later than any before.
  mutating func append(_ entry: borrowing EntryView, _ missed: MissedEntry)
}

/// Tells a thread that its work is no longer wanted.
package final class Cancellation: Sendable {
  private let flag = Atomic(false)

  /// The work is wanted.
  package init() {}

  /// Whether it is not.
  var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// It is not.
  package func cancel() {
    flag.store(true, ordering: .relaxed)
  }
}
