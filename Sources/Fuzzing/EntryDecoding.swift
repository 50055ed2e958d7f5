import EventLog
import Schema
import SwiftProtobuf

/// Entries, whose checksums are made right first: else hardly any other check would be reached.
enum EntryDecoding {
  /// Reads an entry, and its payload as the events that it should be.
  static func decode(_ bytes: [UInt8]) {
    read(bytes)
    read(Sealing.entry(bytes))
  }

  private static func read(_ bytes: [UInt8]) {
    guard let entry = try? EntryView(validating: unsafe bytes.span.bytes, expected: nil) else {
      return
    }
    let header = entry.header
    precondition(header.kinds.count == entry.kindCount, "a kind is named twice")
    precondition(
      entry.payloadRange.upperBound + 4 == bytes.count, "a payload ends where the checksum begins")
    let payload = unsafe entry.payload.withUnsafeBytes { unsafe Array($0) }
    precondition(
      (try? Payload(wire: entry.payload)) == (try? Payload(serializedBytes: payload)),
      "the codec differs from the library")
  }

  /// Reads a block that has as many entries as the first byte says.
  static func decodeBlock(_ bytes: [UInt8]) {
    guard let count = bytes.first, count > 0 else { return }
    let content = Array(bytes[1...])
    for first in [Position.first, Position.max.advanced(by: -Int(count))] {
      _ = ArchiveReading.readBlock(content, count: Int(count), first: first)
      _ = ArchiveReading.readBlock(Sealing.entries(content), count: Int(count), first: first)
    }
  }
}
