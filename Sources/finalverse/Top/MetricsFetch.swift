import Client
import Metrics
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Asks a server for its metrics, each time on a connection of its own.
struct MetricsFetch: Sendable {
  /// The most bytes that an answer may have.
  private static let bytesMax = 8 << 20
  /// How long connecting may take, and then the answer.
  private static let patience = TimeAmount.seconds(5)

  /// Whom to ask.
  let address: MetricsAddress
  /// Whom to trust at an `https://` address; nil: whom this machine trusts.
  var authorities: TrustedAuthorities?

  /// The metrics as they are now.
  ///
  /// - Throws: ``Failure`` that says what to do.
  func read() async throws(Failure) -> MetricsReading {
    let (status, body) = try await ask()
    guard status == .ok else { throw refusal(status, body) }
    do {
      return try MetricsReading(body)
    } catch {
      throw Failure(
        .unavailable,
        "what \(address)/metrics answers is none of Prometheus's text in line \(error.line). Is that a Finalverse server?"
      )
    }
  }

  private func refusal(_ status: HTTPResponseStatus, _ body: String) -> Failure {
    let advice =
      switch status {
      case .forbidden:
        "It tells metrics to its own machine only. Run this there, or start it with --metrics everyone."
      case .notFound:
        "It tells nobody its metrics, or is no Finalverse server. Start it without --metrics nobody."
      default: "It says: \(body.prefix(200))"
      }
    return Failure(.unavailable, "\(address)/metrics answers \(status.code). \(advice)")
  }

  /// What is answered, whatever it is.
  ///
  /// - Throws: ``Failure`` when nobody answers.
  func ask() async throws(Failure) -> (status: HTTPResponseStatus, body: String) {
    let insecurity = Mutex<ClientFault?>(nil)
    do {
      let channel = try await connect { fault in insecurity.withLock { $0 = fault } }
      return try await converse(over: channel)
    } catch let failure as Failure {
      throw failure
    } catch {
      if let fault = insecurity.withLock(\.self) ?? error as? ClientFault {
        throw Failure(.unavailable, fault.message)
      }
      throw Failure(
        .unavailable,
        """
        nobody answers at \(address): \(Self.reason(error)). Start a server with 'finalverse serve', or name another with --url.
        """)
    }
  }

  private typealias Channel = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

  private func connect(
    onInsecurity: @escaping @Sendable (ClientFault) -> Void
  ) async throws -> Channel {
    try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connectTimeout(Self.patience)
      .connect(host: address.host, port: address.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if address.isSecure {
            let authorities = try self.authorities ?? .system()
            try authorities.secure(channel, to: address.host, onFault: onInsecurity)
          }
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          return try Channel(wrappingChannelSynchronously: channel)
        }
      }
  }

  private func converse(over channel: Channel) async throws -> (HTTPResponseStatus, String) {
    let overdue = channel.channel.eventLoop.scheduleTask(in: Self.patience) {
      channel.channel.close(promise: nil)
    }
    defer { overdue.cancel() }
    return try await channel.executeThenClose { [address] inbound, outbound in
      let headers = HTTPHeaders([("Host", address.authority), ("Connection", "close")])
      try await outbound.write(
        .head(HTTPRequestHead(version: .http1_1, method: .GET, uri: "/metrics", headers: headers)))
      try await outbound.write(.end(nil))
      var status = HTTPResponseStatus.ok
      var body = ByteBuffer()
      for try await part in inbound {
        switch part {
        case .head(let head): status = head.status
        case .body(var more): body.writeBuffer(&more)
        case .end: return (status, String(buffer: body))
        }
        guard body.readableBytes <= Self.bytesMax else { break }
      }
      throw Failure(
        .unavailable,
        "\(address)/metrics gives no answer, or one that does not end. Is that a Finalverse server?"
      )
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      error.connectionErrors.first.map { reason($0.error) } ?? "the name is not known"
    case let error as IOError: Failure.systemMessage(error.errnoCode)
    case ChannelError.connectTimeout: "it does not answer in time"
    default: "\(error)"
    }
  }
}
