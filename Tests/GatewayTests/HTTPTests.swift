import Gateway
import NIOCore
import Synchronization
import Testing
import World

/// What is asked over HTTP, and handshakes that fail: a status, a code, a sentence.
@Suite(.serialized) struct HTTPTests {
  @Test func `the process lives`() async throws {
    try await GatewayFixture.run { gateway in
      let response = try gateway.client().request("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(response.status == 200)
      #expect(response.body == #"{"status":"alive"}"#)
      #expect(response.headers["content-type"] == "application/json")
    }
  }

  @Test func `readiness tells the position, and 503 when there is none`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      gateway.engine.publish([[.moved(.init(UInt64(1_000)), region: 5)]])
      let ready = try client.request("GET /ready HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(ready.status == 200)
      #expect(ready.body == #"{"ready":true,"position":1}"#)
      gateway.engine.state.withLock { $0.isReady = false }
      let unready = try client.request("GET /ready HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(unready.status == 503)
      #expect(unready.body == #"{"ready":false,"position":1}"#)
    }
  }

  @Test func `a connection may ask again and again, and several things at once`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      let request = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
      try client.send(
        bytes: Array((request + request + "HEAD /health HTTP/1.1\r\nHost: a\r\n\r\n").utf8))
      #expect(try client.response().status == 200)
      #expect(try client.response().status == 200)
      let head = try client.response(hasBody: false)
      #expect(head.status == 200)
      #expect(head.headers["content-length"] == "18")
    }
  }

  @Test func `requests that waited for a slow answer are answered, however many`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      let many = 3_000
      let requests =
        "GET /metrics HTTP/1.1\r\n\r\n" + String(repeating: "GET /h HTTP/1.1\r\n\r\n", count: many)
        + "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n"
      try client.send(bytes: Array(requests.utf8))
      let answers = String(decoding: try client.rest(), as: UTF8.self)
      #expect(answers.ranges(of: "HTTP/1.1 404 Not Found").count == many)
      #expect(answers.hasSuffix(#"{"status":"alive"}"#))
    }
  }

  @Test func `whoever goes on asking and reads no answer is closed`() async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.pendingBytesMax = 100_000 }) { gateway in
      let client = try gateway.client(receiveBuffer: 4_096)
      let some = Array(String(repeating: "GET /h HTTP/1.1\r\n\r\n", count: 1_000).utf8)
      // Answers of some 50 MB, of which the system holds a few.
      var isRefused = false
      for _ in 0..<250 where !isRefused { isRefused = (try? client.send(bytes: some)) == nil }
      #expect(isRefused)
      #expect(try client.rest().count < 20_000_000)
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var request: String
    var status: Int
    var code: String
    var testDescription: String { code }
  }

  static let proto = "finalverse.v1.proto"

  @Test(arguments: [
    Refusal(request: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", status: 404, code: "not_found"),
    Refusal(
      request: "POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", status: 405,
      code: "method_not_allowed"),
    Refusal(
      request: "POST /ws HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", status: 405,
      code: "method_not_allowed"),
    Refusal(
      request: "GET /ws HTTP/1.1\r\nHost: a\r\n\r\n", status: 426, code: "upgrade_required"),
    Refusal(
      request: RawClient.handshake(proto).replacing("Version: 13", "Version: 8"), status: 426,
      code: "websocket_version"),
    Refusal(
      request: RawClient.handshake(proto).replacing("Sec-WebSocket-Key", "X-Key"), status: 400,
      code: "websocket_key"),
    Refusal(
      request: RawClient.handshake(proto).replacing("dGhlIHNhbXBsZSBub25jZQ==", "short"),
      status: 400, code: "websocket_key"),
    Refusal(
      request: RawClient.handshake(proto).replacing("dGhlIHNh", "dGhl IHN"), status: 400,
      code: "websocket_key"),
    Refusal(request: RawClient.handshake(nil), status: 400, code: "subprotocol"),
    Refusal(request: RawClient.handshake("chat"), status: 400, code: "subprotocol"),
    Refusal(
      request: RawClient.handshake(proto, extra: ["Origin: http://evil.example"]), status: 403,
      code: "origin"),
    Refusal(
      request: RawClient.handshake(proto, extra: ["Origin: null"]), status: 403, code: "origin"),
    Refusal(
      request: RawClient.handshake(proto, path: "/elsewhere"), status: 404, code: "not_found"),
    Refusal(request: "nonsense\r\n\r\n", status: 400, code: "bad_request"),
  ])
  func `what cannot be answered gets a reason`(_ refusal: Refusal) async throws {
    try await GatewayFixture.run { gateway in
      let response = try gateway.client().request(refusal.request)
      #expect(response.status == refusal.status)
      #expect(response.body.contains(#""code":"\#(refusal.code)""#))
    }
  }

  @Test(arguments: [
    ["Origin: http://localhost:7777"], ["Origin: https://game.example"], ["Sec-Fetch-Mode: cors"],
  ])
  func `the same host, an allowed origin and no origin may connect`(_ extra: [String]) async throws
  {
    try await GatewayFixture.run(.adjusted { $0.allowedOrigins = ["https://game.example"] }) {
      gateway in
      let response = try gateway.client().request(
        RawClient.handshake(Self.proto, extra: extra))
      #expect(response.status == 101)
      #expect(response.headers["sec-websocket-protocol"] == Self.proto)
      #expect(response.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }
  }

  @Test func `the first known subprotocol that is offered is taken`() async throws {
    try await GatewayFixture.run { gateway in
      let response = try gateway.client().request(
        RawClient.handshake("chat, finalverse.v1.json, finalverse.v1.proto"))
      #expect(response.headers["sec-websocket-protocol"] == "finalverse.v1.json")
    }
  }

  @Test func `the handshake is the first request of a connection`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      _ = try client.request("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
      let response = try client.request(RawClient.handshake(Self.proto))
      #expect(response.status == 400)
      #expect(response.body.contains("upgrade_not_first"))
    }
  }

  @Test func `above the limit of connections the answer is 503`() async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.connectionsMax = 1 }) { gateway in
      let first = try gateway.client()
      try first.upgrade()
      let second = try gateway.client()
      let response = try second.request(RawClient.handshake(Self.proto))
      #expect(response.status == 503)
      #expect(response.body.contains("too_many_connections"))
      #expect(try second.isClosed())
    }
  }

  @Test func `who says nothing, or only half a request, is closed`() async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.handshakeTimeout = .milliseconds(200) }) {
      gateway in
      let silent = try gateway.client()
      let slow = try gateway.client()
      try slow.send(bytes: Array("GET /ws HTTP/1.1\r\nHost".utf8))
      #expect(try silent.isClosed())
      #expect(try slow.isClosed())
    }
  }
}

extension String {
  /// The text with one part, which occurs in it, replaced.
  fileprivate func replacing(_ part: String, _ other: String) -> String {
    guard let found = firstRange(of: part) else { return self }
    return String(self[..<found.lowerBound]) + other + self[found.upperBound...]
  }
}
