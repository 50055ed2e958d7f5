/// The value of a message's field, whatever the message: what its JSON says, with names and order kept.
///
/// Reading events by way of their JSON needs no line here for a new system: names come from its schema.
indirect enum FieldValue: Equatable, Sendable {
  /// A number, as it is written.
  case number(String)
  /// Text, or the name of an enumeration's case.
  case text(String)
  /// True or false.
  case flag(Bool)
  /// Nothing.
  case null
  /// A repeated field.
  case list([FieldValue])
  /// A message: its fields that are set.
  case message([Field])

  /// A field that is set.
  struct Field: Equatable, Sendable {
    /// The name that the schema gives it.
    let name: String
    /// What it is set to.
    let value: FieldValue
  }

  /// Reads JSON; nil when the bytes are none.
  init?(json bytes: [UInt8]) {
    var reader = JSONReader(bytes: bytes)
    guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
    self = value
  }
}

extension FieldValue {
  /// Where JSON ceases to be any, as line and column from 1; nil when it does not.
  static func syntaxFault(in bytes: [UInt8]) -> (line: Int, column: Int)? {
    var reader = JSONReader(bytes: bytes)
    guard reader.value(depth: 0) == nil || !reader.isAtEnd else { return nil }
    let before = bytes.prefix(reader.next)
    let lines = before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return (lines.count, (lines.last?.count ?? 0) + 1)
  }
}

/// Reads JSON from front to back.
private struct JSONReader {
  /// Deeper than any message of the schema.
  static let depthMax = 100

  let bytes: [UInt8]
  /// Where it has come to, or where it failed.
  private(set) var next = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Whether nothing but space is left.
  var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return next == bytes.count
    }
  }

  mutating func value(depth: Int) -> FieldValue? {
    guard depth < Self.depthMax else { return nil }
    skipSpace()
    guard next < bytes.count else { return nil }
    switch bytes[next] {
    case UInt8(ascii: "{"): return message(depth: depth)
    case UInt8(ascii: "["): return list(depth: depth)
    case UInt8(ascii: "\""): return string().map(FieldValue.text)
    case UInt8(ascii: "t"): return take("true") ? .flag(true) : nil
    case UInt8(ascii: "f"): return take("false") ? .flag(false) : nil
    case UInt8(ascii: "n"): return take("null") ? .null : nil
    default: return number()
    }
  }

  private mutating func message(depth: Int) -> FieldValue? {
    next += 1
    var fields: [FieldValue.Field] = []
    if takeByte("}") { return .message(fields) }
    repeat {
      skipSpace()
      guard let name = string(), takeByte(":"), let value = value(depth: depth + 1) else {
        return nil
      }
      fields.append(FieldValue.Field(name: name, value: value))
    } while takeByte(",")
    return takeByte("}") ? .message(fields) : nil
  }

  private mutating func list(depth: Int) -> FieldValue? {
    next += 1
    var values: [FieldValue] = []
    if takeByte("]") { return .list(values) }
    repeat {
      guard let value = value(depth: depth + 1) else { return nil }
      values.append(value)
    } while takeByte(",")
    return takeByte("]") ? .list(values) : nil
  }

  private mutating func number() -> FieldValue? {
    let start = next
    while next < bytes.count, Self.isNumeric(bytes[next]) { next += 1 }
    return start < next ? .number(String(decoding: bytes[start..<next], as: UTF8.self)) : nil
  }

  private static func isNumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  private mutating func string() -> String? {
    guard next < bytes.count, bytes[next] == UInt8(ascii: "\"") else { return nil }
    next += 1
    var units: [UInt8] = []
    while next < bytes.count {
      let byte = bytes[next]
      next += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escape() else { return nil }
        units.append(contentsOf: String(scalar).utf8)
      default: units.append(byte)
      }
    }
    return nil
  }

  /// What follows a backslash.
  ///
  /// Characters beyond the basic plane come as two escapes.
  private mutating func escape() -> Unicode.Scalar? {
    guard next < bytes.count else { return nil }
    let byte = bytes[next]
    next += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "u"):
      guard let high = hexadecimal() else { return nil }
      guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) }
      guard take("\\u"), let low = hexadecimal(), (0xDC00..<0xE000).contains(low) else {
        return nil
      }
      return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    default: return Unicode.Scalar(byte)
    }
  }

  private mutating func hexadecimal() -> UInt32? {
    guard next + 4 <= bytes.count else { return nil }
    let digits = String(decoding: bytes[next..<next + 4], as: UTF8.self)
    next += 4
    return UInt32(digits, radix: 16)
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let wanted = Array(text.description.utf8)
    guard bytes[next...].starts(with: wanted) else { return false }
    next += wanted.count
    return true
  }

  private mutating func takeByte(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next < bytes.count, bytes[next] == UInt8(ascii: character) else { return false }
    next += 1
    return true
  }

  private mutating func skipSpace() {
    while next < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[next]) { next += 1 }
  }
}
