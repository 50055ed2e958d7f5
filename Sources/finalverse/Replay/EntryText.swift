import EventLog
import Schema
import SwiftProtobuf

/// An entry as `replay` prints it.
struct EntryText: Sendable {
  /// What it says of itself.
  let header: EntryHeader
  /// Its events.
  let payload: Payload
  /// Its events described.
  let events: [EventText]

  /// Describes an entry.
  init(header: EntryHeader, payload: Payload) {
    self.header = header
    self.payload = payload
    events = payload.events.map(EventText.init)
  }

  /// For people: position, time, actor and an event; further events each on a line below.
  var lines: String {
    let head = [
      String(header.position.rawValue).leftPadded(to: 9), header.time.description,
      header.actor.label.padded(to: 12),
    ].joined(separator: "  ")
    let indent = "\n" + String(repeating: " ", count: head.count + 2)
    return head + "  " + events.map(\.line).joined(separator: indent)
  }

  /// For programs: one object; events as protobuf's JSON has them, and large numbers as strings likewise.
  func json() throws -> String {
    let events = try payload.events.map { JSONText.raw(try $0.jsonString()) }
    return JSONText.object([
      ("position", .large(header.position.rawValue)),
      ("time", .string(header.time.description)),
      ("timeUs", .large(header.time.microseconds)),
      ("epoch", .large(header.epoch.rawValue)),
      ("actor", .large(header.actor.rawValue)),
      ("commandId", .large(header.commandID.rawValue)),
      ("kinds", .array(self.events.map { .string($0.name) })),
      ("events", .array(events)),
    ]).text
  }
}

extension ActorID {
  /// Who it is, for people.
  fileprivate var label: String {
    switch self {
    case .scheduler: "scheduler"
    case .operator: "operator"
    default: isPlayer ? "player \(rawValue)" : "actor \(rawValue)"
    }
  }
}

extension String {
  fileprivate func leftPadded(to length: Int) -> String {
    String(repeating: " ", count: max(0, length - count)) + self
  }
}
