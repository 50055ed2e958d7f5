import NIOCore
import Schema

// Coming, going and coming back.
extension ConversationState {
  mutating func takeConnectionNumber() -> UInt64 {
    connectionsBegun += 1
    return connectionsBegun
  }

  mutating func begin(
    _ number: UInt64, waiter: ReplyWaiter, deadline: Scheduled<Void>, _ isCancelled: Bool
  ) -> [Effect] {
    var refusal: (any Error)?
    if case .ended(let fault) = phase { refusal = fault }
    if isCancelled { refusal = CancellationError() }
    if let refusal {
      deadline.cancel()
      return [.reply(waiter, .failure(refusal))]
    }
    attempt = Attempt(number: number, waiter: waiter, deadline: deadline)
    return [.open(number)]
  }

  /// Notes the connection on its way, so that it can be cut.
  ///
  /// - Returns: Whether it is still wanted.
  mutating func note(_ channel: any Channel, of number: UInt64) -> Bool {
    guard attempt?.number == number else { return false }
    attempt?.channel = channel
    return true
  }

  /// The connection speaks WebSocket: it is time to sign in.
  mutating func connected(_ connection: Connection) -> [Effect] {
    guard attempt?.number == connection.number else { return [.sever(connection.channel)] }
    self.connection = connection
    parting = nil
    var signIn = SignIn()
    signIn.client = program
    switch currentCredential() {
    case .guest: signIn.guest = Guest()
    case .token(let token): signIn.token = token
    case .refreshToken(let token): signIn.refreshToken = token
    case .password(let name, let password):
      signIn.password.name = name
      signIn.password.password = password
    case .resetCode(let name, let code, let newPassword):
      signIn.resetPassword.name = name
      signIn.resetPassword.code = code
      signIn.resetPassword.password = newPassword
    }
    let outgoing = OutgoingMessage(id: takeID(), .signIn(signIn))
    attempt?.signInID = outgoing.message.id
    outbox = [outgoing]
    return [.write(connection)]
  }

  /// The attempt came to nothing.
  mutating func failAttempt(_ number: UInt64, _ error: any Error) -> [Effect] {
    guard let attempt, attempt.number == number else { return [] }
    attempt.deadline.cancel()
    self.attempt = nil
    connection = nil
    outbox.removeAll()
    var effects: [Effect] = [.reply(attempt.waiter, .failure(error))]
    if let channel = attempt.channel { effects.append(.sever(channel)) }
    return effects
  }

  mutating func cancelAttempt() -> [Effect] {
    guard let attempt else { return [] }
    return failAttempt(attempt.number, CancellationError())
  }

  mutating func receive(_ message: ServerMessage, on number: UInt64) -> [Effect] {
    guard connection?.number == number else { return [] }
    if let attempt, message.id != 0, message.id == attempt.signInID {
      return finishAttempt(attempt, message)
    }
    switch message.message {
    case .push(let push): return deliver(push)
    case .moved(let moved): return deliver(.moved(moved), at: moved.position)
    case .goodbye(let goodbye):
      parting = Parting(goodbye)
      // The log cannot tell what was missed: the way on is a fresh state.
      if goodbye.code == "resume_failed" { position = 0 }
      return message.id == 0 ? [] : settle(message)
    case .tokens(let tokens):
      keep(tokens.token, expiresUs: tokens.tokenExpiresUs, tokens.refreshToken)
      return settle(message)
    default: return settle(message)
    }
  }

  private mutating func finishAttempt(_ attempt: Attempt, _ reply: ServerMessage) -> [Effect] {
    attempt.deadline.cancel()
    self.attempt = nil
    var effects: [Effect] = [.reply(attempt.waiter, .success(reply))]
    guard case .welcome(let welcome)? = reply.message else {
      if let connection { effects.append(.leave(connection)) }
      connection = nil
      return effects
    }
    let isFirst = self.welcome == nil
    self.welcome = welcome
    welcomedAt = .now
    keep(welcome.token, expiresUs: welcome.tokenExpiresUs, welcome.refreshToken)
    phase = .live
    if !isFirst { effects += announce(.reconnected(welcome)) }
    return effects + takeUpAgain()
  }

  /// Puts everything without a reply back into the queue, behind the resume of what is watched.
  private mutating func takeUpAgain() -> [Effect] {
    inFlight = 0
    isOverflowing = false
    unsent.removeAll()
    let effects = topics.isEmpty ? [] : enqueueResume()
    for id in outstanding.keys.sorted() where id != resumeID {
      outstanding[id]?.isSent = false
      unsent.append(id)
    }
    return effects + admit()
  }

  /// The connection is gone.
  mutating func lost(_ number: UInt64, _ cause: ClientFault) -> [Effect] {
    if attempt?.number == number { return failAttempt(number, parting?.fault ?? cause) }
    guard connection?.number == number else { return [] }
    connection = nil
    outbox.removeAll()
    guard case .live = phase else { return [] }
    let fault = parting?.fault ?? cause
    guard let reconnection, parting?.isFinal != true else { return end(fault) }
    phase = .away
    var effects = forgetInternalRequests()
    effects += announce(.disconnected(fault))
    effects.append(.comeBack(reconnection))
    return effects
  }

  /// What the client asked for itself is asked anew on the next connection; what it no longer wants
  /// to watch is simply not asked for again.
  private mutating func forgetInternalRequests() -> [Effect] {
    resumeID = nil
    var effects: [Effect] = []
    for (id, request) in outstanding.sorted(by: { $0.key < $1.key }) {
      switch (request.purpose, request.outgoing.message.request) {
      case (.resume, _), (.standstill, _), (.abandoned, _):
        outstanding[id] = nil
      case (.caller(let waiter), .unsubscribe(let unsubscribe)):
        outstanding[id] = nil
        topics.removeAll { unsubscribe.topics.contains($0) }
        var reply = ServerMessage()
        reply.id = id
        reply.unsubscribed = Unsubscribed()
        effects.append(.reply(waiter, .success(reply)))
      case (.caller(let waiter), .refresh):
        // The next sign-in may use up the token that this one names.
        outstanding[id] = nil
        let fault = ClientFault(.connectionLost, "The connection was lost")
        effects.append(.reply(waiter, .failure(fault)))
      default: break
      }
    }
    return effects
  }

  /// Ends the conversation.
  ///
  /// Everybody who waits is told why.
  mutating func end(_ fault: ClientFault) -> [Effect] {
    if case .ended = phase { return [] }
    var effects: [Effect] = []
    if let attempt { effects += failAttempt(attempt.number, fault) }
    phase = .ended(fault)
    if let comingBack { effects.append(.stop(comingBack)) }
    comingBack = nil
    for request in outstanding.sorted(by: { $0.key < $1.key }).map(\.value) {
      if case .caller(let waiter) = request.purpose {
        effects.append(.reply(waiter, .failure(fault)))
      }
    }
    outstanding.removeAll()
    unsent.removeAll()
    if let reader, notices.isEmpty { effects.append(.tell(reader, nil)) }
    reader = nil
    if let connection { effects.append(.leave(connection)) }
    return effects
  }
}

extension Parting {
  init(_ goodbye: Goodbye) {
    fault = ClientFault(.init(rawValue: goodbye.code), goodbye.message)
    isFinal = ["farewell", "superseded", "signed_out", "role_changed", "recording_over"]
      .contains(goodbye.code)
  }

  init(_ failed: Failed) {
    fault = ClientFault(.init(rawValue: failed.code), failed.message)
    isFinal = failed.retryAfterMs == 0
  }
}
