import Engine
import EventLog
import NIOCore
import Schema
import SwiftProtobuf
import World

extension ConnectionHandler {
  /// The longest name of a client program, in characters.
  static let clientNameMax = 64

  /// Takes a sign-in.
  ///
  /// What proves who somebody is, is looked at away from the event loop.
  func signIn(_ id: UInt64, _ signIn: SignIn) throws(Refusal) {
    guard case .anonymous = stage else {
      throw Refusal(
        code: .alreadySignedIn, message: "This connection has signed in, or is about to.")
    }
    guard signIn.client.count <= Self.clientNameMax else {
      throw Refusal(
        code: .badRequest,
        message: "The client's name has \(Self.clientNameMax) characters at most.")
    }
    switch signIn.credential {
    case .guest:
      stage = .proving
      isGuest = true
      open(.newPlayer, id, client: signIn.client)
    case .token(let token):
      stage = .proving
      isGuest = false
      let connection = NIOLoopBound(self, eventLoop: board.eventLoop)
      Task { [tokens = board.tokens] in
        let credential = await tokens.credential(of: token)
        connection.eventLoop.execute {
          connection.value.prove(credential, id, client: signIn.client)
        }
      }
    case nil:
      throw Refusal(code: .badRequest, message: "Sign in as guest, or with a token.")
    }
  }

  private func prove(_ credential: Credential?, _ id: UInt64, client: String) {
    guard case .proving = stage else { return }
    if let credential {
      open(credential, id, client: client)
    } else {
      refuseSignIn(
        id, code: FailureCode.badToken.rawValue,
        "The token is not one that this world has given out.")
    }
  }

  private func open(_ credential: Credential, _ id: UInt64, client: String) {
    guard !board.submit(.open(connection, id: id, credential, client: client)) else {
      return
    }
    stage = .anonymous
    fail(
      id, .busy, "The server has more to do than it can take on.",
      retryAfterMilliseconds: 100)
    flush()
  }

  /// Answers a sign-in that the engine refused.
  func refuseSignIn(_ id: UInt64, _ rejection: Rejection) {
    refuseSignIn(
      id, code: isGuest ? rejection.code : FailureCode.badToken.rawValue, rejection.message)
  }

  /// Answers a sign-in that did not prove anything; the client may try again, but not for ever.
  private func refuseSignIn(_ id: UInt64, code: String, _ message: String) {
    guard case .proving = stage else { return }
    stage = .anonymous
    signInRefusals += 1
    fail(id, code: code, message)
    if signInRefusals >= board.limits.signInTriesMax { close(.signInRefused) }
    flush()
  }

  /// The engine has opened the session: the client is welcomed as soon as its token is signed.
  func welcome(_ id: UInt64, _ session: Session, _ opening: Opening) {
    guard case .proving = stage else {
      // The client did not wait.
      _ = board.submit(.closed(session, .lost))
      return
    }
    stage = .welcoming(session)
    lastCommand = board.eventLoop.now
    let connection = NIOLoopBound(self, eventLoop: board.eventLoop)
    Task { [tokens = board.tokens, limits = board.limits] in
      let token = try? await tokens.token(for: session.requester, at: opening.time)
      var message = ServerMessage()
      message.id = id
      message.welcome = Welcome(session, opening, token: token ?? "", limits)
      let ready = message
      connection.eventLoop.execute {
        connection.value.send(welcome: ready)
      }
    }
  }

  private func send(welcome: ServerMessage) {
    guard case .welcoming(let session) = stage else { return }
    guard !welcome.welcome.token.isEmpty else { return close(.internalFault, ending: .expelled) }
    stage = .signedIn(session)
    lastCommand = board.eventLoop.now
    send(welcome)
    flush()
  }
}

extension Welcome {
  fileprivate init(
    _ session: Session, _ opening: Opening, token: String, _ limits: ConnectionLimits
  ) {
    self.init()
    player = session.requester.actor.rawValue
    self.session = session.id.rawValue
    self.token = token
    position = opening.position.rawValue
    timeUs = opening.time.microseconds
    world = opening.world
    hasProfile_p = opening.hasProfile
    role = opening.role
    self.limits = .with {
      $0.messageBytesMax = UInt32(clamping: limits.messageBytesMax)
      $0.inFlightMax = UInt32(clamping: limits.inFlightMax)
      $0.messagesPerSecond = UInt32(clamping: limits.messagesPerSecond)
      $0.silenceSecondsMax = UInt32(clamping: limits.silenceTimeout.nanoseconds / 1_000_000_000)
    }
  }
}
