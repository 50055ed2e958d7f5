import Metrics
import NIOCore
import NIOHTTP1
import WebSocket

/// What is answered at `/metrics`: what the gateway counts, what the engine counts, and what the
/// operating system says of the process.
///
/// Thread-safe. It asks nobody to stop what they do.
final class MetricsPage: Sendable {
  /// Where it is.
  static let path = "/metrics"

  private let engine: any EngineDoor
  private let loops: [LoopCounts]
  private let attempts: AttemptGuard
  private let certificate: CertificateInUse?
  private let process = ProcessFacts()

  /// The page of a gateway.
  init(
    engine: any EngineDoor, loops: [LoopCounts], attempts: AttemptGuard,
    certificate: CertificateInUse?
  ) {
    self.engine = engine
    self.loops = loops
    self.attempts = attempts
    self.certificate = certificate
  }

  /// The page as it is now.
  ///
  /// Reads files, so it belongs on a thread that may block.
  func text() -> String {
    var text = MetricsText()
    process.add(to: &text)
    engine.addMetrics(to: &text)
    text.gauge(
      "finalverse_connections", "Connections that are open, over HTTP or WebSocket.",
      loops.reduce(0) { $0 + $1.connections.value })
    text.counter(
      "finalverse_connections_accepted_total", "Connections that came.", sum { $0.accepted.value })
    text.gauge(
      "finalverse_subscriptions", "Topics that connections watch, each for each connection.",
      loops.reduce(0) { $0 + $1.subscriptions.value })
    text.gauge(
      "finalverse_connections_behind", "Connections that are sent what they missed.",
      loops.reduce(0) { $0 + $1.behind.value })
    text.counter(
      "finalverse_fell_behind_total", "Connections that fell behind since they read too slowly.",
      sum { $0.fellBehind.value })
    text.counter(
      "finalverse_superseded_events_total",
      "Events that slow connections were spared, since later ones say what holds.",
      sum { $0.superseded.value })
    text.counter(
      "finalverse_received_messages_total", "Messages from clients.", sum { $0.messages.value })
    text.counter(
      "finalverse_received_bytes_total", "Bytes read from WebSocket connections.",
      sum { $0.bytesReceived.value })
    text.counter(
      "finalverse_sent_bytes_total", "Bytes written to WebSocket connections.",
      sum { $0.bytesSent.value })
    text.counter(
      "finalverse_compressed_before_bytes_total",
      "Bytes of messages that were compressed, before; a message to many counts once.",
      sum { $0.bytesCompressed.value })
    text.counter(
      "finalverse_compressed_after_bytes_total", "What these messages were compressed to.",
      sum { $0.bytesOfCompressed.value })
    text.family(
      "finalverse_failures_total", .counter, "Requests that the gateway turned away, by code.",
      samples { $0.failures })
    text.family(
      "finalverse_goodbyes_total", .counter, "Connections that the server closed, by code.",
      samples { $0.goodbyes })
    attempts.addMetrics(to: &text)
    if let certificate {
      text.gauge(
        "finalverse_certificate_end_time_seconds",
        "When the TLS certificate that new connections are shown expires, in seconds since 1970.",
        certificate.certificate.notAfter)
    }
    return text.text
  }

  private func sum(_ count: (LoopCounts) -> UInt64) -> UInt64 {
    loops.reduce(0) { $0 + count($1) }
  }

  private func samples<Code>(
    _ counts: (LoopCounts) -> CaseCounts<Code>
  ) -> [MetricsText.Sample] {
    let values = loops.map { counts($0).values }
    return Code.allCases.enumerated().map { index, code in
      .init(values.reduce(0) { $0 + $1[index] }, ("code", code.rawValue))
    }
  }
}

/// Who is answered at `/metrics`.
package enum MetricsAccess: String, CaseIterable, Sendable {
  /// Whoever asks from this machine.
  case local
  /// Whoever asks.
  case everyone
  /// Nobody: there is no such page.
  case nobody

  /// Headers by which a proxy says that it asks for somebody else.
  private static let headersOfProxies = ["forwarded", "x-forwarded-for", "x-real-ip", "via"]

  /// Checks whether a request may be answered.
  ///
  /// - Throws: ``HTTPRefusal`` for somebody who is elsewhere.
  func check(_ head: HTTPRequestHead, from peer: SocketAddress?) throws(HTTPRefusal) {
    guard self == .local else { return }
    let isForSomebodyElse = Self.headersOfProxies.contains { head.headers.contains(name: $0) }
    guard let peer, peer.isOfThisMachine, !isForSomebodyElse else {
      throw HTTPRefusal(
        status: .forbidden, code: "not_local",
        message: "Metrics are told on the server's own machine. An operator can allow others.")
    }
  }
}

extension SocketAddress {
  /// Whether it is a loopback address (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3).
  var isOfThisMachine: Bool {
    guard let address = ipAddress else { return false }
    return address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
  }
}
