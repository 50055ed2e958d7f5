import EventLog
import EventLogTesting
import Schema
import SwiftProtobuf
import Synchronization
import Testing
import World

@testable import Engine

/// What is said is durable before anybody hears of it, and is told with its event.
@Suite(.timeLimit(.minutes(1))) struct TextTests {
  private static func say(_ text: String) -> Command {
    .with { $0.chat.say.text = text }
  }

  @Test func `an acknowledged message has its text, in pushes, answers and the store`() async throws
  {
    let texts = InMemoryTextStore()
    let running = try RunningEngine(InMemoryEventLog(), texts: texts)
    let session = try await running.player(1)
    let own = Topic.with { $0.own = OwnTopic() }
    _ = try await running.ask(session, 50) { .subscribe(id: $0, [own], after: nil) }
    let position = try #require(
      try await running.ask(session, 51) {
        .command(id: $0, commandID: CommandID(51), Self.say("hello"))
      }.position)
    #expect(texts.texts(at: [position]).map(\.text) == ["hello"])
    let shown = running.outlet.publications.flatMap { $0.texts(of: position) }
    #expect(shown.map(\.text) == ["hello"])
    let recent = Query.with { $0.chat.recent = RecentMessagesQuery() }
    let reply = try await running.ask(session, 52) { .query(id: $0, recent) }
    guard case .answered(let answer) = reply else {
      Issue.record("not answered: \(reply)")
      return
    }
    #expect(answer.chat.recent.messages.map(\.text) == ["hello"])

    let back = Command.with { $0.chat.takeBackMessage.message = position.rawValue }
    let removed = try await running.ask(session, 53) {
      .command(id: $0, commandID: CommandID(53), back)
    }
    #expect(removed.position != nil)
    #expect(texts.texts(at: [position]) == [])
    let later = try await running.ask(session, 54) { .query(id: $0, recent) }
    guard case .answered(let answer) = later else {
      Issue.record("not answered: \(later)")
      return
    }
    #expect(answer.chat.recent.messages.map(\.hasText) == [false])
    #expect(answer.chat.recent.messages.map(\.message.removed) == [true])
    await running.engine.stop()
  }

  @Test func `where a text cannot be kept, nothing is recorded or told, and the engine ends`()
    async throws
  {
    let log = InMemoryEventLog()
    let texts = FaultyTextStore()
    let running = try RunningEngine(log, texts: texts)
    let session = try await running.player(1)
    let before = log.summary().lastPosition
    texts.fail()
    let say = Request.command(id: 60, commandID: CommandID(60), Self.say("hello"))
    #expect(running.engine.take(.requests(session, [say])))
    let fault = try await running.fault()
    #expect(fault.code == .texts)
    #expect(!fault.description.contains("hello"))
    #expect(log.summary().lastPosition == before)
    #expect(running.outlet.replies.allSatisfy { $0.id != 60 })
  }

  @Test func `where a text cannot be read, no answer says that it was erased`() async throws {
    let texts = FaultyTextStore()
    let running = try RunningEngine(InMemoryEventLog(), texts: texts)
    let session = try await running.player(1)
    _ = try await running.ask(session, 60) {
      .command(id: $0, commandID: CommandID(60), Self.say("hello"))
    }
    texts.fail()
    let recent = Query.with { $0.chat.recent = RecentMessagesQuery() }
    #expect(running.engine.take(.requests(session, [.query(id: 61, recent)])))
    #expect(try await running.fault().code == .texts)
    #expect(running.outlet.replies.allSatisfy { $0.id != 61 })
  }

  @Test func `texts of a batch that never reached the log are gone after the next start`()
    async throws
  {
    let memory: any EventLog = InMemoryEventLog()
    let log = FaultyEventLog(memory)
    let texts = InMemoryTextStore()
    let running = try RunningEngine(log, texts: texts)
    let session = try await running.player(1)
    log.plan(.unknownBeforeWrite)
    let say = Request.command(id: 60, commandID: CommandID(60), Self.say("lost"))
    #expect(running.engine.take(.requests(session, [say])))
    #expect(try await running.fault().code == .commitFailed)
    await running.engine.stop()
    #expect(texts.texts(from: .first, through: .max).map(\.text) == ["lost"])
    let next = try RunningEngine(memory, texts: texts)
    #expect(texts.texts(from: .first, through: .max) == [])
    await next.engine.stop()
  }
}

/// A store in memory that fails when told to.
private final class FaultyTextStore: TextStore {
  private struct Failed: Error {}

  private let store = InMemoryTextStore()
  private let isFailing = Mutex(false)

  func fail() { isFailing.withLock { $0 = true } }

  private func check() throws {
    if isFailing.withLock({ $0 }) { throw Failed() }
  }

  func apply(_ changes: TextChanges, by epoch: Epoch) throws {
    try check()
    try store.apply(changes, by: epoch)
  }

  func texts(from first: Position, through last: Position) throws -> [KeptText] {
    try check()
    return store.texts(from: first, through: last)
  }

  func texts(at positions: [Position]) throws -> [KeptText] {
    try check()
    return store.texts(at: positions)
  }

  func take(_ epoch: Epoch, after last: Position) { store.take(epoch, after: last) }
}
