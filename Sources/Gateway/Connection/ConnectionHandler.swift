import Accounts
import Engine
import EventLog
import NIOCore
import Schema
import WebSocket
import World

/// One client's connection, from the end of the WebSocket handshake to its close.
///
/// Everything happens on its event loop.
///
/// It reads and writes raw bytes: nothing stands between it and the socket. What one read brings
/// becomes one array of requests, handed to the engine when the read is complete; what one delivery
/// brings becomes one write. See ``Switchboard`` for the way back.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// How far the client has come.
  enum Stage {
    /// It has not signed in.
    ///
    /// Can become `proving` or `closing`.
    case anonymous
    /// Its sign-in is with the tokens or with the engine.
    ///
    /// Can become `anonymous`, `welcoming` or `closing`.
    case proving
    /// The engine has opened the session; its token is being signed.
    ///
    /// Can become `signedIn` or `closing`.
    case welcoming(Session)
    /// It has been welcomed.
    ///
    /// Can become `closing`.
    case signedIn(Session)
    /// Nothing of it is heeded any more; what it is still owed has until the deadline.
    case closing(NIODeadline)
  }

  let connection: Connection
  let form: MessageForm
  /// Unowned: the handler lives in the board's own event loop, and the board as long as the
  /// gateway.
  unowned let board: Switchboard
  var stage = Stage.anonymous
  /// Present while the handler is in the pipeline.
  var context: ChannelHandlerContext?

  // Reading.
  /// The beginning of a frame's header, or of a control frame, whose end has not come.
  var unread = ByteBuffer()
  /// Puts messages together.
  var reader: MessageReader
  /// The bytes of frames that have come of the message at hand.
  var messageBytes = 0
  /// Framing is lost, or nothing is expected any more; what comes is thrown away.
  var isDeaf = false
  var hasUnflushed = false

  // Requests.
  /// Those of the read at hand.
  var burst: [Request] = []
  var burstCount = 1
  /// The ids of those without reply.
  var inFlight: [UInt64] = []
  /// Topics that Subscribe requests in flight ask for.
  var pendingTopics: [(request: UInt64, count: Int)] = []
  var allowance: Allowance
  /// What the player may still ask for, once it is welcome; nil for an operator, and for whoever watches a
  /// recording.
  var playerAllowance: PlayerAllowance?
  var refusalsInRow = 0
  var malformedInRow = 0
  var signInRefusals = 0
  /// The sign-in at hand, which may turn out not to count.
  var attempt = Attempt()
  /// Whether the sign-in at hand is a guest's.
  var isGuest = false
  /// What the sign-in at hand has proven, for the tokens that it brings.
  var basis = GrantBasis.newFamily
  /// The generation of what was proven; nil for somebody new who has not been welcomed yet.
  var generation: Int64?
  /// A refresh token that took the place of another, and is not known to have arrived.
  var unreceived: String?
  /// Whether a change of the account has no reply yet.
  var isChangingAccount = false

  // Time.
  let handshakeDeadline: NIODeadline
  var lastHeard: NIODeadline
  var lastCommand: NIODeadline
  var isIdle = false
  var isPinged = false

  // Watching.
  var filings: [TopicWatchers.Filing] = []
  /// Everything up to here that the connection may see has been written; zero before the first
  /// subscription.
  var seenThrough = Position.zero
  /// Present while it is behind.
  var catchUp: CatchUp?
  /// What the delivery at hand has for the connection.
  var share = DeliveryShare()

  /// A connection whose handshake is complete.
  init(
    connection: Connection, form: MessageForm, board: Switchboard,
    handshakeDeadline: NIODeadline
  ) {
    let now = board.eventLoop.now
    self.connection = connection
    self.form = form
    self.board = board
    self.handshakeDeadline = handshakeDeadline
    reader = MessageReader(limits: board.limits.messages, compression: form.compression)
    lastHeard = now
    lastCommand = now
    allowance = Allowance(limits: board.limits, now: now)
  }

  /// How messages are written.
  var subprotocol: Subprotocol { form.subprotocol }

  /// The session, once the engine has opened it.
  var session: Session? {
    switch stage {
    case .welcoming(let session), .signedIn(let session): session
    case .anonymous, .proving, .closing: nil
    }
  }

  var isClosing: Bool {
    if case .closing = stage { true } else { false }
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if !context.channel.isActive { end() }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  /// The connection is gone.
  private func end() {
    leave(.lost)
    stage = .closing(.distantPast)
  }

  /// Looks whether a time-out has passed.
  func checkTime(_ now: NIODeadline) {
    switch stage {
    case .anonymous:
      if now >= handshakeDeadline { close(.signInTimeout) }
    case .proving, .welcoming:
      break
    case .signedIn(let session):
      checkSilence(now)
      checkPace(now)
      if !isIdle, session.requester.role == .player,
        (now - lastCommand).nanoseconds / 1_000 >= board.idleAfterMicroseconds
      {
        isIdle = true
        _ = board.submit(.idle(session))
      }
    case .closing(let deadline):
      if now >= deadline { context?.close(promise: nil) }
    }
  }

  private func checkSilence(_ now: NIODeadline) {
    let silence = now - lastHeard
    if silence >= board.limits.silenceTimeout {
      close(.silent, ending: .lost)
    } else if !isPinged, silence.nanoseconds >= board.limits.silenceTimeout.nanoseconds / 2 {
      isPinged = true
      var frame = ByteBuffer()
      frame.writeFrameHeader(.ping, payloadCount: 0)
      write(frame)
      flush()
    }
  }
}
