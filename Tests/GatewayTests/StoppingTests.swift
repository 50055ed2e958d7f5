import Gateway
import NIOCore
import Schema
import SwiftProtobuf
import Synchronization
import Testing
import World

/// The server's shutdown, as clients see it.
@Suite(.serialized) struct StoppingTests {
  @Test func `everybody is told, and where to resume`() async throws {
    try await GatewayFixture.run { gateway in
      let (watcher, player) = try gateway.guest()
      let (other, _) = try gateway.guest()
      try watcher.send(.subscribe(2, [.own(.init())]))
      _ = try watcher.message()
      gateway.engine.publishOnQueue([[.granted(player, coins: 1)]])
      _ = try watcher.message()
      gateway.stop()
      try watcher.expectGoodbye(.serverStopping, resumeAfter: 1)
      try other.expectGoodbye(.serverStopping, resumeAfter: 0)
      #expect(gateway.engine.endOfSession(of: player) == .serverStopped)
    }
  }

  @Test func `requests in flight are answered first, and new ones refused`() async throws {
    try await GatewayFixture.run { gateway in
      let engine = gateway.engine
      let (client, player) = try gateway.guest()
      engine.state.withLock { $0.holdsReplies = true }
      try client.send(.query(2))
      #expect(gateway.eventually { engine.requestCount == 1 })
      let idle = try gateway.guest().client
      gateway.stop()
      try idle.expectGoodbye(.serverStopping)
      try client.send(.query(3))
      #expect(try client.message().failed.code == "busy")
      engine.answer(2, of: player)
      #expect(try client.message().id == 2)
      try client.expectGoodbye(.serverStopping)
    }
  }

  @Test func `requests that are not answered do not hold it up for ever`() async throws {
    try await GatewayFixture.run(.adjusted { $0.limits.stoppingTimeout = .milliseconds(200) }) {
      gateway in
      let (client, _) = try gateway.guest()
      gateway.engine.state.withLock { $0.holdsReplies = true }
      try client.send(.query(2))
      #expect(gateway.eventually { gateway.engine.requestCount == 1 })
      gateway.stop()
      try client.expectGoodbye(.serverStopping)
    }
  }

  @Test func `nobody new gets in`() async throws {
    try await GatewayFixture.run { gateway in
      let (client, _) = try gateway.guest()
      gateway.stop()
      try client.expectGoodbye(.serverStopping)
      #expect(throws: RawClient.Trouble.self) {
        try gateway.client().upgrade()
      }
    }
  }
}
