import Schema
import SwiftProtobuf

/// Makes random messages of any type, without knowing the type's fields: it lets the library decode
/// random fields, and keeps those that the type turns out to have.
struct MessageMaker {
  private var state: UInt64
  /// How many fields the messages have had.
  private(set) var fieldCount = 0

  init(seed: UInt64) {
    state = seed
  }

  /// A random number, below a bound.
  mutating func below(_ bound: Int) -> Int {
    Int(next() % UInt64(bound))
  }

  /// SplitMix64 (https://prng.di.unimi.it/splitmix64.c).
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A message whose fields are all known.
  mutating func message<Value: WireMessage>() throws -> Value {
    var message = Value()
    for _ in 0..<below(40) {
      let field = randomField(depth: 0)
      guard let candidate = try? Value(serializedBytes: field), candidate.isKnown,
        let merged = try? Value(serializedBytes: (message.serializedBytes() as [UInt8]) + field)
      else { continue }
      message = merged
      fieldCount += 1
    }
    return message
  }

  private mutating func randomField(depth: Int) -> [UInt8] {
    let number = UInt64(1 + below(below(4) == 0 ? 16 : 8))
    switch below(depth < 6 ? 6 : 3) {
    case 0, 1:
      return varint(number << 3) + varint(next() >> UInt64(below(64)))
    case 2:
      return varint(number << 3 | 1) + (0..<8).map { _ in UInt8(below(256)) }
    case 3:
      let text = (0..<below(6)).map { _ in UInt8(97 + below(26)) }
      return varint(number << 3 | 2) + varint(UInt64(text.count)) + text
    default:
      let nested = (0..<below(3)).flatMap { _ in randomField(depth: depth + 1) }
      return varint(number << 3 | 2) + varint(UInt64(nested.count)) + nested
    }
  }

  private func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}

extension WireMessage {
  /// Whether the schema knows all of it, nested messages included: what is not known has no name, and
  /// so is lost on the way through JSON.
  fileprivate var isKnown: Bool {
    guard let json: [UInt8] = try? jsonUTF8Bytes(),
      let known = try? Self(jsonUTF8Bytes: json)
    else { return false }
    return known.isEqualTo(message: self)
  }
}
