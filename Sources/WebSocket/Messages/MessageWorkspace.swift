/// The memory that an event loop's connections share for the message at hand: they come one after
/// the other.
///
/// Used by one thread.
package final class MessageWorkspace {
  /// What was read last is at the front.
  package internal(set) var bytes: [UInt8]
  /// Room for what a message decompresses to.
  private var spare: [UInt8] = []
  private lazy var inflater = Inflater()

  /// Room for messages of a length.
  ///
  /// Twice that, and 40 KB for decompressing, from the first compressed message on.
  package init(bytesMax: Int) {
    // A control frame must fit, and one byte shows that a message is longer than allowed.
    bytes = [UInt8](repeating: 0, count: max(125, bytesMax) + 1)
  }

  /// Puts a message to the front.
  func hold(_ message: [UInt8]) {
    bytes.replaceSubrange(..<message.count, with: message)
  }

  /// Puts in the place of a compressed message at the front what it decompresses to.
  ///
  /// - Parameters:
  ///   - count: The bytes of the compressed message.
  ///   - bytesMax: The longest message allowed; not more than there is room for.
  /// - Returns: The bytes of the message.
  /// - Throws: ``FrameFault/tooLarge`` once it turns out longer, having taken no more than a byte
  ///   more; ``FrameFault/badCompression``.
  func inflate(count: Int, bytesMax: Int) throws(FrameFault) -> Int {
    if spare.isEmpty { spare = [UInt8](repeating: 0, count: bytes.count) }
    let inflated = try inflater.inflate(bytes[..<count], into: &spare, bytesMax: bytesMax)
    swap(&bytes, &spare)
    return inflated
  }

  /// Whether the message at the front is UTF-8.
  func isUTF8(count: Int) -> Bool {
    var check = UTF8Check()
    let bytes = bytes
    return check.take(unsafe bytes.span.bytes.extracting(first: count)) && check.isComplete
  }
}
