import EventLog
import Foundation
import Testing

/// The log of `Replays/first-slice`, in memory: eight players and some hundred entries.
enum RecordedLog {
  /// Reads it.
  static func first() throws -> InMemoryEventLog {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let bytes = try [UInt8](
      Data(contentsOf: root.appending(path: "Replays/first-slice.entries")))
    let log = InMemoryEventLog()
    let epoch = log.takeEpoch()
    var batch = EntryBatch(after: .zero, epoch: epoch)
    var offset = 0
    while offset < bytes.count {
      let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
      let entry = Array(bytes[offset..<offset + length])
      let view = try EntryView(validating: unsafe entry.span.bytes, expected: nil)
      try batch.append(
        time: view.time, actor: view.actor, commandID: view.commandID,
        eventCount: Int(view.eventCount), kinds: view.kinds, payload: view.payload)
      offset += length
    }
    guard case .appended = log.append(batch, epoch: epoch, expected: .zero) else {
      throw RecordedLogRefused()
    }
    return log
  }
}

private struct RecordedLogRefused: Error {}
