public import NIOCore
public import Schema

/// Who signs in.
public enum Credential: Hashable, Sendable {
  /// Somebody new.
  ///
  /// The welcome brings the token that makes it somebody known.
  case guest
  /// Whoever has this token, from an earlier welcome, until it expires.
  case token(String)
  /// Whoever has this refresh token, the latest of a player's.
  case refreshToken(String)
  /// An account.
  case password(name: String, password: String)
  /// An account whose password is set anew with a code from an operator.
  case resetCode(name: String, code: String, newPassword: String)
}

/// How a client comes back after its connection was lost.
public struct Reconnection: Hashable, Sendable {
  /// How many attempts in a row may fail before the client gives up; 1 and up.
  public var attemptsMax: Int
  /// The wait before the first attempt.
  ///
  /// It doubles with each, and a random part of up to a half is taken off, so that many clients of
  /// one server do not come back all at once.
  public var firstPause: Duration
  /// The longest wait.
  public var longestPause: Duration

  /// With the defaults, a client tries for about two minutes.
  public init(
    attemptsMax: Int = 40, firstPause: Duration = .milliseconds(100),
    longestPause: Duration = .seconds(4)
  ) {
    self.attemptsMax = attemptsMax
    self.firstPause = firstPause
    self.longestPause = longestPause
  }

  /// The wait before an attempt.
  ///
  /// - Parameter attempt: Its number; 1 and up.
  func pause(before attempt: Int) -> Duration {
    let doublings = min(attempt - 1, 20)
    let whole = min(longestPause, firstPause * (1 << doublings))
    return whole * Double.random(in: 0.5...1)
  }
}

/// A message on its way, as an observer sees it.
public enum Traffic: Sendable {
  /// The client sends this now.
  ///
  /// A request sent again after a lost connection is seen again, with the same id.
  case sent(ClientMessage)
  /// The server sent this.
  ///
  /// A welcome begins a new connection.
  case received(ServerMessage)
}

/// How a client behaves.
public struct ClientOptions: Sendable {
  /// Who signs in.
  public var credential: Credential = .guest
  /// Whose word is taken for who the server is, at a `wss://` address; nil: that of the authorities
  /// that this machine trusts.
  public var authorities: TrustedAuthorities?
  /// The program's name and version, for the operators' eyes; up to 64 characters.
  public var program = "finalverse-swift/1"
  /// How to come back after the connection was lost; nil: not at all.
  public var reconnection: Reconnection? = Reconnection()
  /// How long connecting and signing in may take together.
  public var attemptTimeout: Duration = .seconds(10)
  /// How long a request is kept waiting, in all, when the server says to try again in a while: it is sent
  /// again then, a command with the same command id.
  ///
  /// Zero: what the server says is thrown at once.
  public var patience: Duration = .seconds(30)
  /// How often the client pings.
  ///
  /// Two pings without a sound from the server are a lost connection. When the server puts up with
  /// less silence than three of these, the client pings three times in that span.
  public var pingInterval: Duration = .seconds(10)
  /// How many notices wait for their reader.
  ///
  /// A reader that falls behind further is caught up from the log once it has read them; it misses
  /// nothing. 1 and up.
  public var noticesMax = 4_096
  /// Bytes of the largest message taken from the server, as it comes and decompressed; 125 and up.
  public var messageBytesMax = 16 << 20
  /// Whether the server is offered to compress what it sends (permessage-deflate); what the client
  /// sends is too short for that.
  ///
  /// It saves much of the network and costs some time, and up to 100 KB a connection. A server that
  /// does not take the offer sends as without it.
  public var compresses = true
  /// Called with every message as it passes, in the order of the wire, on the connection's event
  /// loop: it must be quick and must not block.
  ///
  /// With an observer, ``FinalverseClient/notices`` tells of the connection alone; what the server
  /// pushes is for the observer.
  public var observer: (@Sendable (Traffic) -> Void)?
  /// The threads that carry the connection; nil: those that the whole process shares.
  ///
  /// Many clients of one program cost no more threads than one.
  public var eventLoopGroup: (any EventLoopGroup)?

  /// The defaults.
  public init() {}
}
