import Engine
import Metrics
import NIOCore
import Schema

/// A message that comes in several frames.
struct FragmentedMessage {
  /// Whether it is text or bytes.
  let opcode: FrameOpcode
  /// What has come of it, unmasked.
  var bytes: [UInt8]
}

extension ConnectionHandler {
  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    board.counts.bytesReceived.add(buffer.readableBytes)
    guard !isDeaf else { return }
    let now = board.eventLoop.now
    lastHeard = now
    isPinged = false
    allowance.fill(now: now)
    do throws(FrameFault) {
      if unread.readableBytes == 0 {
        try readFrames(of: &buffer)
        // Copied, so that the front of a frame does not hold on to the whole buffer it came in.
        if buffer.readableBytes > 0, !isDeaf { unread = ByteBuffer(buffer: buffer) }
      } else {
        unread.writeBuffer(&buffer)
        var whole = unread
        unread = ByteBuffer()
        try readFrames(of: &whole)
        if whole.readableBytes > 0, !isDeaf {
          whole.discardReadBytes()
          unread = whole
        }
      }
    } catch {
      isDeaf = true
      close(error.goodbye, ending: .expelled)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    handOver()
    flush()
  }

  private func readFrames(of buffer: inout ByteBuffer) throws(FrameFault) {
    while !isDeaf,
      let header = try FrameHeader(
        buffer.readableBytesSpan, payloadMax: board.limits.messageBytesMax),
      buffer.readableBytes >= header.frameCount
    {
      if header.opcode.isControl {
        header.unmask(buffer.readableBytesSpan, into: &board.scratch, at: 0)
        try receiveControl(header)
      } else if header.isFinal, header.opcode != .continuation, fragments == nil {
        header.unmask(buffer.readableBytesSpan, into: &board.scratch, at: 0)
        receive(header.opcode, count: header.payloadCount)
      } else {
        try receiveFragment(header, buffer.readableBytesSpan)
      }
      buffer.moveReaderIndex(forwardBy: header.frameCount)
    }
  }

  /// Adds a fragment to its message, and passes the message on when it is complete.
  private func receiveFragment(_ header: FrameHeader, _ frame: RawSpan) throws(FrameFault) {
    guard (header.opcode == .continuation) == (fragments != nil) else { throw .fragmentOutOfOrder }
    var message = fragments.take() ?? FragmentedMessage(opcode: header.opcode, bytes: [])
    let start = message.bytes.count
    guard start + header.payloadCount <= board.limits.messageBytesMax else { throw .tooLarge }
    if header.payloadCount == 0, !allowance.take() { countRefusal() }
    message.bytes.append(contentsOf: repeatElement(0, count: header.payloadCount))
    header.unmask(frame, into: &message.bytes, at: start)
    guard header.isFinal else {
      fragments = message
      return
    }
    board.scratch.replaceSubrange(..<message.bytes.count, with: message.bytes)
    receive(message.opcode, count: message.bytes.count)
  }

  /// Answers a ping and a close.
  ///
  /// The payload is at the front of the scratch.
  private func receiveControl(_ header: FrameHeader) throws(FrameFault) {
    let payload = board.scratch[..<header.payloadCount]
    switch header.opcode {
    case .ping where !isClosing:
      // A ping counts as a message, since it makes work as one does.
      guard allowance.take() else { return countRefusal() }
      var frame = ByteBuffer()
      frame.writeFrameHeader(.pong, payloadCount: payload.count)
      frame.writeBytes(payload)
      write(frame)
      checkPending()
    case .close:
      guard CloseFrame.isValid(payload) else { throw .badClose }
      isDeaf = true
      answerClose()
    default:
      break
    }
  }
}

/// What a client may send to close (RFC 6455, section 7.4).
enum CloseFrame {
  /// Whether the payload is empty, or a code that may be sent followed by UTF-8.
  static func isValid(_ payload: ArraySlice<UInt8>) -> Bool {
    guard !payload.isEmpty else { return true }
    guard payload.count >= 2 else { return false }
    let code = UInt16(payload[payload.startIndex]) << 8 | UInt16(payload[payload.startIndex + 1])
    let maySend =
      switch code {
      case 1000...1003, 1007...1014, 3000...4999: true
      default: false
      }
    return maySend && String(validating: payload.dropFirst(2), as: UTF8.self) != nil
  }
}

extension FrameFault {
  /// What the client is told.
  var goodbye: GoodbyeCode {
    switch self {
    case .tooLarge: .messageTooLarge
    case .unmasked, .reservedBits, .unknownOpcode, .lengthNotMinimal, .fragmentedControl,
      .longControl, .fragmentOutOfOrder, .badClose:
      .badFraming
    }
  }
}
