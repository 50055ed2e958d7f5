import NIOCore
import WebSocket

/// Sends back what comes, in the kind that it came in.
final class EchoHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What the Autobahn suite sends at most is 16 MiB, in frames of 64 bytes.
  private static let limits = MessageLimits(bytesMax: 16 << 20, fragmentsMax: 1 << 18)

  private let compression: Compression?
  private let compressor = Compressor()
  private let workspace = MessageWorkspace(bytesMax: EchoHandler.limits.bytesMax)
  private var reader: MessageReader
  private var unread = ByteBuffer()
  private var isClosing = false

  /// The echo on one connection.
  init(compression: Compression?) {
    self.compression = compression
    reader = MessageReader(limits: Self.limits, compression: compression)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    unread.writeImmutableBuffer(unwrapInboundIn(data))
    var frames = ByteBuffer()
    do {
      while !isClosing, let step = try reader.next(unread.readableBytesSpan, workspace) {
        unread.moveReaderIndex(forwardBy: step.byteCount)
        answer(step, &frames)
      }
    } catch {
      isClosing = true
      frames.writeClose(error.closeCode)
    }
    if unread.readableBytes == 0 { unread.clear() } else { unread.discardReadBytes() }
    guard frames.readableBytes > 0 else { return }
    let written = context.eventLoop.makePromise(of: Void.self)
    if isClosing {
      written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }
    context.writeAndFlush(wrapOutboundOut(frames), promise: written)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func answer(_ step: MessageReader.Step, _ frames: inout ByteBuffer) {
    let bytes = workspace.bytes
    switch step.event {
    case .message(let opcode):
      frames.writeFrame(
        opcode, unsafe bytes.span.bytes.extracting(first: step.payloadCount),
        compression: compression, by: compressor)
    case .ping:
      frames.writeFrameHeader(.pong, payloadCount: step.payloadCount)
      frames.writeBytes(bytes[..<step.payloadCount])
    case .close:
      isClosing = true
      frames.writeClose(CloseFrame.code(of: bytes[..<step.payloadCount]))
    case .pong, .part:
      break
    }
  }
}
