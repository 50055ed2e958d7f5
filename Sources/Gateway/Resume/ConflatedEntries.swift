import Engine
import EventLog
import NIOCore
import Schema
import World

/// Visible entries that wait to become a push for somebody who reads slowly: of events that tell how
/// something stands, only the last stays.
///
/// What is here is bounded by whoever adds to it, by ``byteCount``.
struct ConflatedEntries {
  private struct Held {
    /// The entry's bytes; empty once nothing of it is left.
    var bytes: ByteBuffer
    /// What it is read as today; nil when its own payload is pushed.
    var payload: [UInt8]?
    /// The events that are left: bit n for the n-th.
    var events: UInt64
    /// Whether these are all.
    var isWhole: Bool
    var texts: ArraySlice<KeptText>

    /// The bytes that are kept for it.
    var byteCount: Int {
      (payload?.count ?? bytes.readableBytes) + texts.reduce(0) { $0 + $1.text.utf8.count }
    }
  }

  private var held: [Held] = []
  /// Which held entry has the latest event of a subject, and which of its events that is.
  private var latest: [StateSubject: (entry: Int, event: UInt64)] = [:]
  /// The bytes of what is left.
  private(set) var byteCount = 0
  /// How many events were left out.
  private(set) var superseded = 0

  /// Adds an entry, later than any before, and leaves out what it supersedes.
  mutating func append(_ entry: borrowing EntryView, _ missed: MissedEntry) {
    var bytes = ByteBuffer()
    bytes.writeBytes(entry.bytes)
    let kept = Held(
      bytes: bytes, payload: missed.payload, events: missed.visible, isWhole: missed.isWhole,
      texts: missed.texts)
    byteCount += kept.byteCount
    held.append(kept)
    for (index, event) in missed.events.prefix(UInt64.bitWidth).enumerated() {
      let bit = UInt64(1) << UInt64(index)
      guard missed.visible & bit != 0, let subject = event.stateSubject else { continue }
      if let former = latest.updateValue((held.count - 1, bit), forKey: subject) {
        leaveOut(former.event, of: former.entry)
      }
    }
  }

  private mutating func leaveOut(_ event: UInt64, of index: Int) {
    superseded += 1
    held[index].events &= ~event
    held[index].isWhole = false
    guard held[index].events == 0 else { return }
    byteCount -= held[index].byteCount
    held[index].bytes = ByteBuffer()
    held[index].payload = nil
    held[index].texts = []
  }

  /// Passes on what is left.
  ///
  /// - Throws: ``EntryFault`` for bytes that are no entry, which those added are.
  func write(to writer: inout PushWriter) throws {
    for entry in held where entry.events != 0 {
      let view = try EntryView(validating: entry.bytes.readableBytesSpan, expected: nil)
      if let payload = entry.payload {
        writer.append(
          view, payload: unsafe payload.span.bytes, events: entry.events, isWhole: entry.isWhole,
          texts: entry.texts)
      } else {
        writer.append(view, events: entry.events, isWhole: entry.isWhole, texts: entry.texts)
      }
    }
    writer.note(superseded: superseded)
  }
}
