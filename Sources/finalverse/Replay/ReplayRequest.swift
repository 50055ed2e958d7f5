import EventLog
import Schema
import SwiftProtobuf

/// Which stretch of history somebody wants to see, and which entries of it.
struct ReplayRequest: Sendable {
  /// The first position; nil means the oldest there is.
  var from: Position?
  /// The last position; nil means the newest there is.
  var through: Position?
  /// Entries decided before this are left out.
  var since: Timestamp?
  /// Entries decided after this are left out.
  var until: Timestamp?
  /// Only entries with an event of one of these kinds; nil means any.
  var kinds: Set<EventKind>?
  /// Only entries about these.
  var filter = EntryFilter([])
  /// At most so many entries; nil means no bound.
  var limit: Int?

  /// Everything.
  init() {}

  /// Whether entries between the first and the last may be left out.
  var isSelective: Bool { kinds != nil || !filter.wanted.isEmpty }

  /// Shows the entries in order.
  ///
  /// - Throws: ``EventLog/LogFault``, a ``Failure`` for a payload that cannot be decoded, or what `show`
  ///   throws.
  func run(on log: any EntryReader, _ show: (EntryText) throws -> Void) throws {
    try select(from: log) { entry, text in try show(text ?? EntryText(decoding: entry)) }
  }

  /// Lends the entries in order, and described where that was needed to know that they are wanted.
  ///
  /// - Throws: as ``run(on:_:)`` does.
  func select(
    from log: any EntryReader, _ body: (EntryView, EntryText?) throws -> Void
  ) throws {
    var first = try log.oldestPosition()
    if let from { first = max(first, from) }
    if let since {
      guard let position = try log.firstPosition(atOrAfter: since) else { return }
      first = max(first, position)
    }
    guard limit != 0 else { return }
    var taken = 0
    try log.read(from: first, through: through, kinds: kinds) { entry in
      if let until, entry.time > until { return .stop }
      var text: EntryText?
      if !filter.wanted.isEmpty {
        guard filter.mayMatch(entry) else { return .proceed }
        let described = try EntryText(decoding: entry)
        guard filter.matches(actor: described.header.actor, events: described.events) else {
          return .proceed
        }
        text = described
      }
      try body(entry, text)
      taken += 1
      return taken == limit ? .stop : .proceed
    }
  }
}

extension EntryText {
  /// Decodes and describes an entry.
  fileprivate init(decoding entry: EntryView) throws(Failure) {
    self.init(header: entry.header, payload: try Payload(decoding: entry))
  }
}

extension Payload {
  /// Decodes an entry's events.
  init(decoding entry: EntryView) throws(Failure) {
    do {
      self = try Payload(wire: entry.payload)
    } catch {
      throw Failure(
        .damaged,
        """
        The payload of the entry at position \(entry.position) is not what the schema says, though its checksum is right: \
        it was written by a faulty program. (\(error))
        """)
    }
  }
}
