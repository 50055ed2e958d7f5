import Foundation
import SwiftProtobuf

/// Gathers the bytes of messages.
///
/// One can be used again and again (``clear()``), so that in the long run writing allocates nothing.
public struct WireWriter: Sendable {
  /// What has been written.
  public private(set) var bytes: [UInt8] = []

  /// A writer that has written nothing.
  public init() {}

  /// Forgets what has been written, and keeps the room.
  public mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
  }

  /// Appends a message as a field of the one at hand.
  ///
  /// - Parameters:
  ///   - value: The message.
  ///   - tag: The field's number times eight, plus two.
  public mutating func message(_ value: some WireMessage, tag: UInt32) {
    varint(UInt64(tag))
    let start = bytes.count
    // Nearly always one byte holds the length.
    bytes.append(0)
    value.write(to: &self)
    close(from: start)
  }

  /// Appends all values of a repeated field that is packed; nothing when there is none.
  mutating func packed<Value>(
    _ values: [Value], tag: UInt32, _ write: (inout WireWriter, Value) -> Void
  ) {
    guard !values.isEmpty else { return }
    varint(UInt64(tag))
    let start = bytes.count
    bytes.append(0)
    for value in values { write(&self, value) }
    close(from: start)
  }

  /// Puts the length of everything after the byte at `start` there, and makes room if it takes more.
  private mutating func close(from start: Int) {
    let count = bytes.count - start - 1
    guard count >= 0x80 else {
      bytes[start] = UInt8(count)
      return
    }
    var length: [UInt8] = []
    var rest = count
    while rest >= 0x80 {
      length.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    length.append(UInt8(rest))
    bytes.replaceSubrange(start...start, with: length)
  }

  mutating func string(_ value: String, tag: UInt32) {
    varint(UInt64(tag))
    varint(UInt64(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  mutating func uint64(_ value: UInt64, tag: UInt32) {
    varint(UInt64(tag))
    varint(value)
  }

  mutating func int64(_ value: Int64, tag: UInt32) { uint64(UInt64(bitPattern: value), tag: tag) }

  mutating func uint32(_ value: UInt32, tag: UInt32) { uint64(UInt64(value), tag: tag) }

  mutating func bool(_ value: Bool, tag: UInt32) { uint64(value ? 1 : 0, tag: tag) }

  mutating func enumeration(_ value: some RawRepresentable<Int>, tag: UInt32) {
    uint64(UInt64(bitPattern: Int64(value.rawValue)), tag: tag)
  }

  mutating func fixed64(_ value: UInt64, tag: UInt32) {
    varint(UInt64(tag))
    fixed64(value)
  }

  mutating func uint64(_ value: UInt64) { varint(value) }

  mutating func uint32(_ value: UInt32) { varint(UInt64(value)) }

  mutating func fixed64(_ value: UInt64) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends fields that the schema did not have when this was compiled.
  mutating func append(_ unknown: UnknownStorage) {
    if !unknown.data.isEmpty { bytes.append(contentsOf: unknown.data) }
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
