import EventLog
import Metrics
import NIOCore
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Gateway

/// How often somebody may try: by address and by name, by a clock that the tests set, and over a socket.
@Suite(.serialized) struct AttemptTests {
  private static func at(_ seconds: Int64) -> NIODeadline {
    .uptimeNanoseconds(5_000_000_000) + .seconds(seconds)
  }

  private static func address(_ text: String) throws -> SocketAddress {
    try SocketAddress(ipAddress: text, port: 4_000)
  }

  private static func limits(address: Int, name: Int) -> AttemptLimits {
    var limits = AttemptLimits()
    limits.perAddress = Rate(burst: address, interval: .seconds(10))
    limits.perName = Rate(burst: name, interval: .seconds(20))
    return limits
  }

  @Test func `an address has so many attempts, and others have theirs`() throws {
    let attempts = AttemptGuard(Self.limits(address: 3, name: 100))
    let one = attempts.attempt(from: try Self.address("192.0.2.1"))
    let other = attempts.attempt(from: try Self.address("192.0.2.2"))
    for _ in 0..<3 { #expect(attempts.admit(one, at: Self.at(0)) == nil) }
    #expect(attempts.admit(one, at: Self.at(0)) == 10_000)
    #expect(attempts.admit(one, at: Self.at(4)) == 6_000)
    #expect(attempts.admit(other, at: Self.at(4)) == nil)
    #expect(attempts.admit(one, at: Self.at(10)) == nil)
    attempts.forget(one)
    #expect(attempts.admit(one, at: Self.at(10)) == nil)
  }

  @Test func `an IPv6 network of 64 bits is one, and IPv4 is the same in either form`() throws {
    func network(_ text: String) throws -> Network? { Network(try Self.address(text)) }
    #expect(try network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9"))
    #expect(try network("2001:db8:1:2::1") != network("2001:db8:1:3::1"))
    #expect(try network("::ffff:192.0.2.1") == network("192.0.2.1"))
    #expect(try network("192.0.2.1") != network("192.0.2.2"))
  }

  @Test func `a name has so many attempts from wherever, however it is written`() throws {
    let attempts = AttemptGuard(Self.limits(address: 100, name: 3))
    for (number, name) in ["mira", "MIRA", "Mira"].enumerated() {
      let address = try Self.address("192.0.2.\(number)")
      let attempt = attempts.attempt(from: address, for: .init(name: name))
      #expect(attempts.admit(attempt, at: Self.at(0)) == nil)
    }
    let refused = attempts.attempt(from: try Self.address("192.0.2.9"), for: .init(name: "mIrA"))
    #expect(attempts.admit(refused, at: Self.at(0)) == 20_000)
    let other = attempts.attempt(from: try Self.address("192.0.2.9"), for: .init(name: "ada"))
    #expect(attempts.admit(other, at: Self.at(0)) == nil)
    let player = attempts.attempt(from: nil, for: .player(PlayerID(UInt64(7))))
    #expect(attempts.admit(player, at: Self.at(0)) == nil)
  }

  @Test func `addresses of this machine do not count, unless they are to; names do`() throws {
    var limits = Self.limits(address: 1, name: 2)
    let lenient = AttemptGuard(limits)
    for address in ["127.0.0.1", "::1"] {
      let attempt = lenient.attempt(from: try Self.address(address))
      for _ in 0..<5 { #expect(lenient.admit(attempt, at: Self.at(0)) == nil) }
    }
    let named = lenient.attempt(from: try Self.address("127.0.0.1"), for: .init(name: "mira"))
    for _ in 0..<2 { #expect(lenient.admit(named, at: Self.at(0)) == nil) }
    #expect(lenient.admit(named, at: Self.at(0)) != nil)
    limits.countsThisMachine = true
    let strict = AttemptGuard(limits)
    let attempt = strict.attempt(from: try Self.address("127.0.0.1"))
    #expect(strict.admit(attempt, at: Self.at(0)) == nil)
    #expect(strict.admit(attempt, at: Self.at(0)) != nil)
  }

  private static func password(_ id: UInt64, _ name: String, _ password: String) -> ClientMessage {
    .with {
      $0.id = id
      $0.signIn.password.name = name
      $0.signIn.password.password = password
    }
  }

  @Test func `guessing over connections is slowed, the same for names that are and are not`()
    async throws
  {
    try await GatewayFixture.run(
      .adjusted { $0.limits.attempts = Self.limits(address: 100, name: 4) }
    ) { gateway in
      let (client, _) = try gateway.guest()
      try client.send(
        .with {
          $0.id = 2
          $0.register.name = "mira"
          $0.register.password = "correct horse"
        })
      #expect(try client.message().registered == Registered())
      var told: [String: [String]] = [:]
      for name in ["mira", "nobody"] {
        for _ in 0..<3 {
          let guesser = try gateway.client()
          try guesser.upgrade()
          for id in UInt64(1)...2 {
            try guesser.send(Self.password(id, name, "wrong horse"))
            let failed = try guesser.message().failed
            told[name, default: []].append(failed.code)
            if failed.code == "too_many_attempts" {
              #expect((1...20_000).contains(failed.retryAfterMs))
            }
          }
        }
      }
      let expected =
        [String](repeating: "bad_credentials", count: 4)
        + [String](repeating: "too_many_attempts", count: 2)
      #expect(told == ["mira": expected, "nobody": expected])
      // Not even with the right one, until it is time; a token is as good as before.
      let owner = try gateway.client()
      try owner.upgrade()
      try owner.send(Self.password(1, "Mira", "correct horse"))
      #expect(try owner.message().failed.code == "too_many_attempts")
      let reading = try MetricsReading(
        gateway.client().request("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").body)
      #expect(reading.sum(of: "finalverse_attempts_refused_total", where: "by", is: "name") == 5)
      #expect(reading.sum(of: "finalverse_attempts_remembered", where: "by", is: "name") == 2)
    }
  }

  @Test func `whoever knows the password is never kept out by its own sign-ins`() async throws {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.attempts = Self.limits(address: 4, name: 2)
        $0.limits.attempts.perAddress.interval = .hours(1)
        $0.limits.attempts.countsThisMachine = true
      }
    ) { gateway in
      let (client, _) = try gateway.guest()
      try client.send(
        .with {
          $0.id = 2
          $0.register.name = "mira"
          $0.register.password = "correct horse"
        })
      #expect(try client.message().registered == Registered())
      for _ in 0..<6 {
        let again = try gateway.client()
        try again.upgrade()
        try again.send(Self.password(1, "mira", "correct horse"))
        #expect(try !again.message().welcome.token.isEmpty)
      }
      // Guests count, and so did the registration.
      for isWelcome in [true, true, false] {
        let guest = try gateway.client()
        try guest.upgrade()
        try guest.send(.signIn(1))
        let reply = try guest.message()
        #expect((reply.failed.code == "too_many_attempts") != isWelcome)
        if !isWelcome { #expect((1...3_600_000).contains(reply.failed.retryAfterMs)) }
      }
    }
  }

  @Test
  func `a new connection brings a player no new allowance, and what is refused leaves nothing`()
    async throws
  {
    try await GatewayFixture.run(
      .adjusted {
        $0.limits.requestsPerSecond = 1
        $0.limits.requestBurst = 3
      }
    ) { gateway in
      let client = try gateway.client()
      try client.upgrade()
      let welcome = try client.signIn()
      #expect(welcome.limits.requestsPerSecond == 1)
      for id in UInt64(2)..<5 {
        try client.send(.stop(id))
        #expect(try client.message().acknowledged.position == id - 1)
      }
      let again = try gateway.client()
      try again.upgrade()
      try again.signIn(token: welcome.token)
      try again.send(.stop(5))
      let refused = try again.message()
      #expect(refused.failed.code == "too_fast")
      #expect((1...1_000).contains(refused.failed.retryAfterMs))
      #expect(gateway.engine.position == Position(UInt64(3)))
      usleepMilliseconds(refused.failed.retryAfterMs)
      // With the same command id.
      try again.send(.stop(6, commandID: 5))
      #expect(try again.message().acknowledged.position == 4)
    }
  }
}
