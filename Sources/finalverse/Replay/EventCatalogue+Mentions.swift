import EventLog
import Schema
import SwiftProtobuf

extension EventCatalogue {
  /// The highest number of a field that is looked for; no message of the schema comes near.
  private static let fieldNumberMax: UInt8 = 31
  /// Messages within messages that are looked into.
  private static let depthMax = 4

  /// The kinds whose events can name such a thing: entries without any of them need no decoding.
  ///
  /// Found by decoding, for each field number in turn, an event that has just this field.
  func kinds(mentioning subject: EntryFilter.Subject) -> Set<EventKind> {
    let wanted = EntryFilter.Wanted(subject, 1)
    let found = kinds.filter { kind in
      Self.canMention(wanted, depth: 0) { content in
        Protobuf.field(kind.kind.system, holding: Protobuf.field(kind.kind.event, holding: content))
      }
    }
    return Set(found.map(\.kind))
  }

  /// Whether a field of the message that `event` wraps into an event, or of a message in it, can hold
  /// the number.
  private static func canMention(
    _ wanted: EntryFilter.Wanted, depth: Int, in event: ([UInt8]) -> [UInt8]
  ) -> Bool {
    let numbers = 1...fieldNumberMax
    let isField = numbers.contains { number in
      let field = Protobuf.varint(UInt64(number) << 3) + Protobuf.varint(wanted.number)
      return fields(of: event(field)).contains { $0.mentions(wanted) }
    }
    guard !isField, depth < depthMax else { return isField }
    return numbers.contains { number in
      let isMessage =
        (fields(of: event(Protobuf.field(number, holding: []))).map(\.value.messageDepth).max()
          ?? 0) > depth
      return isMessage
        && canMention(wanted, depth: depth + 1) { event(Protobuf.field(number, holding: $0)) }
    }
  }

  private static func fields(of bytes: [UInt8]) -> [FieldValue.Field] {
    (try? Event(serializedBytes: bytes)).map { EventText($0).fields } ?? []
  }
}

extension FieldValue {
  /// How many messages lie in each other.
  fileprivate var messageDepth: Int {
    switch self {
    case .message(let fields): 1 + (fields.map(\.value.messageDepth).max() ?? 0)
    case .list(let values): values.map(\.messageDepth).max() ?? 0
    case .number, .text, .flag, .null: 0
    }
  }
}
