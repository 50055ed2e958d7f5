import NIOCore
import NIOWebSocket
import WebSocket

/// Puts the server's messages together from its frames: fragments, and what was compressed.
///
/// What it holds is bounded, however many frames come and whatever they decompress to.
struct MessageAssembly {
  /// A message of which something has come.
  private struct Unfinished {
    let isCompressed: Bool
    var bytes = ByteBuffer()
    var fragments = 0
  }

  /// Frames of one message.
  private static let fragmentsMax = 1_024
  /// How much room for decompressing is kept from one message to the next.
  private static let keptBytes = 64 * 1_024

  private let bytesMax: Int
  private let allowsCompression: Bool
  private var unfinished: Unfinished?
  private var inflater: Inflater?
  private var room: [UInt8] = []

  /// The assembly of one connection.
  ///
  /// - Parameters:
  ///   - bytesMax: Bytes of a message, all its frames together, as they come and decompressed.
  ///   - compression: What was negotiated; nil for no compression.
  init(bytesMax: Int, compression: Compression?) {
    self.bytesMax = bytesMax
    allowsCompression = compression != nil
  }

  /// Takes a frame of a message, and gives the message once it is whole.
  ///
  /// - Throws: ``FrameFault``; then nothing more can be read.
  mutating func take(_ frame: WebSocketFrame) throws(FrameFault) -> ByteBuffer? {
    let isFirst = frame.opcode != .continuation
    guard isFirst == (unfinished == nil) else { throw .fragmentOutOfOrder }
    guard !frame.rsv1 || isFirst && allowsCompression, !frame.rsv2, !frame.rsv3 else {
      throw .reservedBits
    }
    var message = unfinished.take() ?? Unfinished(isCompressed: frame.rsv1)
    var data = frame.unmaskedData
    guard data.readableBytes <= bytesMax - message.bytes.readableBytes else { throw .tooLarge }
    message.fragments += 1
    guard message.fragments <= Self.fragmentsMax else { throw .tooManyFragments }
    if isFirst { message.bytes = data } else { message.bytes.writeBuffer(&data) }
    guard frame.fin else {
      unfinished = message
      return nil
    }
    return message.isCompressed ? try inflate(message.bytes) : message.bytes
  }

  private mutating func inflate(_ bytes: ByteBuffer) throws(FrameFault) -> ByteBuffer {
    let inflater = self.inflater ?? Inflater()
    self.inflater = inflater
    defer { if room.count > Self.keptBytes { room = [] } }
    let count = try inflater.inflate(Array(buffer: bytes)[...], into: &room, bytesMax: bytesMax)
    return ByteBuffer(bytes: room[..<count])
  }
}
