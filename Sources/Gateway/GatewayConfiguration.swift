package import NIOCore
import WebSocket

/// Where the gateway listens and what it puts up with.
package struct GatewayConfiguration: Sendable {
  /// The name or address to listen on.
  package var host = "127.0.0.1"
  /// The port to listen on; 0 lets the system choose one.
  package var port = 7777
  /// How many event loops serve the connections.
  package var eventLoops = max(1, System.coreCount / 2)
  /// Origins, as `scheme://host:port`, whose pages may connect besides those of the same host.
  package var allowedOrigins: [String] = []
  /// What connections are secured with; nil when the port speaks no TLS.
  package var certificate: CertificateInUse?
  /// Whether messages are compressed for clients that offer it.
  package var compresses = true
  /// Who is answered at `/metrics`.
  package var metricsAccess = MetricsAccess.local
  /// What is put up with from clients.
  package var limits = ConnectionLimits()

  /// The defaults: for a world on this machine alone.
  package init() {}
}

/// What the gateway puts up with.
///
/// Every queue and every wait has its bound here.
package struct ConnectionLimits: Sendable {
  /// Connections at one time, in any state; more are answered 503.
  package var connectionsMax = 20_000
  /// Bytes of one client message, all its frames together.
  package var messageBytesMax = 65_536
  /// Frames of one client message.
  package var fragmentsMax = 1_024
  /// Messages a second that a connection may send on average.
  package var messagesPerSecond = 200
  /// Messages that a connection may send at once after a rest.
  package var messageBurst = 400
  /// Requests a second that a player may make on average, on whatever connections.
  package var requestsPerSecond = 200
  /// Requests that a player may make at once after a rest.
  package var requestBurst = 400
  /// How often somebody may try to sign in, to register, or to set a password.
  package var attempts = AttemptLimits()
  /// Requests of a connection without reply.
  package var inFlightMax = 64
  /// Topics that a connection watches or has asked to watch.
  package var topicsMax = 16
  /// Bytes that wait for a connection to read them, from which on it is behind; and bytes of replies that
  /// wait while it is.
  package var pendingBytesMax = 1 << 20
  /// Bytes that wait for all connections of an event loop that are behind; beyond it the slowest is
  /// closed.
  package var unreadBytesMax = 128 << 20
  /// Bytes that wait for all connections of an event loop, behind or not, and each for itself where many
  /// are to be sent the same; beyond it those for whom most waits are closed.
  package var waitingBytesMax = 1 << 30
  /// Refusals in a row after which a sender counts as hostile.
  package var refusalsMax = 100
  /// Malformed messages in a row after which a sender counts as hostile.
  package var malformedMax = 10
  /// Refused sign-ins after which the connection is closed.
  package var signInTriesMax = 3
  /// How long a connection may take to send a request, and then to sign in.
  package var handshakeTimeout = TimeAmount.seconds(10)
  /// Silence after which a connection is closed.
  ///
  /// It is pinged at half of it.
  package var silenceTimeout = TimeAmount.seconds(60)
  /// How long a connection that is behind may take to read what it was sent last.
  package var readingTimeout = TimeAmount.seconds(10)
  /// How long a connection that reads too slowly may stay behind.
  package var laggingTimeout = TimeAmount.seconds(60)
  /// How long a connection that is being closed may take to read what it is still owed.
  package var closingTimeout = TimeAmount.seconds(5)
  /// How long requests in flight may take to be answered when the server is shut down.
  package var stoppingTimeout = TimeAmount.seconds(5)

  /// The defaults.
  package init() {}

  /// A message counts as one for each so many bytes that it begins, since what it costs to read and to
  /// deal with grows with them.
  static let bytesPerMessage = 4_096

  /// As how many messages one counts.
  static func weight(ofBytes count: Int) -> Int { max(1, (count - 1) / bytesPerMessage + 1) }

  /// Those of a single message.
  var messages: MessageLimits {
    MessageLimits(bytesMax: messageBytesMax, fragmentsMax: fragmentsMax)
  }

  /// How often time-outs are looked for.
  var sweepInterval: TimeAmount {
    let shortest = min(
      handshakeTimeout, silenceTimeout, readingTimeout, laggingTimeout, closingTimeout)
    return .nanoseconds(max(1_000_000, min(1_000_000_000, shortest.nanoseconds / 4)))
  }
}
