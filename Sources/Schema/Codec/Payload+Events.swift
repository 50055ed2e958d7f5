import SwiftProtobuf

// The events of a payload without the payload around them: what is stored of an entry is a ``Payload``,
// what is dealt with is its events.

extension WireWriter {
  /// Appends what the payload of an entry with these events is, byte for byte.
  public mutating func append(payload events: [Event]) {
    for event in events { message(event, tag: 10) }
  }
}

extension [Event] {
  /// Appends the events of an entry's payload.
  ///
  /// - Throws: What SwiftProtobuf throws for bytes that are no payload; nothing is appended then.
  public mutating func append(payload bytes: RawSpan) throws {
    let count = count
    do throws(UnusualWire) {
      var reader = WireReader(bytes)
      while let tag = try reader.nextTag() {
        guard tag == 10 else { throw UnusualWire() }
        append(try reader.message(Event.self))
      }
    } catch {
      removeSubrange(count...)
      append(contentsOf: try Payload(serializedBytes: bytes).events)
    }
  }
}
