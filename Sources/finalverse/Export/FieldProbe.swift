import Foundation
import SwiftProtobuf

/// A message of one field: what is decoded to find out what the schema has under a number.
struct FieldProbe {
  /// The field with something in it.
  let once: [UInt8]
  /// The field with 0, or with nothing, in it.
  let empty: [UInt8]
  /// How many bytes the value takes, if that is fixed.
  var byteCount: Int?

  /// The field twice: if it is repeated, there are two.
  var twice: [UInt8] { once + once }

  /// One for each way that a field can look on the wire.
  static func all(of number: Int) -> [FieldProbe] {
    func field(_ wireType: UInt64, _ content: [UInt8]) -> [UInt8] {
      Protobuf.varint(UInt64(number) << 3 | wireType) + content
    }
    return [
      FieldProbe(once: field(0, [1]), empty: field(0, [0])),
      FieldProbe(
        once: field(1, [1, 0, 0, 0, 0, 0, 0, 0]), empty: field(1, Array(repeating: 0, count: 8)),
        byteCount: 8),
      // A letter is text and no message; nothing is a message and, of text, only what has presence.
      FieldProbe(once: field(2, [1, 0x61]), empty: field(2, [0])),
      FieldProbe(once: field(2, [0]), empty: field(2, [0])),
    ]
  }
}

/// What a decoded probe turned out to hold.
struct FieldSighting {
  /// What is known of the field's type without having looked into it.
  enum Content {
    case signed, unsigned, flag, text, bytes
    /// An enumeration of this name.
    case enumeration(String)
    /// A message of this type.
    case message(any Message.Type)
  }

  /// What the field holds.
  let content: Content
  /// How many of them there were.
  let count: Int
  /// What the schema calls it; nil when that cannot be told.
  let name: String?

  private static let options = {
    var options = JSONEncodingOptions()
    options.preserveProtoFieldNames = true
    return options
  }()

  /// Looks; nil when the schema has nothing there.
  init?<M: Message>(of bytes: [UInt8], in type: M.Type) {
    guard let message = try? M(serializedBytes: bytes) else { return nil }
    var visitor = SightingVisitor()
    guard (try? message.traverse(visitor: &visitor)) != nil, let content = visitor.content else {
      return nil
    }
    self.content = content
    count = visitor.count
    name = Self.json(of: bytes, in: type)?.first?.name
  }

  /// The message as its JSON says it.
  static func json<M: Message>(of bytes: [UInt8], in type: M.Type) -> [FieldValue.Field]? {
    guard let message = try? M(serializedBytes: bytes),
      let json: [UInt8] = try? message.jsonUTF8Bytes(options: options),
      case .message(let fields)? = FieldValue(json: json)
    else { return nil }
    return fields
  }
}

/// Notes the last field that is visited; the schemas have neither maps nor numbers with decimals.
private struct SightingVisitor: Visitor {
  var content: FieldSighting.Content?
  var count = 0

  private mutating func note(_ content: FieldSighting.Content) {
    self.content = content
    count += 1
  }

  mutating func visitSingularDoubleField(value: Double, fieldNumber: Int) {}

  mutating func visitSingularInt64Field(value: Int64, fieldNumber: Int) { note(.signed) }

  mutating func visitSingularUInt64Field(value: UInt64, fieldNumber: Int) { note(.unsigned) }

  mutating func visitSingularBoolField(value: Bool, fieldNumber: Int) { note(.flag) }

  mutating func visitSingularStringField(value: String, fieldNumber: Int) { note(.text) }

  mutating func visitSingularBytesField(value: Data, fieldNumber: Int) { note(.bytes) }

  mutating func visitSingularEnumField<E: Enum>(value: E, fieldNumber: Int) {
    note(.enumeration("\(E.self)"))
  }

  mutating func visitSingularMessageField<M: Message>(value: M, fieldNumber: Int) {
    note(.message(M.self))
  }

  mutating func visitMapField<KeyType, ValueType: MapValueType>(
    fieldType: _ProtobufMap<KeyType, ValueType>.Type,
    value: _ProtobufMap<KeyType, ValueType>.BaseType, fieldNumber: Int
  ) {}

  mutating func visitMapField<KeyType, ValueType>(
    fieldType: _ProtobufEnumMap<KeyType, ValueType>.Type,
    value: _ProtobufEnumMap<KeyType, ValueType>.BaseType, fieldNumber: Int
  ) where ValueType.RawValue == Int {}

  mutating func visitMapField<KeyType, ValueType>(
    fieldType: _ProtobufMessageMap<KeyType, ValueType>.Type,
    value: _ProtobufMessageMap<KeyType, ValueType>.BaseType, fieldNumber: Int
  ) {}

  mutating func visitUnknown(bytes: Data) {}
}
