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

  /// Shows the entries in order.
  ///
  /// - Throws: ``EventLog/LogFault``, a ``Failure`` for a payload that cannot be decoded, or what `show` throws.
  func run(on log: any LogReader, _ show: (EntryText) throws -> Void) throws {
    let summary = try log.summary()
    var first = max(from ?? summary.firstPosition, summary.firstPosition)
    if let since {
      guard let position = try log.firstPosition(atOrAfter: since) else { return }
      first = max(first, position)
    }
    guard limit != 0 else { return }
    var shown = 0
    try log.read(from: first, through: through, kinds: kinds) { entry in
      if let until, entry.time > until { return .stop }
      guard filter.mayMatch(entry) else { return .proceed }
      let text = EntryText(header: entry.header, payload: try Payload(decoding: entry))
      guard filter.matches(actor: text.header.actor, events: text.events) else { return .proceed }
      try show(text)
      shown += 1
      return shown == limit ? .stop : .proceed
    }
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
