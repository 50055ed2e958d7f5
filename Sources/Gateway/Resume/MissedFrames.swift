import Engine
import EventLog
import NIOCore
import WebSocket

/// A piece of what a connection missed, becoming frames.
struct MissedFrames: MissedPiece {
  /// The piece as it is sent.
  struct Finished: Sendable {
    /// Empty where nothing was visible.
    let frames: ByteBuffer
    /// How many events were left out of it.
    let superseded: Int
    /// What was compressed of it.
    let tally: Compressor.Tally
  }

  private var writer = PushWriter(compressor: Compressor())
  private var conflated: ConflatedEntries?

  /// A piece without entries.
  ///
  /// - Parameter isConflated: Whether superseded events are left out.
  init(isConflated: Bool) {
    conflated = isConflated ? ConflatedEntries() : nil
  }

  var needsEvents: Bool { conflated != nil }

  var byteCount: Int { writer.byteCount + (conflated?.byteCount ?? 0) }

  mutating func append(_ entry: borrowing EntryView, _ missed: MissedEntry) {
    if conflated != nil {
      conflated?.append(entry, missed)
    } else if let payload = missed.payload {
      writer.append(
        entry, payload: unsafe payload.span.bytes, events: missed.visible, isWhole: missed.isWhole,
        texts: missed.texts)
    } else {
      writer.append(entry, events: missed.visible, isWhole: missed.isWhole, texts: missed.texts)
    }
  }

  /// Ends the piece.
  ///
  /// - Throws: What SwiftProtobuf throws for bytes that are no message, where they have to become JSON.
  mutating func finish(as form: MessageForm) throws -> Finished {
    try conflated?.write(to: &writer)
    var frames = ByteBuffer()
    try writer.finish(into: &frames, as: form)
    return Finished(
      frames: frames, superseded: conflated?.superseded ?? 0, tally: writer.compressor.takeTally())
  }
}
