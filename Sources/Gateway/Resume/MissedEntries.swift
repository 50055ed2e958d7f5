import Engine
import EventLog
import NIOCore
import Schema
import SwiftProtobuf
import Synchronization
import WebSocket
import World

/// Reads from the log what a client missed, piece by piece, on a thread that may wait for the disk.
///
/// An event is shown if it would have been shown live: if one of its audiences maps to one of the
/// client's topics. An event of a kind that is no longer made is shown as what it is read as today, so
/// that a client has to know the kinds alone that it may be shown live. The surroundings are those of the region that the player was in at the time,
/// which the player's own border crossings in the gap tell.
struct MissedEntries: Sendable {
  /// How many entries are read before the thread is given to somebody else.
  private static let entriesPerPiece = 20_000

  /// The player's coming into another region, or into the world, or leaving it.
  private struct Crossing {
    let position: Position
    /// Where the player was until then; nil when nowhere.
    let from: RegionID?
  }

  /// A piece of what was missed.
  struct Piece: Sendable {
    /// As frames; empty where nothing was visible.
    let frames: ByteBuffer
    /// The position up to which nothing visible is missing any more.
    let through: Position
    /// Whether that is all.
    let isLast: Bool
    /// What was compressed of it.
    var tally = Compressor.Tally()
  }

  private let log: any EntryReader
  private var texts: TextWindow
  private let grid: Grid
  private let form: MessageForm
  private let cancellation: Cancellation
  private let upcasters: Upcasters
  private let player: PlayerID?
  private let last: Position
  /// The topics other than the surroundings.
  private let topics: Set<DeliveryTopic>
  /// The region whose surroundings are watched now; nil when they are not.
  private let region: RegionID?
  private let seesAll: Bool
  private var next: Position
  private var crossings: [Crossing]?
  /// Whether the player came into another region in the gap, so far as is known.
  var hasMoved: Bool { crossings.map { !$0.isEmpty } ?? false }

  /// What followed a position.
  init(
    after: Position, _ subscription: Subscription, of player: PlayerID?, log: any EntryReader,
    texts: any TextStore, grid: Grid, as form: MessageForm, cancellation: Cancellation,
    upcasters: Upcasters = .current
  ) {
    self.upcasters = upcasters
    self.log = log
    self.texts = TextWindow(texts)
    self.grid = grid
    self.form = form
    self.cancellation = cancellation
    self.player = player
    last = subscription.position
    next = after.next
    var topics = Set(subscription.topics)
    var region: RegionID?
    for case .surroundings(let watched) in subscription.topics {
      region = watched
      topics.remove(.surroundings(watched))
    }
    self.topics = topics
    self.region = region
    seesAll = topics.contains(.operators)
  }

  /// Reads the next piece.
  ///
  /// - Throws: `LogFault`, what the text store throws, or what SwiftProtobuf throws for bytes that are no payload.
  mutating func readPiece() throws -> Piece {
    guard next <= last else { return Piece(frames: ByteBuffer(), through: last, isLast: true) }
    if crossings == nil { crossings = try readCrossings() }
    var writer = PushWriter(compressor: Compressor())
    var through = last
    var count = 0
    var texts = texts
    try log.read(from: next, through: last, kinds: nil) { entry in
      try append(entry, to: &writer, texts: &texts)
      count += 1
      through = entry.position
      let isEnough = count >= Self.entriesPerPiece || writer.byteCount >= PushWriter.messageBytes
      return isEnough || cancellation.isCancelled ? .stop : .proceed
    }
    if count == 0 { through = last }
    self.texts = texts
    next = through.next
    var frames = ByteBuffer()
    try writer.finish(into: &frames, as: form)
    return Piece(
      frames: frames, through: through, isLast: through >= last,
      tally: writer.compressor.takeTally())
  }

  /// Adds what the client may see of an entry: the stored bytes, or those of what it is read as.
  ///
  /// Texts go with events by their place, which an upcaster of an event with a text must keep.
  private func append(
    _ entry: EntryView, to writer: inout PushWriter, texts: inout TextWindow
  ) throws {
    let isRead = upcasters.concern(entry)
    if seesAll, !isRead {
      writer.append(
        entry, events: .max, isWhole: true, texts: try texts.texts(of: entry.position))
      return
    }
    var events: [Event] = []
    try upcasters.append(eventsOf: entry, to: &events)
    let visible = seesAll ? (mask: .max, isWhole: true) : visibleEvents(events, of: entry)
    guard visible.mask != 0 else { return }
    let told = try texts.texts(of: entry.position)
    guard isRead else {
      writer.append(entry, events: visible.mask, isWhole: visible.isWhole, texts: told)
      return
    }
    var payload = WireWriter()
    payload.append(payload: events)
    let bytes = payload.bytes
    writer.append(
      entry, payload: unsafe bytes.span.bytes, events: visible.mask, isWhole: visible.isWhole,
      texts: told)
  }

  private func visibleEvents(
    _ events: [Event], of entry: EntryView
  ) -> (mask: UInt64, isWhole: Bool) {
    let surroundings = surroundings(at: entry.position)
    var audiences: [Audience] = []
    var mask: UInt64 = 0
    for (index, event) in events.prefix(64).enumerated() {
      audiences.removeAll(keepingCapacity: true)
      event.addAudience(to: &audiences)
      var isVisible = false
      for audience in audiences where !isVisible {
        audience.forEachTopic(in: grid) { topic in
          if topic == surroundings || topics.contains(topic) { isVisible = true }
        }
      }
      if isVisible { mask |= 1 << UInt64(index) }
    }
    return (mask, mask.nonzeroBitCount == events.count)
  }

  /// The topic that the surroundings were at a position; nil when they are not watched, or were
  /// nowhere.
  private func surroundings(at position: Position) -> DeliveryTopic? {
    guard let region else { return nil }
    guard let crossing = crossings?.first(where: { $0.position >= position }) else {
      return .surroundings(region)
    }
    return crossing.from.map { .surroundings($0) }
  }

  /// Finds where the player changed region in the gap.
  private func readCrossings() throws -> [Crossing] {
    guard let player, region != nil else { return [] }
    var found: [Crossing] = []
    let kinds = Set(
      [MovementEvent.OneOf_Event.borderCrossed(.init()), .playerPlaced(.init())].compactMap {
        kind in
        Event.with { $0.movement.event = kind }.kind
      })
    try log.read(from: next, through: last, kinds: kinds.union(upcasters.kinds)) { entry in
      var events: [Event] = []
      try upcasters.append(eventsOf: entry, to: &events)
      for event in events {
        switch event.movement.event {
        case .borderCrossed(let crossed) where crossed.player == player.rawValue:
          found.append(
            Crossing(position: entry.position, from: RegionID(crossed.fromRegion)))
        case .playerPlaced(let placed) where placed.player == player.rawValue:
          found.append(Crossing(position: entry.position, from: nil))
        default: break
        }
      }
      return cancellation.isCancelled ? .stop : .proceed
    }
    return found
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
