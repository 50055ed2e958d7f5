/// Goes over the fields of a message as they lie in memory.
///
/// The format is that of https://protobuf.dev/programming-guides/encoding. Every bound is checked.
struct WireCursor {
  /// What a field holds, as far as the wire tells.
  enum Value {
    /// A number, in whatever way it is meant.
    case number(UInt64)
    /// Bytes: text, a message, or numbers behind one another.
    case range(Range<Int>)
  }

  private var next: Int
  private let end: Int

  /// Begins at the first byte of a message.
  init(_ range: Range<Int>) {
    next = range.lowerBound
    end = range.upperBound
  }

  /// The next field; nil at the end.
  ///
  /// - Throws: ``MessageReader/Malformed``
  mutating func next(in bytes: RawSpan) throws(MessageReader.Malformed) -> (
    number: Int, value: Value
  )? {
    guard next < end else { return nil }
    let tag = try varint(in: bytes)
    // Field numbers have 29 bits.
    guard let number = Int(exactly: tag >> 3), (1..<1 << 29).contains(number) else {
      throw MessageReader.Malformed()
    }
    switch tag & 7 {
    case 0: return (number, .number(try varint(in: bytes)))
    case 1: return (number, .number(try fixed(8, in: bytes)))
    case 2:
      let count = try varint(in: bytes)
      guard count <= UInt64(end - next) else { throw MessageReader.Malformed() }
      let start = next
      next += Int(count)
      return (number, .range(start..<next))
    case 5: return (number, .number(try fixed(4, in: bytes)))
    default: throw MessageReader.Malformed()
    }
  }

  /// The next number of a packed field, whose numbers may all be of so many bytes; nil at the end.
  ///
  /// - Throws: ``MessageReader/Malformed``
  mutating func nextPacked(
    _ width: Int?, in bytes: RawSpan
  ) throws(MessageReader.Malformed) -> Value? {
    guard next < end else { return nil }
    guard let width else { return .number(try varint(in: bytes)) }
    return .number(try fixed(width, in: bytes))
  }

  /// Seven bits a byte, the lowest first; at most ten bytes, and of the tenth one bit.
  private mutating func varint(in bytes: RawSpan) throws(MessageReader.Malformed) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while next < end, shift < 64 {
      let byte = UInt64(unsafe bytes.unsafeLoad(fromByteOffset: next, as: UInt8.self))
      next += 1
      guard shift < 63 || byte <= 1 else { throw MessageReader.Malformed() }
      value |= (byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw MessageReader.Malformed()
  }

  /// So many bytes, the lowest first.
  private mutating func fixed(
    _ count: Int, in bytes: RawSpan
  ) throws(MessageReader.Malformed) -> UInt64 {
    guard end - next >= count else { throw MessageReader.Malformed() }
    var value: UInt64 = 0
    for index in 0..<count {
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: next + index, as: UInt8.self)
      value |= UInt64(byte) << (8 * UInt64(index))
    }
    next += count
    return value
  }
}
