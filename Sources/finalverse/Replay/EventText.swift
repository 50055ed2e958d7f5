import Schema
import SwiftProtobuf

/// An event as its schema describes it: its name, and its fields by name.
struct EventText: Equatable, Sendable {
  /// The event's name, such as `TradeCommitted`.
  let name: String
  /// Its fields that are set, in the order of their numbers.
  let fields: [FieldValue.Field]

  private static let options = {
    var options = JSONEncodingOptions()
    options.alwaysPrintInt64sAsNumbers = true
    options.preserveProtoFieldNames = true
    return options
  }()

  /// Describes an event; one of a newer schema has no name but `UnknownEvent` and no fields.
  init(_ event: Event) {
    guard let json: [UInt8] = try? event.jsonUTF8Bytes(options: Self.options),
      case .message(let systems)? = FieldValue(json: json),
      case .message(let events)? = systems.first?.value,
      let event = events.first, case .message(let fields) = event.value
    else {
      name = "UnknownEvent"
      fields = []
      return
    }
    name = Self.eventName(ofField: event.name)
    self.fields = fields
  }

  /// The event's name by that of the field which holds it: `trade_committed` holds a `TradeCommitted`.
  static func eventName(ofField name: String) -> String {
    name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// The event on one line: `TradeCommitted trade=12 proposer=1000 proposer_goods={coins=5}`.
  ///
  /// A field that has its default (0, nothing) is left out.
  var line: String {
    fields.reduce(into: name) { line, field in line += " \(field.name)=\(field.value.line)" }
  }
}

extension FieldValue {
  /// The value on one line; text is quoted when it would otherwise be ambiguous.
  var line: String {
    switch self {
    case .number(let digits): digits
    case .text(let text): text.isPlain ? text : JSONText.string(text).text
    case .flag(let flag): flag ? "true" : "false"
    case .null: "null"
    case .list(let values): "[" + values.map(\.line).joined(separator: " ") + "]"
    case .message(let fields):
      "{" + fields.map { "\($0.name)=\($0.value.line)" }.joined(separator: " ") + "}"
    }
  }
}

extension String {
  fileprivate var isPlain: Bool {
    !isEmpty
      && unicodeScalars.allSatisfy {
        !$0.properties.isWhitespace && $0.properties.generalCategory != .control
          && !"\"\\={}[]".unicodeScalars.contains($0)
      }
  }
}
