public import SwiftProtobuf

/// A message that is read and written without SwiftProtobuf's visitors.
///
/// The library goes over every level of nesting once for each level above it, to know lengths in advance,
/// and through a table of functions for each field; with five levels that is most of what a command costs.
/// The code generated for this protocol goes over a message once. It knows what the schema knows and
/// nothing else: whatever is out of the ordinary (unknown fields, a field that comes twice where it
/// should come once, another wire type) it leaves to the library, so the two never differ in what they
/// make of bytes. What it writes is what the library writes, byte for byte.
public protocol WireMessage: Message {
  /// Appends the fields, in the order of their numbers, and then what is unknown.
  func write(to writer: inout WireWriter)

  /// Reads fields up to the end of the message.
  ///
  /// - Throws: ``UnusualWire``; the message is then half read and of no use.
  mutating func read(from reader: inout WireReader) throws(UnusualWire)
}

extension WireMessage {
  /// Decodes a message.
  ///
  /// - Throws: What SwiftProtobuf throws for bytes that are no such message.
  /// - Complexity: O(*n*) in the number of bytes.
  public init(wire bytes: RawSpan) throws {
    self.init()
    var reader = WireReader(bytes)
    do throws(UnusualWire) {
      try read(from: &reader)
    } catch {
      self = try Self(serializedBytes: bytes)
    }
  }

  /// The encoded message.
  public var wireBytes: [UInt8] {
    var writer = WireWriter()
    write(to: &writer)
    return writer.bytes
  }
}

/// Bytes that the generated code leaves to the library: they may be damaged, or merely rare.
public struct UnusualWire: Error {}
