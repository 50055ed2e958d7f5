import Schema

// What proves who the client is, from one sign-in to the next.
extension ConversationState {
  /// How long before its end a token is not tried any more.
  private static let margin = Duration.seconds(10)

  /// Keeps the tokens of a welcome or a refresh.
  ///
  /// - Parameters:
  ///   - token: The token.
  ///   - expiresUs: When the token expires, in microseconds since 1970 as the server counts them; 0
  ///     for never.
  ///   - refreshToken: Empty when the one at hand stays good.
  mutating func keep(_ token: String, expiresUs: Int64, _ refreshToken: String) {
    credential = .token(token)
    if !refreshToken.isEmpty { self.refreshToken = refreshToken }
    // Both times are the server's, so a client's wrong clock does no harm.
    let (life, overflows) = expiresUs.subtractingReportingOverflow(welcome?.timeUs ?? 0)
    tokenEnd =
      expiresUs == 0 || overflows ? nil : welcomedAt + .microseconds(life) - Self.margin
  }

  /// What to sign in with now.
  func currentCredential() -> Credential {
    guard case .token = credential, let refreshToken, let tokenEnd, tokenEnd <= .now else {
      return credential
    }
    return .refreshToken(refreshToken)
  }

  /// Goes on without the token, which the server does not take.
  ///
  /// - Returns: Whether there is a refresh token to try instead.
  mutating func dropToken() -> Bool {
    guard case .token = currentCredential(), let refreshToken else { return false }
    credential = .refreshToken(refreshToken)
    return true
  }
}
