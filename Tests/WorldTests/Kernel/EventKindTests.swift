import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// A kind is what the schema's field numbers say; these tests read the numbers from bytes, not from
/// the code under test.
@Suite struct EventKindTests {
  @Test func `the kind of every event is its field numbers`() throws {
    for (system, event) in Self.allNumbers {
      let decoded = try Event(serializedBytes: Self.bytes(system: system, event: event))
      guard let kind = decoded.kind else { continue }
      #expect(kind == EventKind(system: system, event: event))
    }
  }

  @Test func `every event of every system has a kind`() throws {
    let known = try Event.allKnown()
    #expect(
      Dictionary(grouping: known, by: { $0.kind?.system }).mapValues(\.count) == [
        1: 5, 2: 4, 3: 2, 4: 5, 5: 11, 6: 6, 7: 3, 8: 8, 9: 2, 10: 4, 11: 5, 12: 9, 13: 7,
        14: 10, 16: 5,
      ])
  }

  @Test func `an event of a newer schema has no kind`() throws {
    #expect(try Event(serializedBytes: Self.bytes(system: 20, event: 1)).kind == nil)
    #expect(try Event(serializedBytes: Self.bytes(system: 1, event: 60)).kind == nil)
    #expect(Event().kind == nil)
  }

  fileprivate static var allNumbers: [(UInt8, UInt8)] {
    (1...20).flatMap { system in (1...100).map { (system, $0) } }
  }

  /// An event with nothing but the tags of its system and of itself.
  fileprivate static func bytes(system: UInt8, event: UInt8) -> [UInt8] {
    let tag = UInt16(event) << 3 | 2
    let inner: [UInt8] =
      tag < 128 ? [UInt8(tag), 0] : [UInt8(tag & 127) | 128, UInt8(tag >> 7), 0]
    let outer: [UInt8] =
      system < 16 ? [system << 3 | 2] : [system << 3 & 127 | 2 | 128, system >> 4]
    return outer + [UInt8(inner.count)] + inner
  }
}

extension Event {
  /// One empty event of every kind there is.
  static func allKnown() throws -> [Event] {
    try EventKindTests.allNumbers.compactMap { system, event in
      let decoded = try Event(
        serializedBytes: EventKindTests.bytes(system: system, event: event))
      return decoded.kind == nil ? nil : decoded
    }
  }
}
