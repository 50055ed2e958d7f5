import EventLog
import Schema
import SwiftProtobuf
import Testing

@testable import World

/// What is said: to whom it goes, what of it is kept, and how it is taken back.
@Suite struct ChatTests {
  private let fixture: WorldFixture
  private let ann: PlayerID
  private let ben: PlayerID

  init() throws {
    fixture = try WorldFixture()
    ann = try fixture.newPlayer("Ann")
    ben = try fixture.newPlayer("Ben")
  }

  private func decide(_ command: Command, by player: PlayerID) throws(Rejection) -> Decision {
    var decision = Decision()
    let requester = Requester(actor: player.actor, role: .player)
    try fixture.world.decide(command, fixture.context(requester), &decision)
    return decision
  }

  /// Says something after a rest; the message's number.
  @discardableResult
  private func say(_ text: String, by player: PlayerID) throws(Rejection) -> UInt64 {
    fixture.wait(Chats.interval)
    try fixture.run(.say(text), by: player)
    return UInt64(fixture.entries.count)
  }

  @discardableResult
  private func send(
    _ text: String, by player: PlayerID, to receiver: PlayerID
  ) throws(Rejection) -> UInt64 {
    fixture.wait(Chats.interval)
    try fixture.run(.send(text, to: receiver), by: player)
    return UInt64(fixture.entries.count)
  }

  @Test(arguments: ["hello there", "Grüße 🎻"])
  func `a text goes beside its event, and into no event and no row`(text: String) throws {
    for command in [Command.say(text), .send(text, to: ben)] {
      let decision = try decide(command, by: ann)
      #expect(decision.texts == [DecidedText(event: 0, player: ann, text: text)])
      #expect(decision.erasures.isEmpty)
      let stored: [UInt8] = try Payload.with { $0.events = decision.events }.serializedBytes()
      #expect(!String(decoding: stored, as: UTF8.self).contains(text.prefix(4)))
    }
    let mute = try fixture.withOperator { keeper in
      var decision = Decision()
      try fixture.world.decide(
        .mute(ben, until: 0, reason: text), fixture.context(keeper), &decision)
      return decision
    }
    #expect(mute.texts == [DecidedText(event: 0, player: ben, text: text)])
  }

  @Test func `to a region: the event names it, and the latest are kept`() throws {
    let events = try fixture.run(.say("hello"), by: ann)
    #expect(
      events.map(\.chat.messageSaid) == [
        .with { ($0.player, $0.region, $0.characters) = (ann.rawValue, 1, 5) }
      ])
    var audiences: [Audience] = []
    events[0].addAudience(to: &audiences)
    #expect(audiences == [.player(ann), .region(1)])
    for number in 0..<60 { try say("line \(number)", by: number % 2 == 0 ? ann : ben) }
    let rows = try fixture.ask(.recentMessages(), by: ben).chat.recent.messages.map(\.message)
    #expect(rows.count == Chats.regionMessagesMax)
    #expect(rows.last?.message == UInt64(fixture.entries.count))
    #expect(rows.map(\.message) == rows.map(\.message).sorted())
    #expect(fixture.world.chats.message(MessageID(rows[0].message - 1)) == nil)
  }

  @Test func `to one player: only the two see it, and the latest are kept`() throws {
    let events = try fixture.run(.send("psst", to: ben), by: ann)
    var audiences: [Audience] = []
    events[0].addAudience(to: &audiences)
    #expect(audiences == [.player(ann), .player(ben)])
    for number in 0..<25 { try send("line \(number)", by: ann, to: ben) }
    #expect(
      try fixture.ask(.directMessages, by: ben).chat.direct.messages.count
        == Chats.directMessagesMax)
    #expect(try fixture.ask(.directMessages, by: ann).chat.direct.messages.isEmpty)
    #expect(try fixture.ask(.recentMessages(), by: ben).chat.recent.messages.isEmpty)
  }

  @Test func `only where one stands may one look up what was said; moderators anywhere`() throws {
    expectRejection(CommonRejection.notAllowed, field: "region") {
      _ = try fixture.ask(.recentMessages(in: 2), by: ann)
    }
    _ = try fixture.askAsOperator(.recentMessages(in: 2))
    try fixture.runAsOperator(.changeRole(of: ann, to: .moderator))
    _ = try fixture.ask(.recentMessages(in: 2), by: ann)
  }

  @Test func `a player speaks five times at once, and then every two seconds`() throws {
    for number in 0..<5 {
      try fixture.run(number % 2 == 0 ? .say("quick") : .send("quick", to: ben), by: ann)
    }
    expectRejection(ChatRejection.speakingTooFast) { try fixture.run(.say("more"), by: ann) }
    try fixture.run(.say("I was silent"), by: ben)
    fixture.sleep(1_999_999)
    do {
      try fixture.run(.say("more"), by: ann)
      Issue.record("it was too soon")
    } catch {
      #expect(error.message == "You speak too fast. Wait 0.1 seconds.")
    }
    fixture.sleep(1)
    try fixture.run(.say("more"), by: ann)
    expectRejection(ChatRejection.speakingTooFast) { try fixture.run(.say("more"), by: ann) }
    fixture.sleep(60_000_000)
    for _ in 0..<5 { try fixture.run(.say("rested"), by: ann) }
    expectRejection(ChatRejection.speakingTooFast) { try fixture.run(.say("more"), by: ann) }
  }

  @Test func `a refused text costs nothing of the allowance`() throws {
    for _ in 0..<9 {
      expectRejection(ChatRejection.textEmpty, field: "say.text") {
        try fixture.run(.say(" "), by: ann)
      }
    }
    for _ in 0..<5 { try fixture.run(.say("quick"), by: ann) }
  }

  @Test func `one speaks to others who are there`() throws {
    expectRejection(ChatRejection.yourself, field: "send_message.to") {
      try fixture.run(.send("me", to: ann), by: ann)
    }
    expectRejection(CommonRejection.noSuchPlayer, field: "send_message.to") {
      try fixture.run(.send("who", to: 77), by: ann)
    }
    try fixture.disconnect(ben)
    expectRejection(CommonRejection.notPresent, field: "send_message.to") {
      try fixture.run(.send("gone", to: ben), by: ann)
    }
  }

  // MARK: Taking back

  @Test func `an author takes its message back, once, and nobody else's`() throws {
    let message = try say("hasty", by: ann)
    expectRejection(ChatRejection.noSuchMessage, field: "take_back_message.message") {
      try fixture.run(.takeBack(message), by: ben)
    }
    expectRejection(CommonRejection.notAllowed) { try fixture.run(.remove(message), by: ben) }
    #expect(try decide(.takeBack(message), by: ann).erasures == [Position(message)])
    let events = try fixture.run(.takeBack(message), by: ann)
    #expect(
      events.map(\.chat.messageRemoved) == [
        .with {
          ($0.message, $0.player, $0.region, $0.by) = (message, ann.rawValue, 1, ann.rawValue)
        }
      ])
    #expect(
      try fixture.ask(.recentMessages(), by: ben).chat.recent.messages.map(\.message.removed)
        == [true])
    expectRejection(ChatRejection.noSuchMessage) { try fixture.run(.takeBack(message), by: ann) }
    expectRejection(ChatRejection.noSuchMessage) {
      try fixture.run(.takeBack(message + 9), by: ann)
    }
  }

  @Test func `a moderator removes anyone's message, and all who saw it are told`() throws {
    let message = try send("rude", by: ann, to: ben)
    let cid = try fixture.newPlayer("Cid")
    try fixture.runAsOperator(.changeRole(of: cid, to: .moderator))
    let events = try fixture.run(.remove(message), by: cid)
    #expect(events[0].chat.messageRemoved.by == cid.rawValue)
    var audiences: [Audience] = []
    events[0].addAudience(to: &audiences)
    #expect(audiences == [.player(ann), .player(ben)])
    expectRejection(ChatRejection.noSuchMessage, field: "remove_message.message") {
      try fixture.runAsOperator(.remove(message))
    }
  }

  // MARK: Blocks

  @Test func `whoever is blocked cannot tell it from one who takes no messages`() throws {
    func refusal() -> Rejection? {
      do {
        try fixture.run(.send("hello?", to: ben), by: ann)
        return nil
      } catch {
        return error
      }
    }
    try fixture.run(.block(ann), by: ben)
    let blocked = refusal()
    try fixture.run(.unblock(ann), by: ben)
    #expect(refusal() == nil)
    try fixture.run(.refuseMessages(true), by: ben)
    #expect(blocked?.code == "not_taken")
    #expect(refusal() == blocked)
    try fixture.run(.refuseMessages(false), by: ben)
    #expect(refusal() == nil)
    #expect(fixture.world.chats.blocks(of: ben) == nil)
  }

  @Test func `one does not speak to whom one blocks, and one's own state tells whom`() throws {
    try fixture.run(.block(ben), by: ann)
    expectRejection(ChatRejection.blockedByYou, field: "send_message.to") {
      try fixture.run(.send("hello", to: ben), by: ann)
    }
    let state = fixture.world.ownState(of: ann, at: fixture.now)
    #expect(state.blocks.blocked == [ben.rawValue])
    #expect(try fixture.ask(.blocks, by: ann).chat.blocks == state.blocks)
    #expect(!fixture.world.ownState(of: ben, at: fixture.now).hasBlocks)
    #expect(try fixture.ask(.blocks, by: ben).chat.blocks.blocked.isEmpty)
    #expect(try decide(.block(ben), by: ann).events.isEmpty)
    expectRejection(ChatRejection.yourself) { try fixture.run(.block(ann), by: ann) }
    expectRejection(CommonRejection.noSuchPlayer) { try fixture.run(.block(77), by: ann) }
    #expect(try decide(.unblock(77), by: ann).events.isEmpty)
  }

  @Test func `so many can be blocked and no more, in order`() throws {
    fixture.isChecking = false
    for number in 0..<UInt64(Chats.blockedMax) {
      fixture.commit(
        [
          .with {
            $0.chat.playerBlocked = .with {
              ($0.player, $0.blockedPlayer) = (ann.rawValue, 9_000 - number)
            }
          }
        ], actor: ann.actor, commandID: .none)
    }
    #expect(fixture.world.violations().isEmpty)
    let blocked = try #require(fixture.world.chats.blocks(of: ann)?.blocked)
    #expect(blocked == blocked.sorted())
    expectRejection(ChatRejection.tooManyBlocked, field: "block_player.player") {
      try fixture.run(.block(ben), by: ann)
    }
  }

  // MARK: Mutes

  @Test func `a mute ends by itself, is told at once, and leaves no row behind`() throws {
    let end = fixture.now + 10_000_000
    let events = try fixture.runAsOperator(.mute(ann, until: end.microseconds))
    var audiences: [Audience] = []
    events[0].addAudience(to: &audiences)
    #expect(audiences == [.player(ann)])
    do {
      try fixture.run(.say("let me"), by: ann)
      Issue.record("the muted player spoke")
    } catch {
      #expect(error.code == "muted")
      #expect(error.message == "You are muted until \(end).")
    }
    expectRejection(ChatRejection.muted) { try fixture.run(.send("let me", to: ben), by: ann) }
    #expect(fixture.world.ownState(of: ann, at: fixture.now).mute.untilUs == end.microseconds)
    #expect(
      try fixture.askAsOperator(.mutes).chat.mutes.mutes.map(\.mute.player) == [ann.rawValue])
    fixture.sleep(10_000_000)
    #expect(!fixture.world.ownState(of: ann, at: fixture.now).hasMute)
    #expect(try fixture.askAsOperator(.mutes).chat.mutes.mutes.isEmpty)
    try fixture.run(.say("at last"), by: ann)
    #expect(fixture.world.chats.mute(of: ann, at: end.microseconds - 1) == nil)
  }

  @Test func `a mute for good is ended by a moderator, who is no mere player`() throws {
    try fixture.runAsOperator(.changeRole(of: ben, to: .moderator))
    try fixture.run(.mute(ann, until: 0), by: ben)
    #expect(fixture.world.chats.mute(of: ann, at: .max)?.by == ben.rawValue)
    expectRejection(CommonRejection.notAllowed) { try fixture.run(.unmute(ann), by: ann) }
    expectRejection(CommonRejection.notAllowed) { try fixture.run(.mute(ben, until: 0), by: ann) }
    expectRejection(CommonRejection.notAllowed) { _ = try fixture.ask(.mutes, by: ann) }
    try fixture.run(.unmute(ann), by: ben)
    try fixture.run(.say("free"), by: ann)
    expectRejection(ChatRejection.notMuted, field: "unmute_player.player") {
      try fixture.run(.unmute(ann), by: ben)
    }
  }

  @Test func `a mute needs a player, an end to come and a reason`() throws {
    expectRejection(CommonRejection.noSuchPlayer, field: "mute_player.player") {
      try fixture.runAsOperator(.mute(77, until: 0))
    }
    for end in [fixture.now.microseconds, 1, -1, .min] {
      expectRejection(ChatRejection.endsInPast, field: "mute_player.until_us") {
        try fixture.runAsOperator(.mute(ann, until: end))
      }
    }
    for reason in ["", String(repeating: "x", count: 201), "a\nb"] {
      expectRejection(CommonRejection.invalidReason, field: "mute_player.reason") {
        try fixture.runAsOperator(.mute(ann, until: 0, reason: reason))
      }
    }
    try fixture.runAsOperator(.mute(ann, until: .max))
  }
}

extension WorldFixture {
  fileprivate func withOperator<Result>(
    _ body: (Requester) throws -> Result
  ) rethrows -> Result {
    try body(Requester(actor: .operator, role: .operator))
  }
}
