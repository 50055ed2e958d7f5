import NIOCore
import NIOWebSocket
import Schema
import SwiftProtobuf
import WebSocket

/// The end of a connection's pipeline: turns frames into messages, and does what RFC 6455 leaves to
/// an endpoint (pongs, the closing handshake) and what TCP does not notice (silence).
final class ConnectionHandler: ChannelDuplexHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  /// Asks for the closing handshake.
  struct Leave: Sendable {}

  /// How long the server may take for its part of the closing handshake.
  private static let closingTimeout = TimeAmount.seconds(2)

  private let number: UInt64
  private let conversation: Conversation
  private var assembly: MessageAssembly
  private var hasSentClose = false
  private var pings: RepeatedTask?
  private var pingsUnanswered = 0
  private var cause = ClientFault(.connectionLost, "The connection was lost")

  init(number: UInt64, conversation: Conversation, compression: Compression?) {
    self.number = number
    self.conversation = conversation
    assembly = MessageAssembly(
      bytesMax: conversation.options.messageBytesMax, compression: compression)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    pingsUnanswered = 0
    switch frame.opcode {
    case .binary, .continuation:
      take(frame, context)
    case .ping:
      send(.pong, frame.unmaskedData, context)
    case .connectionClose:
      answerClose(frame.unmaskedData, context)
    case .text:
      breakOff(context, .unacceptableData, "The server sent text where messages are binary")
    default:
      break
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case NIOWebSocketError.invalidFrameLength:
      breakOff(context, .messageTooLarge, "The server sent a message that is too large")
    case let error as NIOWebSocketError:
      breakOff(context, .protocolError, "The server broke the WebSocket protocol: \(error)")
    default:
      cause = ClientFault(.connectionLost, "The connection was lost: \(error)")
      context.close(promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    pings?.cancel()
    pings = nil
    conversation.change { $0.lost(self.number, self.cause) }
    context.fireChannelInactive()
  }

  func triggerUserOutboundEvent(
    context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
  ) {
    guard event is Leave else {
      context.triggerUserOutboundEvent(event, promise: promise)
      return
    }
    beginClose(context)
    promise?.succeed()
  }

  private func take(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
    do throws(FrameFault) {
      if let message = try assembly.take(frame) { read(message, context) }
    } catch {
      switch error {
      case .tooLarge, .tooManyFragments:
        breakOff(context, error.closeCode, "The server sent a message that is too large")
      default:
        breakOff(
          context, error.closeCode, "The server broke the WebSocket protocol: \(error)")
      }
    }
  }

  private func read(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    // After a close frame of our own nothing more is expected to be dealt with.
    guard !hasSentClose else { return }
    do {
      let message = try ServerMessage(wire: bytes.readableBytesSpan)
      if case .welcome(let welcome)? = message.message {
        keepAlive(silenceMax: welcome.limits.silenceSecondsMax, context)
      }
      conversation.receive(message, on: number)
    } catch {
      breakOff(context, .dataInconsistentWithMessage, "The server sent a message that is none")
    }
  }

  private func send(
    _ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext
  ) {
    guard !hasSentClose else { return }
    let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
  }
}

// MARK: Closing

extension ConnectionHandler {
  /// Says why and hangs up, as RFC 6455 section 7.1.7 lets an endpoint.
  private func breakOff(
    _ context: ChannelHandlerContext, _ code: WebSocketErrorCode, _ sentence: String
  ) {
    cause = ClientFault(.protocolViolation, sentence)
    sendClose(code, context)
    context.close(promise: nil)
  }

  /// Asks the server to close, which then closes the connection.
  private func beginClose(_ context: ChannelHandlerContext) {
    guard !hasSentClose else { return }
    sendClose(.normalClosure, context)
    let channel = context.channel
    context.eventLoop.scheduleTask(in: Self.closingTimeout) { channel.close(promise: nil) }
  }

  private func sendClose(_ code: WebSocketErrorCode, _ context: ChannelHandlerContext) {
    var data = context.channel.allocator.buffer(capacity: 2)
    data.write(webSocketErrorCode: code)
    send(.connectionClose, data, context)
    hasSentClose = true
  }

  /// Completes the server's closing handshake, or our own.
  private func answerClose(_ data: ByteBuffer, _ context: ChannelHandlerContext) {
    var reason = data
    if let code = reason.readWebSocketErrorCode(), code != .normalClosure {
      let text = reason.readString(length: reason.readableBytes) ?? ""
      let number = UInt16(webSocketErrorCode: code)
      cause = ClientFault(
        .connectionLost,
        "The server closed the connection (\(number))\(text.isEmpty ? "" : ": ")\(text)")
    }
    send(.connectionClose, data, context)
    hasSentClose = true
    context.close(promise: nil)
  }
}

// MARK: Silence

extension ConnectionHandler {
  /// Pings at an interval, so that both sides hear something.
  private func keepAlive(silenceMax: UInt32, _ context: ChannelHandlerContext) {
    var interval = TimeAmount(conversation.options.pingInterval)
    if silenceMax > 0 { interval = min(interval, .milliseconds(Int64(silenceMax) * 1_000 / 3)) }
    interval = max(interval, .milliseconds(10))
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    pings?.cancel()
    pings = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
      let (handler, context) = bound.value
      handler.ping(context)
    }
  }

  private func ping(_ context: ChannelHandlerContext) {
    if pingsUnanswered >= 2 {
      cause = ClientFault(.connectionLost, "The server has fallen silent")
      context.close(promise: nil)
      return
    }
    pingsUnanswered += 1
    send(.ping, ByteBuffer(), context)
  }
}
