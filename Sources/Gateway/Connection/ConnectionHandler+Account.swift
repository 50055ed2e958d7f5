import Accounts
import Engine
import EventLog
import NIOCore
import Schema
import SwiftProtobuf
import World

// What somebody who is signed in asks of the accounts. It is looked at away from the event loop.
extension ConnectionHandler {
  /// Turns the guest into an account.
  func register(_ id: UInt64, _ register: Register, _ session: Session) throws(Refusal) {
    try change(id, session) { (accounts, player, generation) async throws(AccountRefusal) in
      try await accounts.register(
        player, generation: generation, name: register.name, password: register.password,
        mail: register.mail)
      return .registered(Registered())
    }
  }

  /// Changes the password; this session goes on.
  func changePassword(
    _ id: UInt64, _ change: ChangePassword, _ session: Session
  ) throws(Refusal) {
    let connection = NIOLoopBound(self, eventLoop: board.eventLoop)
    try self.change(id, session, trying: .player(session.requester.player)) {
      (accounts, player, _) async throws(AccountRefusal) in
      let grant = try await accounts.changePassword(
        of: player, from: change.oldPassword, to: change.newPassword
      ) { generation in
        connection.eventLoop.execute { connection.value.generation = generation }
      }
      return .tokens(Tokens(grant))
    }
  }

  /// Changes the mail address.
  func changeMail(_ id: UInt64, _ mail: ChangeMail, _ session: Session) throws(Refusal) {
    try change(id, session, trying: .player(session.requester.player)) {
      (accounts, player, _) async throws(AccountRefusal) in
      try await accounts.changeMail(of: player, password: mail.password, to: mail.mail)
      return .mailChanged(MailChanged())
    }
  }

  /// Ends this session and all others of the player, and makes its tokens void.
  func signOutEverywhere(_ id: UInt64, _ session: Session) throws(Refusal) {
    let connection = NIOLoopBound(self, eventLoop: board.eventLoop)
    try change(id, session) { (accounts, player, _) async throws(AccountRefusal) in
      try await accounts.signOutEverywhere(player) {
        connection.eventLoop.execute {
          connection.value.close(.signedOut, ending: .expelled, request: id)
        }
      }
      return nil
    }
  }

  /// Gives new tokens for a refresh token.
  func refresh(_ id: UInt64, _ refresh: Refresh, _ session: Session) throws(Refusal) {
    try change(id, session) { (accounts, player, _) async throws(AccountRefusal) in
      .tokens(Tokens(try await accounts.refresh(refresh.refreshToken, of: player)))
    }
  }

  /// Asks the accounts for one thing.
  ///
  /// - Parameter subject: Whose password is tried, if one is.
  private func change(
    _ id: UInt64, _ session: Session, trying subject: Attempt.Subject? = nil,
    _ work:
      @escaping @Sendable (any FrontDesk, PlayerID, Int64) async throws(AccountRefusal) ->
      ServerMessage.OneOf_Message?
  ) throws(Refusal) {
    guard session.requester.role == .player, let generation else {
      throw Refusal(code: .badRequest, message: "An operator is no account.")
    }
    guard !isChangingAccount else {
      throw Refusal(
        code: .tooManyInFlight, message: "One change of an account at a time.",
        retryAfterMilliseconds: 100)
    }
    let attempt = try admit(for: subject)
    isChangingAccount = true
    let connection = NIOLoopBound(self, eventLoop: board.eventLoop)
    let player = session.requester.player
    Task { [accounts = board.accounts] in
      let reply = await result { () async throws(AccountRefusal) in
        try await work(accounts, player, generation)
      }
      connection.eventLoop.execute { connection.value.finishChange(id, reply, attempt) }
    }
  }

  private func finishChange(
    _ id: UInt64, _ reply: Result<ServerMessage.OneOf_Message?, AccountRefusal>,
    _ attempt: Attempt
  ) {
    isChangingAccount = false
    switch reply {
    case .success(.registered): break
    case .success: board.attempts.forget(attempt)
    case .failure(let refusal):
      if refusal.retryAfterMilliseconds > 0 { board.attempts.forget(attempt) }
    }
    guard case .signedIn = stage else { return }
    settle(id)
    switch reply {
    case .success(let reply):
      send(
        .with {
          $0.id = id
          $0.message = reply
        })
    case .failure(let refusal):
      fail(id, refusal)
      if [.badCredentials, .badToken].contains(refusal) {
        signInRefusals += 1
        if signInRefusals >= board.limits.signInTriesMax {
          close(.signInRefused, ending: .expelled)
        }
      }
    }
    flush()
    if board.isStopping, inFlight.isEmpty { stop() }
  }

  /// Whoever sends something after a welcome has read it: the refresh token in it has arrived.
  ///
  /// One that a request for new tokens brought counts as arrived when it is used, for more requests
  /// may have been on their way behind that one.
  func noteReceipt() {
    guard let token = unreceived.take() else { return }
    Task { [accounts = board.accounts] in
      await accounts.noteReceipt(of: token)
    }
  }

  /// Ends the session if what it rests on was made void.
  ///
  /// - Parameter good: The generations that are good, of players who were signed out.
  func heed(_ good: [PlayerID: Int64]) {
    guard let session, session.requester.role == .player,
      let current = good[session.requester.player], generation.map({ $0 < current }) ?? true
    else { return }
    close(.signedOut, ending: .expelled)
  }

  /// Answers with what the accounts say.
  func fail(_ id: UInt64, _ refusal: AccountRefusal) {
    fail(
      id, FailureCode(refusal), refusal.message,
      retryAfterMilliseconds: refusal.retryAfterMilliseconds)
  }
}

/// What became of something that may be refused.
func result<Value>(
  _ body: () async throws(AccountRefusal) -> Value
) async -> Result<Value, AccountRefusal> {
  do throws(AccountRefusal) {
    return .success(try await body())
  } catch {
    return .failure(error)
  }
}

extension AccountRefusal {
  /// How long to wait before trying again; 0 when waiting does not help.
  var retryAfterMilliseconds: UInt32 {
    switch self {
    case .busy: 2_000
    case .unavailable: 5_000
    default: 0
    }
  }
}

extension FailureCode {
  /// The code of what the accounts say.
  init(_ refusal: AccountRefusal) {
    self =
      switch refusal {
      case .badToken, .signedOut: .badToken
      case .badCredentials: .badCredentials
      case .badResetCode: .badResetCode
      case .invalidName: .invalidName
      case .nameTaken: .nameTaken
      case .weakPassword: .weakPassword
      case .invalidMail: .invalidMail
      case .alreadyRegistered: .alreadyRegistered
      case .notRegistered: .notRegistered
      case .noAccounts: .badRequest
      case .busy, .unavailable: .busy
      }
  }
}

extension Tokens {
  fileprivate init(_ grant: Grant) {
    self.init()
    token = grant.token
    tokenExpiresUs = grant.expires?.microseconds ?? 0
    refreshToken = grant.refreshToken ?? ""
  }
}
