import EventLog
import Schema
import SwiftProtobuf

/// Every kind of event that the schema has, by number and by name.
///
/// Found by decoding an empty event of every number, so that a new system is in it without being listed.
struct EventCatalogue: Sendable {
  /// One kind.
  struct Kind: Hashable, Sendable {
    /// Its number.
    let kind: EventKind
    /// The name of its system, in snake case.
    let system: String
    /// Its name, such as `TradeCommitted`.
    let name: String
  }

  /// The schema's kinds.
  static let schema = EventCatalogue()

  /// All kinds by number.
  let kinds: [Kind]

  private let names: [EventKind: String]

  private init() {
    kinds = (UInt8(1)...UInt8.max).filter(Self.isSystem).flatMap { system in
      (UInt8(1)...UInt8.max).compactMap { Kind(EventKind(system: system, event: $0)) }
    }
    names = Dictionary(uniqueKeysWithValues: kinds.map { ($0.kind, $0.name) })
  }

  private static func isSystem(_ number: UInt8) -> Bool {
    (try? Event(serializedBytes: Protobuf.field(number, holding: [])))?.system != nil
  }

  /// A kind's name; its number for one of a newer schema.
  func name(of kind: EventKind) -> String {
    names[kind] ?? kind.description
  }

  /// The kinds that somebody means by a name: `TradeCommitted` or `trade_committed` is one, `trade` a whole system.
  ///
  /// Empty when there are none.
  func kinds(named name: String) -> Set<EventKind> {
    let wanted = Self.comparable(name)
    let matches = kinds.filter {
      Self.comparable($0.name) == wanted || Self.comparable($0.system) == wanted
    }
    return Set(matches.map(\.kind))
  }

  /// All names: `trade (TradeOffered, …), …`.
  var overview: String {
    let systems = Set(kinds.map(\.kind.system)).sorted()
    return systems.map { number in
      let system = kinds.filter { $0.kind.system == number }
      return "\(system[0].system) (\(system.map(\.name).joined(separator: ", ")))"
    }.joined(separator: ", ")
  }

  private static func comparable(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" }
  }
}

extension EventCatalogue.Kind {
  private static let options = {
    var options = JSONEncodingOptions()
    options.preserveProtoFieldNames = true
    return options
  }()

  /// What the schema says of a kind; nil when it has none of that number.
  fileprivate init?(_ kind: EventKind) {
    let empty = Protobuf.field(kind.event, holding: [])
    guard let event = try? Event(serializedBytes: Protobuf.field(kind.system, holding: empty)),
      let json: [UInt8] = try? event.jsonUTF8Bytes(options: Self.options),
      case .message(let systems)? = FieldValue(json: json), let system = systems.first,
      case .message(let events) = system.value, let name = events.first?.name
    else { return nil }
    self.init(kind: kind, system: system.name, name: EventText.eventName(ofField: name))
  }
}
