extension WireWriter {
  /// Appends what the payload of an entry with these events is: a ``Payload``, byte for byte.
  public mutating func append(payload events: [Event]) {
    for event in events { message(event, tag: 10) }
  }
}
