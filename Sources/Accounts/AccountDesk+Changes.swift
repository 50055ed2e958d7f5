import EventLog
package import World

// What somebody who is signed in may ask for.
extension AccountDesk {
  /// Turns a guest into an account.
  ///
  /// Asked for again with the same name and password, it is done already.
  ///
  /// - Parameters:
  ///   - generation: The generation that the connection proved.
  ///   - mail: A mail address; empty for none.
  /// - Throws: `invalid_name`, `weak_password`, `invalid_mail`, `name_taken`, `already_registered`,
  ///   `signed_out`, `busy`, `unavailable`.
  package func register(
    _ player: PlayerID, generation: Int64, name: String, password: String, mail: String
  ) async throws(AccountRefusal) {
    guard let name = AccountName(name) else { throw .invalidName }
    let (password, cost) = (try Password(new: password), configuration.cost)
    let address = MailAddress(mail)
    guard mail.isEmpty || address != nil else { throw .invalidMail }
    if let known = try attempt({ () throws(AccountFault) in try store.password(of: player) }) {
      guard AccountName(known.name)?.key == name.key else { throw .alreadyRegistered }
      do {
        _ = try await check(known, password)
        return
      } catch .badCredentials {
        throw .alreadyRegistered
      }
    }
    if try attempt({ () throws(AccountFault) in try store.password(named: name) }) != nil {
      throw .nameTaken
    }
    let hash = try await hasher.run { () throws(AccountRefusal) in
      try PasswordHash(of: password, cost: cost)
    }
    let now = configuration.now()
    let refusal = try attempt { () throws(AccountFault) in
      try store.register(player, generation: generation, name, hash, mail: address, at: now)
    }
    if let refusal { throw refusal }
  }

  /// Changes a password; everything that proved who the player is becomes void, and open sessions
  /// end but the one that asks.
  ///
  /// - Parameters:
  ///   - onChange: Called on the desk's thread with the generation that is good from now on, before
  ///     anybody is told who was signed out.
  /// - Returns: New tokens, for the one that asks.
  /// - Throws: `weak_password`, `not_registered`, `bad_credentials`, `signed_out`, `busy`,
  ///   `unavailable`.
  package func changePassword(
    of player: PlayerID, from old: String, to new: String,
    onChange: @Sendable (Int64) -> Void
  ) async throws(AccountRefusal) -> Grant {
    let (old, new, cost) = (try Password(given: old), try Password(new: new), configuration.cost)
    let record = try attempt { () throws(AccountFault) in try store.password(of: player) }
    guard let record else { throw .notRegistered }
    let checked = try await check(record, old)
    let hash = try await hasher.run { () throws(AccountRefusal) in
      try PasswordHash(of: new, cost: cost)
    }
    let generation = try attempt { () throws(AccountFault) in
      try store.changePassword(checked, to: hash)
    }
    guard let generation else { throw .signedOut }
    onChange(generation)
    tellRevocations()
    return try await grant(to: player, generation: generation, for: .newFamily)
  }

  /// Changes the mail address of an account.
  ///
  /// The former is gone from the store's files; if somebody reads these at the moment, the operator is
  /// told what to do.
  ///
  /// - Parameter mail: A mail address; empty for none.
  /// - Throws: `invalid_mail`, `not_registered`, `bad_credentials`, `signed_out`, `busy`, `unavailable`.
  /// - Complexity: O(*n*) for a store of *n* bytes, which is looked through for the former address.
  package func changeMail(
    of player: PlayerID, password: String, to mail: String
  ) async throws(AccountRefusal) {
    let address = MailAddress(mail)
    guard mail.isEmpty || address != nil else { throw .invalidMail }
    let password = try Password(given: password)
    let record = try attempt { () throws(AccountFault) in try store.password(of: player) }
    guard let record else { throw .notRegistered }
    let checked = try await check(record, password)
    let former = try attempt { () throws(AccountFault) in
      try store.replaceMail(of: player, ifPassword: checked.hash, by: address)
    }
    guard let former else { throw .signedOut }
    guard let text = former.mail, text != address?.text else { return }
    do {
      try store.removeBytes(of: [text], patience: Self.removalPatience) {
        """
        the mail address of player \(player) is changed, but \(store.path)-wal still holds the former, because somebody reads the store. \
        Give it the new one again when that is over: finalverse account mail
        """
      }
    } catch {
      configuration.onFault(error)
    }
  }

  /// Makes everything void that proved who a player is; open sessions end.
  ///
  /// - Parameters:
  ///   - onChange: Called on the desk's thread, before anybody is told who was signed out.
  /// - Throws: `unavailable`.
  package func signOutEverywhere(
    _ player: PlayerID, onChange: @Sendable () -> Void
  ) throws(AccountRefusal) {
    try attempt { () throws(AccountFault) in try store.signOut(player) }
    onChange()
    tellRevocations()
  }

  /// Gives new tokens for a refresh token of the player's.
  ///
  /// - Throws: `bad_token`, `signed_out`, `unavailable`.
  package func refresh(_ text: String, of player: PlayerID) async throws(AccountRefusal) -> Grant {
    let proof = try await prove(.refreshToken(text))
    guard case .player(player, generation: let generation) = proof.bearer else { throw .badToken }
    return try await grant(to: player, generation: generation, for: proof.basis)
  }
}
