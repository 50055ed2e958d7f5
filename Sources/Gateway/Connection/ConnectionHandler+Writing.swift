import Engine
import EventLog
import Metrics
import NIOCore
import NIOWebSocket
import Schema
import SwiftProtobuf
import WebSocket
import World

extension ConnectionHandler {
  /// Writes frames; they leave with the next flush.
  func write(_ frames: ByteBuffer) {
    guard let context else { return }
    board.counts.bytesSent.add(frames.readableBytes)
    context.write(wrapOutboundOut(frames), promise: nil)
    hasUnflushed = true
  }

  /// Sends frames, and calls `done` once the socket has taken all of them.
  func write(_ frames: ByteBuffer, done: @escaping () -> Void) {
    guard let context else { return }
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenSuccess(done)
    board.counts.bytesSent.add(frames.readableBytes)
    context.writeAndFlush(wrapOutboundOut(frames), promise: written)
  }

  /// Sends what was written, and looks whether the client keeps up.
  func flush() {
    guard hasUnflushed, let context else { return }
    hasUnflushed = false
    context.flush()
    checkPending()
  }

  /// Looks whether more waits for the client than the bound allows, which is the mark of the channel's
  /// write buffer.
  ///
  /// Whoever watches is behind then. Whoever is behind already and goes on asking, or watches nothing
  /// and does not read its replies, is closed on.
  func checkPending() {
    guard let context, !context.channel.isWritable, !isClosing else { return }
    let waiting = waitingBytes
    guard let catchUp else {
      guard !filings.isEmpty else { return close(.tooSlow, ending: .expelled) }
      return board.fallBehind(self, unreadBytes: waiting)
    }
    guard case .unread(let unread) = catchUp.stage,
      waiting <= unread.byteCount + board.limits.pendingBytesMax
    else { return close(.tooSlow, ending: .expelled) }
  }

  /// Writes a message of its own; not compressed, as it may be a welcome with tokens.
  func send(_ message: ServerMessage) {
    var frame = ByteBuffer()
    do {
      try frame.writeMessage(message, as: subprotocol)
      write(frame)
    } catch {
      board.fail(self, .internalFault, error)
    }
  }

  /// Answers a message that could not be dealt with.
  func fail(
    _ id: UInt64, _ code: FailureCode, _ message: String, retryAfterMilliseconds: UInt32 = 0
  ) {
    fail(id, code: code.rawValue, message, retryAfterMilliseconds: retryAfterMilliseconds)
  }

  /// Answers a message that could not be dealt with, also with a code that is not the gateway's.
  func fail(
    _ id: UInt64, code: String, _ message: String, retryAfterMilliseconds: UInt32 = 0
  ) {
    if let known = FailureCode(rawValue: code) { board.counts.failures.count(known) }
    send(
      .with {
        $0.id = id
        $0.failed = .with {
          $0.code = code
          $0.message = message
          $0.retryAfterMs = retryAfterMilliseconds
        }
      })
  }

  /// Says why, and closes: when the client has answered, or the time for that is over.
  ///
  /// Nothing more of the client is heeded.
  ///
  /// Goodbye comes behind everything that is still waiting to be read. Whoever reads it has read
  /// all up to the position it names; whoever does not, knows the last position read.
  ///
  /// - Parameters:
  ///   - code: What the client is told.
  ///   - end: How an open session is to end; nil when the engine has ended it.
  ///   - request: The request that this replies to; 0 for none.
  func close(_ code: GoodbyeCode, ending end: SessionEnd? = nil, request: UInt64 = 0) {
    guard !isClosing else { return }
    board.counts.goodbyes.count(code)
    let hasSomethingToResume = !filings.isEmpty && code != .resumeFailed
    let resumeAfter = hasSomethingToResume ? seenThrough.rawValue : 0
    if let end { leave(end) } else { unfile() }
    // Whoever floods would go on making work while the connection is being closed.
    if code == .flooding || code == .malformed { isDeaf = true }
    stage = .closing(board.eventLoop.now + board.limits.closingTimeout)
    var frames = ByteBuffer()
    // A message of scalars alone; should it have no encoding after all, the close frame says
    // enough.
    try? frames.writeMessage(
      .with {
        $0.id = request
        $0.goodbye = .with {
          $0.code = code.rawValue
          $0.message = code.message
          $0.resumeAfter = resumeAfter
        }
      }, as: subprotocol)
    frames.writeClose(code.closeCode)
    write(frames)
    flush()
  }

  /// Answers the client's close frame with its own code, or takes it as the answer to the server's.
  func answerClose(_ code: WebSocketErrorCode) {
    guard let context else { return }
    if isClosing { return context.close(promise: nil) }
    leave(.farewell)
    stage = .closing(board.eventLoop.now + board.limits.closingTimeout)
    var frame = ByteBuffer()
    frame.writeClose(code)
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { [weak self] _ in
      self?.context?.close(promise: nil)
    }
    board.counts.bytesSent.add(frame.readableBytes)
    context.writeAndFlush(wrapOutboundOut(frame), promise: written)
  }

  /// Ends an open session and all watching.
  func leave(_ end: SessionEnd) {
    unfile()
    if let session { _ = board.submit(.closed(session, end)) }
  }

  private func unfile() {
    board.endCatchUp(of: self)
    board.unfile(self)
    burst = []
    inFlight = []
    pendingTopics = []
  }
}
