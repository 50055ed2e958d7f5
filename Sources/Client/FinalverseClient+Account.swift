import Schema

// The player's account. A guest has none, and is lost when its tokens are.
extension FinalverseClient {
  /// Turns the guest into an account: the player stays the same.
  ///
  /// - Parameters:
  ///   - name: What to sign in with; not the profile's name, and not shown to other players.
  ///   - password: 8 to 128 characters.
  ///   - mail: Where the operators can reach the person; empty for nowhere.
  /// - Throws: `RequestFailed` with `invalid_name`, `name_taken`, `weak_password`, `invalid_mail` or
  ///   `already_registered`; `ClientFault`.
  public func register(name: String, password: String, mail: String = "") async throws {
    var register = Register()
    register.name = name
    register.password = password
    register.mail = mail
    let reply = try await conversation.reply(to: .register(register))
    guard case .registered? = reply.message else {
      throw ClientFault.unfitting(reply, for: "a registration")
    }
  }

  /// Changes the password: all other sessions end, and earlier tokens are void.
  ///
  /// - Throws: `RequestFailed` with `bad_credentials`, `weak_password` or `not_registered`;
  ///   `ClientFault`.
  public func changePassword(from old: String, to new: String) async throws {
    var change = ChangePassword()
    change.oldPassword = old
    change.newPassword = new
    try check(try await conversation.reply(to: .changePassword(change)))
  }

  /// Changes where the operators can reach the person.
  ///
  /// - Parameters:
  ///   - mail: A mail address; empty for none.
  ///   - password: The account's password.
  /// - Throws: `RequestFailed` with `invalid_mail`, `bad_credentials` or `not_registered`; `ClientFault`.
  public func changeMail(to mail: String, password: String) async throws {
    var change = ChangeMail()
    change.mail = mail
    change.password = password
    let reply = try await conversation.reply(to: .changeMail(change))
    guard case .mailChanged? = reply.message else {
      throw ClientFault.unfitting(reply, for: "a change of the mail address")
    }
  }

  /// Gets new tokens, so that ``token`` is good for its whole life again.
  ///
  /// The client does not need it for itself: it refreshes when it comes back.
  ///
  /// - Throws: `RequestFailed` with `bad_token`; `ClientFault`, also when the connection is lost before
  ///   the answer: then the client finds out which tokens are good when it comes back.
  public func refreshTokens() async throws {
    var refresh = Refresh()
    refresh.refreshToken = refreshToken
    try check(try await conversation.reply(to: .refresh(refresh)))
  }

  /// Ends the session here and everywhere, makes all tokens void, and closes the client.
  ///
  /// An account comes back with its password, a guest does not.
  ///
  /// - Throws: `RequestFailed` or `ClientFault`.
  public func signOutEverywhere() async throws {
    _ = try await conversation.reply(to: .signOutEverywhere(SignOutEverywhere()))
    close()
  }

  /// The tokens are kept by the conversation, in the order of the wire.
  private func check(_ reply: ServerMessage) throws {
    guard case .tokens? = reply.message else {
      throw ClientFault.unfitting(reply, for: "new tokens")
    }
  }
}
