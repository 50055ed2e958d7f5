import Accounts
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
    guard let credential = signIn.credential else {
      throw Refusal(
        code: .badRequest, message: "Sign in as guest, or with what proves who you are.")
    }
    attempt = try admit(for: credential.subject)
    switch credential {
    case .guest:
      stage = .proving
      isGuest = true
      basis = .newFamily
      generation = nil
      open(.newPlayer, id, client: signIn.client)
    case .token(let token):
      prove(.token(token), id, client: signIn.client)
    case .refreshToken(let token):
      prove(.refreshToken(token), id, client: signIn.client)
    case .password(let password):
      prove(
        .password(name: password.name, password: password.password), id, client: signIn.client)
    case .resetPassword(let reset):
      prove(
        .resetCode(name: reset.name, code: reset.code, password: reset.password), id,
        client: signIn.client)
    }
  }

  /// Takes note that something is tried, if it may be.
  func admit(for subject: Attempt.Subject?) throws(Refusal) -> Attempt {
    let attempt = board.attempts.attempt(from: context?.remoteAddress, for: subject)
    if let wait = board.attempts.admit(attempt, at: board.eventLoop.now) {
      throw Refusal(
        code: .tooManyAttempts, message: "This was tried too often. Wait before trying again.",
        retryAfterMilliseconds: wait)
    }
    return attempt
  }

  private func prove(_ evidence: Evidence, _ id: UInt64, client: String) {
    stage = .proving
    isGuest = false
    let connection = NIOLoopBound(self, eventLoop: board.eventLoop)
    Task { [accounts = board.accounts] in
      let proof = await result { () async throws(AccountRefusal) in
        try await accounts.prove(evidence)
      }
      connection.eventLoop.execute {
        connection.value.take(proof, id, client: client)
      }
    }
  }

  private func take(_ proof: Result<Proof, AccountRefusal>, _ id: UInt64, client: String) {
    guard case .proving = stage else { return }
    switch proof {
    case .success(let proof):
      board.attempts.forget(attempt)
      basis = proof.basis
      switch proof.bearer {
      case .operator:
        open(.operator, id, client: client)
      case .player(let player, let generation):
        self.generation = generation
        open(.player(player), id, client: client)
      }
    case .failure(let refusal) where refusal.retryAfterMilliseconds > 0:
      board.attempts.forget(attempt)
      stage = .anonymous
      fail(id, refusal)
      flush()
    case .failure(let refusal):
      refuseSignIn(id, code: FailureCode(refusal).rawValue, refusal.message)
    }
  }

  private func open(_ credential: Credential, _ id: UInt64, client: String) {
    guard !board.submit(.open(connection, id: id, credential, client: client)) else {
      return
    }
    if isGuest { board.attempts.forget(attempt) }
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

  /// The engine has opened the session: the client is welcomed as soon as it has tokens for the next
  /// sign-in.
  func welcome(_ id: UInt64, _ session: Session, _ opening: Opening) {
    guard case .proving = stage else {
      // The client did not wait.
      _ = board.submit(.closed(session, .lost))
      return
    }
    stage = .welcoming(session)
    lastCommand = board.eventLoop.now
    var message = ServerMessage()
    message.id = id
    message.welcome = Welcome(session, opening, board.limits)
    if case .token(let token, expires: nil) = basis {
      // An operator's, which is good for as long as its key is.
      message.welcome.token = token
      return send(welcome: message)
    }
    let connection = NIOLoopBound(self, eventLoop: board.eventLoop)
    Task { [accounts = board.accounts, generation, basis, message] in
      let grant = await result { () async throws(AccountRefusal) in
        try await accounts.grant(
          to: session.requester.player, generation: generation, for: basis)
      }
      connection.eventLoop.execute {
        connection.value.send(welcome: message, with: grant)
      }
    }
  }

  private func send(welcome: ServerMessage, with grant: Result<Grant, AccountRefusal>) {
    guard case .welcoming = stage else { return }
    switch grant {
    case .success(let grant):
      var welcome = welcome
      welcome.welcome.token = grant.token
      welcome.welcome.tokenExpiresUs = grant.expires?.microseconds ?? 0
      welcome.welcome.refreshToken = grant.refreshToken ?? ""
      generation = grant.generation
      if case .refreshToken = basis { unreceived = grant.refreshToken }
      send(welcome: welcome)
    case .failure(let refusal):
      // What was proven has become void meanwhile, or nothing can be looked up.
      fail(welcome.id, refusal)
      close(refusal == .unavailable ? .internalFault : .signedOut, ending: .expelled)
    }
  }

  private func send(welcome: ServerMessage) {
    guard case .welcoming(let session) = stage else { return }
    stage = .signedIn(session)
    lastCommand = board.eventLoop.now
    // Whoever watches a recording has no session, and is one of many as the same player.
    if session.requester.role == .player, session.id.rawValue != 0 {
      playerAllowance = board.players.allowance(
        of: session.requester.player, at: board.eventLoop.now)
    }
    send(welcome)
    flush()
  }
}

extension SignIn.OneOf_Credential {
  /// Whose password or code is tried; nil where none is.
  fileprivate var subject: Attempt.Subject? {
    switch self {
    case .password(let password): .init(name: password.name)
    case .resetPassword(let reset): .init(name: reset.name)
    case .guest, .token, .refreshToken: nil
    }
  }
}

extension Welcome {
  fileprivate init(
    _ session: Session, _ opening: Opening, _ limits: ConnectionLimits
  ) {
    self.init()
    player = session.requester.actor.rawValue
    self.session = session.id.rawValue
    position = opening.position.rawValue
    timeUs = opening.time.microseconds
    world = opening.world
    hasProfile_p = opening.hasProfile
    role = opening.role
    self.limits = .with {
      $0.messageBytesMax = UInt32(clamping: limits.messageBytesMax)
      $0.inFlightMax = UInt32(clamping: limits.inFlightMax)
      $0.messagesPerSecond = UInt32(clamping: limits.messagesPerSecond)
      $0.requestsPerSecond = UInt32(clamping: limits.requestsPerSecond)
      $0.silenceSecondsMax = UInt32(clamping: limits.silenceTimeout.nanoseconds / 1_000_000_000)
    }
  }
}
