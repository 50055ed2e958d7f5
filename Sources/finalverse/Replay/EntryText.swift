import Engine
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
  /// The texts that go with its events, by event, where they were asked for and are there.
  private(set) var texts: [KeptText] = []

  /// Describes an entry.
  init(header: EntryHeader, payload: Payload) {
    self.header = header
    self.payload = payload
    events = payload.events.map(EventText.init)
  }

  /// Adds the texts that go with the events.
  ///
  /// - Throws: What the store throws.
  mutating func addTexts(from store: some TextStore) throws {
    guard payload.events.contains(where: { if case .chat = $0.system { true } else { false } })
    else { return }
    texts = try store.texts(at: [header.position])
  }

  /// For people: position, time, actor and an event; further events each on a line below.
  var lines: String {
    let head = [
      String(header.position.rawValue).leftPadded(to: 9), header.time.description,
      header.actor.label.padded(to: 12),
    ].joined(separator: "  ")
    let indent = "\n" + String(repeating: " ", count: head.count + 2)
    return head + "  " + eventLines.joined(separator: indent)
  }

  private var eventLines: [String] {
    var lines = events.map(\.line)
    for text in texts where lines.indices.contains(text.event) {
      lines[text.event] += " text=\(JSONText.string(text.text).text)"
    }
    return lines
  }

  /// For programs: one object; events as protobuf's JSON has them, and large numbers as strings likewise.
  func json() throws -> String {
    let events = try payload.events.map { JSONText.raw(try $0.jsonString()) }
    let texts: [JSONText] = texts.map {
      .object([("event", .number($0.event)), ("text", .string($0.text))])
    }
    return JSONText.object(
      [
        ("position", .large(header.position.rawValue)),
        ("time", .string(header.time.description)),
        ("timeUs", .large(header.time.microseconds)),
        ("epoch", .large(header.epoch.rawValue)),
        ("actor", .large(header.actor.rawValue)),
        ("commandId", .large(header.commandID.rawValue)),
        ("kinds", .array(self.events.map { .string($0.name) })),
        ("events", .array(events)),
      ] + (texts.isEmpty ? [] : [("texts", .array(texts))])
    ).text
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
