package import EventLog
import GRDB
package import World

/// What somebody gives to prove who they are.
package enum Evidence: Sendable {
  /// A token of an earlier sign-in, or an operator's.
  case token(String)
  /// A refresh token.
  case refreshToken(String)
  /// An account's name and password.
  case password(name: String, password: String)
  /// An account's name, a code from an operator, and the password that is to hold.
  case resetCode(name: String, code: String, password: String)
}

/// Somebody who proved who they are.
package struct Proof: Sendable {
  /// Who.
  package let bearer: Bearer
  /// What the tokens are granted for that take them further.
  package let basis: GrantBasis

  /// What was proved, and by what.
  package init(bearer: Bearer, basis: GrantBasis) {
    self.bearer = bearer
    self.basis = basis
  }
}

/// What a client signs in with the next time.
package struct Grant: Sendable {
  /// The token.
  package let token: String
  /// When it ends; nil for not by time.
  package let expires: Timestamp?
  /// The refresh token; nil when the one that the client has, if any, stays good.
  package let refreshToken: String?
  /// The generation that it belongs to.
  package let generation: Int64

  /// Tokens of one generation.
  package init(token: String, expires: Timestamp?, refreshToken: String?, generation: Int64) {
    self.token = token
    self.expires = expires
    self.refreshToken = refreshToken
    self.generation = generation
  }
}

/// A grant that waits for the next transaction.
struct GrantRequest {
  let player: PlayerID
  let generation: Int64?
  let presented: RefreshToken?
  let continuation: CheckedContinuation<Result<PreparedGrant, AccountRefusal>, Never>
}

/// A grant whose token is still to be signed.
struct PreparedGrant {
  let refreshToken: String
  let generation: Int64
}

extension AccountDesk {
  /// Looks who somebody is.
  ///
  /// A refresh token is not used up by this, but by the grant that follows.
  ///
  /// - Throws: `bad_token`, `bad_credentials`, `bad_reset_code`, `weak_password`, `busy`,
  ///   `unavailable`.
  package func prove(_ evidence: Evidence) async throws(AccountRefusal) -> Proof {
    switch evidence {
    case .token(let token):
      return try await prove(token: token)
    case .refreshToken(let text):
      guard let token = RefreshToken(text) else { throw .badToken }
      let now = configuration.now()
      let bearer = try attempt { () throws(AccountFault) in try store.bearer(of: token, at: now) }
      guard let bearer else { throw .badToken }
      return Proof(bearer: bearer, basis: .refreshToken(text))
    case .password(let name, let password):
      return try await prove(name: name, password: password)
    case .resetCode(let name, let code, let password):
      return try await reset(name: name, code: code, password: password)
    }
  }

  private func prove(token: String) async throws(AccountRefusal) -> Proof {
    guard let contents = await tokens.contents(of: token, at: configuration.now()) else {
      throw .badToken
    }
    if case .player(let player, let generation) = contents.bearer {
      let current = try attempt { () throws(AccountFault) in try store.generation(of: player) }
      guard current == generation else { throw .badToken }
      // A token from before tokens ended: its bearer gets tokens of today's kind.
      if contents.expires == nil { return Proof(bearer: contents.bearer, basis: .newFamily) }
    }
    return Proof(
      bearer: contents.bearer, basis: .token(token, expires: contents.expires))
  }

  private func prove(name: String, password: String) async throws(AccountRefusal) -> Proof {
    let password = try Password(given: password)
    var record: PasswordRecord?
    if let name = AccountName(name) {
      record = try attempt { () throws(AccountFault) in try store.password(named: name) }
    }
    return try await prove(record, password)
  }

  /// Checks a password against what was known of it.
  ///
  /// The proof is of the generation of that moment: a password that is changed while it waits to be
  /// hashed proves nothing any more.
  func prove(
    _ record: PasswordRecord?, _ password: Password
  ) async throws(AccountRefusal) -> Proof {
    let record = try await check(record, password)
    guard let generation = record.generation else { throw .badCredentials }
    return Proof(bearer: .player(record.player, generation: generation), basis: .newFamily)
  }

  private func reset(
    name: String, code: String, password: String
  ) async throws(AccountRefusal) -> Proof {
    let (password, cost, now) = (
      try Password(new: password), configuration.cost, configuration.now()
    )
    guard let name = AccountName(name), let code = ResetCode(code),
      try attempt({ () throws(AccountFault) in try store.isGood(code, named: name, at: now) })
    else { throw .badResetCode }
    let hash = try await hasher.run { () throws(AccountRefusal) in
      try PasswordHash(of: password, cost: cost)
    }
    let bearer = try attempt { () throws(AccountFault) in
      try store.reset(by: code, named: name, to: hash, at: now)
    }
    guard let bearer else { throw .badResetCode }
    tellRevocations()
    return Proof(bearer: bearer, basis: .newFamily)
  }

  // MARK: Grants

  /// Gives a player what the next sign-in is made with.
  ///
  /// Those who ask at the same time share one transaction, so a thousand guests at once cost a few.
  ///
  /// - Parameters:
  ///   - player: The player, who is durable in the log.
  ///   - generation: The generation that was proven; nil for somebody new.
  /// - Throws: `signed_out` when what was proven has become void meanwhile, `unavailable`.
  package func grant(
    to player: PlayerID, generation: Int64?, for basis: GrantBasis
  ) async throws(AccountRefusal) -> Grant {
    var presented: RefreshToken?
    switch basis {
    case .token(let token, let expires):
      let current = try attempt { () throws(AccountFault) in try store.generation(of: player) }
      guard let current, current == generation else { throw .signedOut }
      return Grant(token: token, expires: expires, refreshToken: nil, generation: current)
    case .refreshToken(let text):
      guard let token = RefreshToken(text) else { throw .badToken }
      presented = token
    case .newFamily:
      break
    }
    let token = presented
    let prepared = try await withCheckedContinuation { continuation in
      requested.append(
        GrantRequest(
          player: player, generation: generation, presented: token, continuation: continuation))
      // Behind whatever is waiting for the desk by now.
      if requested.count == 1 { Task { grantRequested() } }
    }.get()
    return try await grant(prepared, to: player)
  }

  private func grant(
    _ prepared: PreparedGrant, to player: PlayerID
  ) async throws(AccountRefusal) -> Grant {
    let now = configuration.now()
    let expires = Timestamp(
      microseconds: (now.microseconds + configuration.tokenLife) / 1_000_000 * 1_000_000)
    let bearer = Bearer.player(player, generation: prepared.generation)
    return Grant(
      token: try await tokens.token(for: bearer, at: now, expires: expires), expires: expires,
      refreshToken: prepared.refreshToken, generation: prepared.generation)
  }

  var familyRules: FamilyRules {
    FamilyRules(life: configuration.refreshLife, familiesMax: configuration.devicesMax)
  }

  private func grantRequested() {
    let requests = requested
    requested = []
    let (now, rules) = (configuration.now(), familyRules)
    let results: [Result<PreparedGrant, AccountRefusal>]
    do throws(AccountRefusal) {
      results = try attempt { () throws(AccountFault) in
        try store.change { database in
          try requests.map { request in
            let standing = try AccountStore.standing(database, request.player)
            guard let generation = request.generation ?? standing,
              let token = try AccountStore.grant(
                database, request.player, generation: generation, after: request.presented, rules,
                at: now)
            else { return .failure(.signedOut) }
            return .success(PreparedGrant(refreshToken: token.text, generation: generation))
          }
        }
      }
    } catch {
      results = requests.map { _ in .failure(error) }
    }
    for (request, result) in zip(requests, results) {
      request.continuation.resume(returning: result)
    }
  }

  /// Notes that a refresh token has arrived, so that the one before it is not good any more.
  ///
  /// Until then that one is, for a client whose connection broke before it read the answer.
  package func noteReceipt(of refreshToken: String) {
    guard let token = RefreshToken(refreshToken) else { return }
    do {
      try store.noteReceipt(of: token)
    } catch {
      // The token before stays good for longer; nobody is kept out.
      configuration.onFault(error)
    }
  }
}
