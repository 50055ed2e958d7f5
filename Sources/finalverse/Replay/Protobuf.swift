/// The little of protobuf's wire format that looking at stored events without decoding them takes.
enum Protobuf {
  /// A number: seven bits a byte, the lowest first.
  static func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
    return bytes
  }

  /// A field of a message that holds a message.
  static func field(_ number: UInt8, holding content: [UInt8]) -> [UInt8] {
    varint(UInt64(number) << 3 | 2) + varint(UInt64(content.count)) + content
  }
}
