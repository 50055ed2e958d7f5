import Foundation
import Metrics
import NIOCore
import NIOHTTP1
import Schema
import SwiftProtobuf
import Testing
import WebSocket

@testable import Gateway

/// What is told at `/metrics`, and to whom.
@Suite(.serialized) struct MetricsTests {
  private static let request = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func `metrics are told as text that Prometheus reads, engine's and gateway's`() async throws
  {
    try await GatewayFixture.run { gateway in
      let response = try gateway.client().request(Self.request)
      #expect(response.status == 200)
      #expect(response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      let reading = try MetricsReading(response.body)
      #expect(reading.value(of: "scripted_position") == 0)
      #expect(reading.value(of: "finalverse_connections") == 1)
      #expect(reading.samples(of: "finalverse_goodbyes_total").count == GoodbyeCode.allCases.count)
      #expect(reading.value(of: "process_start_time_seconds") != nil)
      let head = try gateway.client()
      try head.send(bytes: Array(Self.request.replacing("GET", with: "HEAD").utf8))
      #expect(try head.response(hasBody: false).status == 200)
    }
  }

  @Test func `several requests on one connection are answered in order`() async throws {
    try await GatewayFixture.run { gateway in
      let client = try gateway.client()
      let health = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
      try client.send(bytes: Array((Self.request + health + Self.request).utf8))
      #expect(try client.response().body.hasPrefix("# HELP"))
      #expect(try client.response().body == #"{"status":"alive"}"#)
      #expect(try client.response().body.hasPrefix("# HELP"))
    }
  }

  @Test func `what connections do adds up`() async throws {
    try await GatewayFixture.run { gateway in
      let (first, _) = try gateway.guest()
      let (second, _) = try gateway.guest(json: true)
      try first.send(.subscribe(7, [.everyone(.init())]))
      _ = try first.message()
      try second.send(.with { $0.id = 8 })
      _ = try second.message()
      try second.send(.farewell(9))
      _ = try second.message()
      let reading = try MetricsReading(try gateway.client().request(Self.request).body)
      #expect(reading.value(of: "finalverse_connections_accepted_total") == 3)
      #expect(reading.value(of: "finalverse_subscriptions") == 1)
      #expect(reading.value(of: "finalverse_received_messages_total") == 5)
      #expect(
        reading.sum(of: "finalverse_failures_total", where: "code", is: "unknown_request") == 1)
      #expect(reading.sum(of: "finalverse_goodbyes_total", where: "code", is: "farewell") == 1)
      #expect(try #require(reading.value(of: "finalverse_received_bytes_total")) > 50)
      #expect(try #require(reading.value(of: "finalverse_sent_bytes_total")) > 200)
    }
  }

  @Test func `whom a proxy asks for is not local`() async throws {
    try await GatewayFixture.run { gateway in
      let response = try gateway.client().request(
        "GET /metrics HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")
      #expect(response.status == 403)
      #expect(response.body.contains("not_local"))
    }
    try await GatewayFixture.run(.adjusted { $0.metricsAccess = .everyone }) { gateway in
      let response = try gateway.client().request(
        "GET /metrics HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")
      #expect(response.status == 200)
    }
  }

  @Test func `metrics for nobody are not there`() async throws {
    try await GatewayFixture.run(.adjusted { $0.metricsAccess = .nobody }) { gateway in
      let response = try gateway.client().request(Self.request)
      #expect(response.status == 404)
      #expect(!response.body.contains("/metrics"))
    }
  }

  @Test(
    arguments: [
      ("127.0.0.1", true), ("127.8.9.10", true), ("::1", true), ("::ffff:127.0.0.1", true),
      ("192.0.2.1", false), ("::ffff:192.0.2.1", false), ("2001:db8::1", false),
      ("0.0.0.0", false),
    ])
  func `local is who asks from a loopback address`(address: String, isLocal: Bool) throws {
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/metrics")
    let peer = try SocketAddress(ipAddress: address, port: 5_000)
    let isAnswered = (try? MetricsAccess.local.check(head, from: peer)) != nil
    #expect(isAnswered == isLocal)
    #expect(throws: Never.self) { try MetricsAccess.everyone.check(head, from: peer) }
  }

  @Test func `of an unknown peer nothing is assumed`() {
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/metrics")
    #expect(throws: HTTPRefusal.self) { try MetricsAccess.local.check(head, from: nil) }
  }
}
