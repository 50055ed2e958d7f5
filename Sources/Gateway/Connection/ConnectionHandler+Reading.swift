import Engine
import Metrics
import NIOCore
import Schema
import WebSocket

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
    while !isDeaf, let step = try reader.next(buffer.readableBytesSpan, board.workspace) {
      buffer.moveReaderIndex(forwardBy: step.byteCount)
      switch step.event {
      case .message(let opcode):
        let bytes = max(messageBytes + step.byteCount, step.payloadCount)
        messageBytes = 0
        receive(
          opcode, count: step.payloadCount, weight: ConnectionLimits.weight(ofBytes: bytes))
      case .ping: answerPing(count: step.payloadCount)
      case .pong: takeControl()
      case .close:
        isDeaf = true
        answerClose(CloseFrame.code(of: board.workspace.bytes[..<step.payloadCount]))
      case .part: messageBytes += step.byteCount
      }
    }
  }

  /// Answers a ping, whose payload is at the front of the workspace.
  private func answerPing(count: Int) {
    guard !isClosing, takeControl() else { return }
    var frame = ByteBuffer()
    frame.writeFrameHeader(.pong, payloadCount: count)
    frame.writeBytes(board.workspace.bytes[..<count])
    write(frame)
    checkPending()
  }

  /// Counts a control frame as a message, since it makes work as one does; false when there are too
  /// many.
  @discardableResult
  private func takeControl() -> Bool {
    let isTaken = allowance.take()
    if !isTaken { countRefusal() }
    return isTaken
  }
}

extension FrameFault {
  /// What the client is told.
  var goodbye: GoodbyeCode {
    switch self {
    case .notUTF8: .notUTF8
    case .badCompression: .badCompression
    case .tooLarge, .tooManyFragments: .messageTooLarge
    case .unmasked, .reservedBits, .unknownOpcode, .lengthNotMinimal, .fragmentedControl,
      .longControl, .fragmentOutOfOrder, .badClose:
      .badFraming
    }
  }
}
