import EventLog
import Foundation
import Schema
import SwiftProtobuf
import Testing
import World

@testable import Engine

/// What each role may ask for, tried one by one: the engine does what docs/protocol.md says.
///
/// The page's table has a row for every command, query and topic there is, and for what some know of
/// others; a tick for each role that may.
@Suite struct PermissionTests {
  @Test(arguments: Role.allCases)
  func `each command is taken from whom the page says`(_ role: Role) throws {
    let engine = try CoreFixture()
    var allowed: Set<String> = []
    for (index, request) in Named<Command>.all.enumerated() {
      let sender = try engine.player("Player \(index)", as: role)
      if try engine.send(request.message, by: sender).code != "not_allowed" {
        allowed.insert(request.name)
      }
    }
    #expect(allowed == (try PermissionsPage().allowed("command", role)))
    #expect(Set(Named<Command>.all.map(\.name)) == (try PermissionsPage().names(of: "command")))
  }

  @Test(arguments: Role.allCases)
  func `each query is answered to whom the page says`(_ role: Role) throws {
    let engine = try CoreFixture()
    let sender = try engine.player("Ada", as: role)
    var allowed: Set<String> = []
    for request in Named<Query>.all {
      let reply = try engine.ask(of: sender) { .query(id: $0, request.message) }
      if reply.code != "not_allowed" { allowed.insert(request.name) }
    }
    #expect(allowed == (try PermissionsPage().allowed("query", role)))
    #expect(Set(Named<Query>.all.map(\.name)) == (try PermissionsPage().names(of: "query")))
  }

  @Test(arguments: Role.allCases)
  func `each topic is shown to whom the page says`(_ role: Role) throws {
    let engine = try CoreFixture()
    let sender = try engine.player("Ada", as: role)
    // Field 3 is a number, all others are messages.
    let topics = try (1..<32 as Range<UInt8>).compactMap { number -> Topic? in
      let bytes = number == 3 ? [number << 3, 1] : messageTag(number) + [0]
      let topic = try Topic(serializedBytes: bytes)
      return topic.topic == nil ? nil : topic
    }
    var allowed: Set<String> = []
    var names: Set<String> = []
    for topic in topics {
      let name = try String(#require(topic.jsonString().split(separator: "\"").dropFirst().first))
      names.insert(name)
      let reply = try engine.ask(of: sender) { .subscribe(id: $0, [topic], after: nil) }
      if reply.code != "not_allowed" { allowed.insert(name) }
    }
    #expect(allowed == (try PermissionsPage().allowed("topic", role)))
    #expect(names == (try PermissionsPage().names(of: "topic")))
  }

  @Test(arguments: Role.allCases)
  func `what some know of anyone is told to whom the page says`(_ role: Role) throws {
    let engine = try CoreFixture()
    let sender = try engine.player("Ada", as: role)
    let other = try engine.player("Ben")
    let third = try engine.player("Cid")
    let (ben, cid) = (other.requester.actor.rawValue, third.requester.actor.rawValue)
    let offer = Command.with { $0.trade.offerTrade.partner = cid }
    let trade = try #require(try engine.send(offer, by: other).position).rawValue
    engine.core.handle(.closed(third, .lost))
    var known: Set<String> = []
    for knowledge in Knowledge.allCases {
      let query =
        switch knowledge {
        case .inventories: Query.with { $0.inventory.inventory.player = ben }
        case .sessions: Query.with { $0.presence.sessions.player = ben }
        case .places: Query.with { $0.movement.place.player = cid }
        case .trades: Query.with { $0.trade.trade.trade = trade }
        case .messages: Query.with { $0.chat.recent.region = 2 }
        case .seed: Query.with { $0.regions.world = WorldQuery() }
        }
      let reply = try engine.ask(of: sender) { .query(id: $0, query) }
      guard case .answered(let answer) = reply else { continue }
      if knowledge != .seed || answer.regions.world.seed != 0 { known.insert(knowledge.rawValue) }
    }
    #expect(known == (try PermissionsPage().allowed("knowledge", role)))
    #expect(
      Set(Knowledge.allCases.map(\.rawValue)) == (try PermissionsPage().names(of: "knowledge")))
  }

  @Test func `the bearer of the operator's token may what an operator may, without being a player`()
    throws
  {
    let engine = try CoreFixture()
    let keeper = try engine.connect(.operator)
    let page = try PermissionsPage()
    let ofPlayers = page.allowed("command", .player)
    for request in Named<Command>.all {
      let isRefused = try engine.send(request.message, by: keeper).code == "not_allowed"
      #expect(isRefused == ofPlayers.contains(request.name), "\(request.name)")
    }
    _ = try engine.subscribe(keeper, to: [.operators])
  }
}

/// The table of roles in docs/protocol.md.
private struct PermissionsPage {
  private var roles: [String: [String: Set<String>]] = [:]

  init() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appendingPathComponent("docs/protocol.md"), encoding: .utf8)
    for line in page.split(separator: "\n") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == Role.allCases.count + 3 else { continue }
      let words = cells[1].split(separator: " ")
      guard words.count == 2, words[1].hasPrefix("`") else { continue }
      let name = words[1].trimmingCharacters(in: ["`"])
      let ticked = zip(Role.allCases, cells.dropFirst(2)).filter { $0.1 == "✓" }
      roles[String(words[0]), default: [:]][name] = Set(ticked.map(\.0.name))
    }
  }

  /// What there is of a sort: command, query, topic, knowledge.
  func names(of sort: String) -> Set<String> {
    Set((roles[sort] ?? [:]).keys)
  }

  /// What a role may.
  func allowed(_ sort: String, _ role: Role) -> Set<String> {
    Set((roles[sort] ?? [:]).filter { $0.value.contains(role.name) }.keys)
  }
}

/// A request with nothing in it, by name as JSON has it: `trade.acceptTrade`.
private struct Named<Request: Message & Sendable>: Sendable {
  let name: String
  let message: Request

  /// One of every kind there is, found by decoding those of all numbers.
  static var all: [Self] {
    (1..<32 as Range<UInt8>).flatMap { system in
      (1..<32 as Range<UInt8>).compactMap { number in
        let inner = messageTag(number) + [0]
        let bytes = messageTag(system) + [UInt8(inner.count)] + inner
        guard let message = try? Request(serializedBytes: bytes),
          let json = try? message.jsonString()
        else { return nil }
        // {"trade":{"acceptTrade":{}}}
        let names = json.split(separator: "\"")
        guard names.count >= 4 else { return nil }
        return Self(name: "\(names[1]).\(names[3])", message: message)
      }
    }
  }
}

/// The tag of a field that holds a message; its number is below 32.
private func messageTag(_ number: UInt8) -> [UInt8] {
  number < 16 ? [number << 3 | 2] : [number << 3 | 2 | 128, number >> 4]
}
