import Metrics
import WebSocket

/// What the connections of one event loop come to: counted on the loop, read by any thread.
final class LoopCounts: Sendable {
  /// Connections that came, over HTTP or WebSocket.
  let accepted = Counter()
  /// Connections there are.
  let connections = Gauge()
  /// Connections filed under topics: one under three topics counts three times.
  let subscriptions = Gauge()
  /// Messages of clients, whether or not they made sense.
  let messages = Counter()
  /// Connections that are behind.
  let behind = Gauge()
  /// How often a connection fell behind, resuming not counted.
  let fellBehind = Counter()
  /// Events that were left out for slow connections, since later ones superseded them.
  let superseded = Counter()
  /// Bytes read from WebSocket connections.
  let bytesReceived = Counter()
  /// Bytes written to WebSocket connections.
  let bytesSent = Counter()
  /// Bytes of messages that were compressed, before; a message to many counts once.
  let bytesCompressed = Counter()
  /// What these came to.
  let bytesOfCompressed = Counter()
  /// Requests that the gateway could not deal with, by code.
  let failures = CaseCounts<FailureCode>()
  /// Connections that the server closed, by code.
  let goodbyes = CaseCounts<GoodbyeCode>()

  /// Counts what was compressed.
  func count(_ tally: Compressor.Tally) {
    guard tally.before > 0 else { return }
    bytesCompressed.add(tally.before)
    bytesOfCompressed.add(tally.after)
  }
}

/// How often each case of an enumeration came.
final class CaseCounts<Code>: Sendable
where Code: CaseIterable & Equatable & RawRepresentable<String> & Sendable {
  private let counts = InlineArray<32, Counter> { _ in Counter() }

  /// Nothing has come.
  init() {
    precondition(Code.allCases.count <= 32, "there is no place for every case")
  }

  /// Counts a case.
  func count(_ code: Code) {
    for (index, known) in Code.allCases.enumerated() where known == code { counts[index].add() }
  }

  /// How often each came, in the order of the cases.
  var values: [UInt64] { Code.allCases.indices.enumerated().map { counts[$0.offset].value } }
}
