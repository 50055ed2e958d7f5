import SwiftProtobuf

/// Walks over the bytes of a message and those nested in it.
///
/// The format is that of https://protobuf.dev/programming-guides/encoding. Every bound is checked.
public struct WireReader: ~Escapable {
  private let bytes: RawSpan
  /// Where the next field begins.
  private(set) var position = 0
  /// Where the message at hand ends.
  private(set) var end: Int

  /// Begins at the first of the bytes.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) {
    self.bytes = bytes
    end = bytes.byteCount
  }

  /// The number and the wire type of the next field; nil at the end of the message.
  @_lifetime(self: copy self)
  mutating func nextTag() throws(UnusualWire) -> UInt64? {
    position < end ? try varint() : nil
  }

  /// Enters what has its length in front of it.
  ///
  /// - Returns: What ``finish(_:)`` is to be given.
  @_lifetime(self: copy self)
  mutating func begin() throws(UnusualWire) -> Int {
    let count = try varint()
    guard count <= UInt64(end - position) else { throw UnusualWire() }
    let outer = end
    end = position + Int(count)
    return outer
  }

  /// Leaves what was entered, which must have been read to its end.
  @_lifetime(self: copy self)
  mutating func finish(_ outer: Int) throws(UnusualWire) {
    guard position == end else { throw UnusualWire() }
    end = outer
  }

  @_lifetime(self: copy self)
  mutating func message<Value: WireMessage>(_ type: Value.Type) throws(UnusualWire) -> Value {
    let outer = try begin()
    var value = Value()
    try value.read(from: &self)
    try finish(outer)
    return value
  }

  @_lifetime(self: copy self)
  mutating func string() throws(UnusualWire) -> String {
    let count = try varint()
    guard count <= UInt64(end - position) else { throw UnusualWire() }
    let content = bytes.extracting(position..<position + Int(count))
    position += Int(count)
    guard
      let text = unsafe content.withUnsafeBytes({ unsafe String(validating: $0, as: UTF8.self) })
    else { throw UnusualWire() }
    return text
  }

  @_lifetime(self: copy self)
  mutating func uint64() throws(UnusualWire) -> UInt64 { try varint() }

  @_lifetime(self: copy self)
  mutating func int64() throws(UnusualWire) -> Int64 { Int64(bitPattern: try varint()) }

  @_lifetime(self: copy self)
  mutating func uint32() throws(UnusualWire) -> UInt32 { UInt32(truncatingIfNeeded: try varint()) }

  @_lifetime(self: copy self)
  mutating func bool() throws(UnusualWire) -> Bool { try varint() != 0 }

  @_lifetime(self: copy self)
  mutating func enumeration<Value: RawRepresentable<Int>>(
    _ type: Value.Type
  ) throws(UnusualWire) -> Value {
    guard let value = Value(rawValue: Int(Int32(truncatingIfNeeded: try varint()))) else {
      throw UnusualWire()
    }
    return value
  }

  @_lifetime(self: copy self)
  mutating func fixed64() throws(UnusualWire) -> UInt64 {
    guard end - position >= 8 else { throw UnusualWire() }
    let value = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
    position += 8
    return UInt64(littleEndian: value)
  }

  @_lifetime(self: copy self)
  private mutating func byte() throws(UnusualWire) -> UInt64 {
    guard position < end else { throw UnusualWire() }
    let byte = unsafe bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
    position += 1
    return UInt64(byte)
  }

  /// Seven bits a byte, the lowest first; at most ten bytes.
  @_lifetime(self: copy self)
  private mutating func varint() throws(UnusualWire) -> UInt64 {
    var byte = try byte()
    guard byte >= 0x80 else { return byte }
    var value = byte & 0x7F
    for shift in stride(from: UInt64(7), through: 63, by: 7) {
      byte = try self.byte()
      value |= (byte & 0x7F) << shift
      if byte < 0x80 {
        // Of the tenth byte one bit counts.
        guard shift < 63 || byte <= 1 else { throw UnusualWire() }
        return value
      }
    }
    throw UnusualWire()
  }
}
