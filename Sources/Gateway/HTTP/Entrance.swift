import Engine
import EventLog
import Metrics
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import WebSocket

/// The HTTP side of a connection: health, readiness, metrics, and a reason for whatever else is asked.
///
/// A request's body is read and thrown away. Requests are answered one after the other; NIO's
/// pipelining handler holds back the next.
final class Entrance: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// What is answered.
  private struct Answer {
    var status = HTTPResponseStatus.ok
    var mediaType = "application/json"
    let body: String
    var headers: [(String, String)] = []
  }

  /// What can be asked for.
  private enum Page {
    /// Whether the process lives.
    case health
    /// Whether commands are accepted.
    case readiness
    /// What it does.
    case metrics
  }

  let board: Switchboard
  /// Whether there was room for the connection.
  ///
  /// If not, whatever it asks is answered 503.
  let isAdmitted: Bool
  /// The connection's place, kept for the WebSocket side.
  private(set) lazy var connection = board.insert(self)
  private var context: ChannelHandlerContext?
  private var head: HTTPRequestHead?
  /// Whether an answer is being written.
  private var isResponding = false
  private var deadline: NIODeadline

  /// The HTTP side of a new connection.
  init(board: Switchboard, isAdmitted: Bool) {
    self.board = board
    self.isAdmitted = isAdmitted
    deadline = board.eventLoop.now + board.limits.handshakeTimeout
  }

  /// A request's path, without its query.
  static func path(of head: HTTPRequestHead) -> Substring {
    head.uri.prefix { $0 != "?" }
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    // Whatever becomes of the upgrade, the place is given back.
    context.channel.closeFuture.assumeIsolated().whenComplete { [board, connection] _ in
      board.remove(connection)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
    case .body:
      break
    case .end:
      guard let head else { return }
      self.head = nil
      guard isResponding else { return answer(head, context) }
      // A request that was held back comes while the answer to the one before is being written. Answered
      // there, it would lie on the stack above that one, and so would all that follow.
      let entrance = NIOLoopBound(self, eventLoop: context.eventLoop)
      context.eventLoop.execute { entrance.value.answerHeldBack(head) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // An upgrade that is refused goes on as a request, which gets its answer.
    if error is NIOWebSocketUpgradeError { return }
    guard error is HTTPParserError else { return context.close(promise: nil) }
    respond(
      Self.answer(
        HTTPRefusal(status: .badRequest, code: "bad_request", message: "This is not HTTP/1.1.")),
      to: nil, context)
  }

  /// Looks whether the next request is overdue.
  func checkTime(_ now: NIODeadline) {
    if now >= deadline { context?.close(promise: nil) }
  }

  /// The server is being shut down.
  func stop() {
    context?.close(promise: nil)
  }

  private func answerHeldBack(_ head: HTTPRequestHead) {
    // The connection may be gone meanwhile.
    if let context { answer(head, context) }
  }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    // For whoever goes on asking, and does not read the answers, they would be kept without end.
    guard context.channel.isWritable else { return context.close(promise: nil) }
    do throws(HTTPRefusal) {
      switch try page(askedBy: head, from: context.remoteAddress) {
      case .health: respond(Answer(body: #"{"status":"alive"}"#), to: head, context)
      case .readiness: respond(readiness(), to: head, context)
      case .metrics: respondWithMetrics(to: head, context)
      }
    } catch {
      respond(Self.answer(error), to: head, context)
    }
  }

  private func page(
    askedBy head: HTTPRequestHead, from peer: SocketAddress?
  ) throws(HTTPRefusal) -> Page {
    guard isAdmitted else {
      throw HTTPRefusal(
        status: .serviceUnavailable, code: "too_many_connections",
        message: "The server has as many connections as it takes. Try again in a while.",
        headers: [("Retry-After", "5")])
    }
    let path = Self.path(of: head)
    if path == HandshakeRules.path {
      _ = try board.handshake.accept(head)
      throw HTTPRefusal(
        status: .badRequest, code: "upgrade_not_first",
        message: "The handshake is the first request of a connection.")
    }
    let page = try page(at: path)
    guard head.method == .GET || head.method == .HEAD else {
      throw HTTPRefusal(
        status: .methodNotAllowed, code: "method_not_allowed",
        message: "Only GET and HEAD are answered here.", headers: [("Allow", "GET, HEAD")])
    }
    if case .metrics = page { try board.configuration.metricsAccess.check(head, from: peer) }
    return page
  }

  private func page(at path: Substring) throws(HTTPRefusal) -> Page {
    let hasMetrics = board.configuration.metricsAccess != .nobody
    switch path {
    case "/health": return .health
    case "/ready": return .readiness
    case MetricsPage.path[...] where hasMetrics: return .metrics
    default:
      let pages = hasMetrics ? "/health, /ready, \(MetricsPage.path)" : "/health, /ready"
      throw HTTPRefusal(
        status: .notFound, code: "not_found",
        message: "There are \(pages) and \(HandshakeRules.path).")
    }
  }

  /// Sends the metrics, once a thread that may block has gathered them.
  private func respondWithMetrics(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let metrics = board.metrics
    let gathered = board.readers.runIfActive(eventLoop: context.eventLoop) { metrics.text() }
    gathered.assumeIsolated().whenSuccess { [self] text in
      // The connection may be gone meanwhile.
      guard let context = self.context else { return }
      respond(Answer(mediaType: MetricsText.mediaType, body: text), to: head, context)
    }
  }

  private func readiness() -> Answer {
    let readiness = board.engine.readiness()
    let isReady = readiness.isReady && !board.isStopping
    return Answer(
      status: isReady ? .ok : .serviceUnavailable,
      body: #"{"ready":\#(isReady),"position":\#(readiness.position.rawValue)}"#)
  }

  private static func answer(_ refusal: HTTPRefusal) -> Answer {
    Answer(
      status: refusal.status,
      body: #"{"error":{"code":"\#(refusal.code)","message":"\#(refusal.message)"}}"#,
      headers: refusal.headers)
  }

  /// Sends an answer.
  ///
  /// The connection stays open for the next request if the client means to send one.
  private func respond(
    _ answer: Answer, to head: HTTPRequestHead?, _ context: ChannelHandlerContext
  ) {
    let keepsAlive = head?.isKeepAlive == true && isAdmitted && !board.isStopping
    isResponding = true
    defer { isResponding = false }
    deadline = board.eventLoop.now + board.limits.handshakeTimeout
    var response = HTTPResponseHead(version: .http1_1, status: answer.status)
    response.headers.add(name: "Content-Type", value: answer.mediaType)
    response.headers.add(name: "Content-Length", value: String(answer.body.utf8.count))
    response.headers.add(name: "Cache-Control", value: "no-store")
    for (name, value) in answer.headers { response.headers.add(name: name, value: value) }
    if !keepsAlive { response.headers.replaceOrAdd(name: "Connection", value: "close") }
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    if head?.method != .HEAD {
      context.write(
        wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
    }
    let sent = context.eventLoop.makePromise(of: Void.self)
    if !keepsAlive {
      sent.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
  }
}
