package import NIOWebSocket

/// Why a message could not be dealt with: the codes of `Failed`.
///
/// They are for ever: clients decide by them.
package enum FailureCode: String, CaseIterable, Sendable {
  /// The bytes are no client message.
  case malformed
  /// The message asks for nothing, or for something this server does not know.
  case unknownRequest = "unknown_request"
  /// The request's id, or a field that the gateway itself reads, is not as it must be.
  case badRequest = "bad_request"
  /// The connection has not signed in yet.
  case signInFirst = "sign_in_first"
  /// The connection has signed in before, or is about to.
  case alreadySignedIn = "already_signed_in"
  /// The token is no token of this world or not good any more, or its player cannot come in.
  case badToken = "bad_token"
  /// No account has this name and this password.
  case badCredentials = "bad_credentials"
  /// The code with which a password is set anew is not good.
  case badResetCode = "bad_reset_code"
  /// The account's name is not one that an account may have.
  case invalidName = "invalid_name"
  /// Another account has the name.
  case nameTaken = "name_taken"
  /// The password is too short or too long.
  case weakPassword = "weak_password"
  /// The mail address is none.
  case invalidMail = "invalid_mail"
  /// The player is an account already.
  case alreadyRegistered = "already_registered"
  /// The player is a guest.
  case notRegistered = "not_registered"
  /// More messages, or more requests of one player, than the limit allows.
  case tooFast = "too_fast"
  /// More tries to sign in, to register or to set a password than the limit allows.
  case tooManyAttempts = "too_many_attempts"
  /// More requests without reply than the limit allows.
  case tooManyInFlight = "too_many_in_flight"
  /// More topics than one connection may watch.
  case tooManyTopics = "too_many_topics"
  /// The server has more to do than it can take on at the moment.
  case busy
}

/// Why the server closes a connection: the codes of `Goodbye`.
///
/// They are for ever: clients decide by them.
package enum GoodbyeCode: String, CaseIterable, Sendable {
  /// The client said farewell.
  case farewell
  /// The same player signed in on another connection.
  case superseded
  /// Everything that proved who the player is was made void.
  case signedOut = "signed_out"
  /// The server ended the session.
  case expelled
  /// The client watched what its player's new role may not watch.
  case roleChanged = "role_changed"
  /// The recording that was watched is over.
  case recordingOver = "recording_over"
  /// The server is being shut down.
  case serverStopping = "server_stopping"
  /// The client reads more slowly than events arrive.
  case tooSlow = "too_slow"
  /// The client goes on sending in spite of refusals.
  case flooding
  /// Malformed messages, one after the other.
  case malformed
  /// A message longer than the limit.
  case messageTooLarge = "message_too_large"
  /// Frames that RFC 6455 does not allow.
  case badFraming = "bad_framing"
  /// Text that is not UTF-8.
  case notUTF8 = "not_utf8"
  /// A compressed message that does not decompress.
  case badCompression = "bad_compression"
  /// Text in the binary subprotocol, or bytes in that of text.
  case wrongFrameKind = "wrong_frame_kind"
  /// No sign-in in time.
  case signInTimeout = "sign_in_timeout"
  /// Sign-in was refused too often.
  case signInRefused = "sign_in_refused"
  /// Nothing was heard for too long.
  case silent
  /// What the client missed can no longer be read.
  case resumeFailed = "resume_failed"
  /// The server is at fault.
  case internalFault = "internal_fault"
}

extension GoodbyeCode {
  /// The code of the WebSocket close frame that follows (RFC 6455, section 7.4.1).
  package var closeCode: WebSocketErrorCode {
    switch self {
    case .farewell, .recordingOver: .normalClosure
    case .serverStopping: .goingAway
    case .badFraming: .protocolError
    case .wrongFrameKind: .unacceptableData
    case .notUTF8, .badCompression: .dataInconsistentWithMessage
    case .messageTooLarge: .messageTooLarge
    case .internalFault, .resumeFailed: .unexpectedServerError
    case .superseded, .signedOut, .expelled, .roleChanged, .tooSlow, .flooding, .malformed,
      .signInTimeout, .signInRefused,
      .silent:
      .policyViolation
    }
  }

  /// The sentence for people.
  package var message: String {
    switch self {
    case .farewell: "The session is closed."
    case .superseded: "The same player signed in on another connection."
    case .signedOut: "The player was signed out everywhere. Sign in anew."
    case .expelled: "The server closed the session."
    case .roleChanged:
      "You have another role, which may not watch all that you watched. Reconnect and subscribe anew."
    case .recordingOver: "The recording is over; all of it was shown."
    case .serverStopping: "The server is being shut down. Reconnect in a while."
    case .tooSlow: "Events arrive faster than they are read. Reconnect and resume."
    case .flooding: "Too many messages were sent in spite of refusals."
    case .malformed: "Too many malformed messages came one after the other."
    case .messageTooLarge:
      "A message was longer than the limit that Welcome states, or in too many fragments."
    case .badFraming: "A frame breaks the rules of RFC 6455."
    case .notUTF8: "A text message was not UTF-8."
    case .badCompression: "A compressed message does not decompress."
    case .wrongFrameKind:
      "finalverse.v1.proto takes binary messages, finalverse.v1.json takes text messages."
    case .signInTimeout: "Nobody signed in in time."
    case .signInRefused: "Sign-in was refused too often."
    case .silent: "Nothing was heard for too long. Answer pings, or send something now and then."
    case .resumeFailed:
      "What was missed cannot be read. Reconnect and subscribe without a position."
    case .internalFault: "The server failed to put a message together. Reconnect and resume."
    }
  }
}
