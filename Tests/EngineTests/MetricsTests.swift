import EventLog
import Metrics
import Schema
import SwiftProtobuf
import Synchronization
import Testing
import World

@testable import Engine

/// Goal: what the engine says it did is what it did.
@Suite(.timeLimit(.minutes(1))) struct MetricsTests {
  @Test func `every outcome of a command is counted under its kind`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let (inside, outside) = (walk(toX: 1_000, y: 1_000), walk(toX: -1, y: 0))
    _ = try engine.send(inside, CommandID(90), by: ada)
    _ = try engine.send(inside, CommandID(90), by: ada)
    _ = try engine.send(outside, CommandID(91), by: ada)
    _ = try engine.send(outside, CommandID(91), by: ada)
    engine.core.refusal = .diskFull
    _ = try engine.send(inside, CommandID(92), by: ada)
    _ = try engine.send(Command(), CommandID(93), by: ada)

    let commands = engine.core.counts.commands
    let move = CommandKind(system: 4, command: 1)
    #expect(commands.value(of: move, .accepted) == 1)
    #expect(commands.value(of: move, .repeated) == 1)
    #expect(commands.value(of: move, .rejected) == 3)
    #expect(commands.value(of: CommandKind(system: 1, command: 1), .accepted) == 1)
    #expect(commands.value(of: .unknown, .rejected) == 1)
    let codes = engine.core.counts.rejections.contents
    #expect(codes.map(\.count) == [2, 2])
    #expect(codes.last?.code == "disk_full")
  }

  @Test func `questions and subscriptions are counted`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    let query = Query.with { $0.players.profile = ProfileQuery() }
    _ = try engine.ask(of: ada) { .query(id: $0, query) }
    _ = try engine.ask(of: ada) { .query(id: $0, Query()) }
    _ = try engine.ask(of: ada) { .subscribe(id: $0, [Topic()], after: nil) }
    let counts = engine.core.counts
    #expect(counts.queriesAnswered.value == 1)
    #expect(counts.queriesRejected.value == 1)
    #expect(counts.rejections.contents.map(\.code) == ["unknown_request", "empty_topic"])
  }

  @Test func `more codes than there is room for are counted together`() {
    let counts = CodeCounts()
    var tally = CodeTally(counts)
    for number in 0..<CodeCounts.codesMax + 5 { tally.count("code_\(number)") }
    tally.count("code_0")
    let contents = counts.contents
    #expect(contents.count == CodeCounts.codesMax + 1)
    #expect(contents.first?.count == 2)
    #expect(contents.last?.code == "other")
    #expect(contents.last?.count == 5)
  }

  @Test func `every command of the schema has its numbers and its name`() throws {
    let entries = CommandCatalogue.schema.entries
    let accept = entries.first { $0.kind == CommandKind(system: 6, command: 3) }
    #expect(accept?.system == "trade")
    #expect(accept?.command == "accept_trade")
    for system in UInt8(1)...15 {
      for number in UInt8(1)...15 {
        let bytes = [system << 3 | 2, 2, number << 3 | 2, 0]
        let command = try Command(serializedBytes: bytes)
        let isOfTheSchema = try command.jsonString().count { $0 == "{" } == 3
        let kind = isOfTheSchema ? CommandKind(system: system, command: number) : .unknown
        #expect(command.kind == kind)
        #expect(entries.contains { $0.kind == kind } == isOfTheSchema)
      }
    }
  }

  @Test func `a running engine tells what it did`() async throws {
    let log: any EventLog = InMemoryEventLog()
    let running = try RunningEngine(log)
    let founded = try log.summary().lastPosition
    let session = try await running.player(1)
    for number in UInt64(0)..<50 {
      let command = walk(toX: 1_000 + Int64(number), y: 1_000)
      let request = Request.command(
        id: 100 + number, commandID: CommandID(100 + number), command)
      #expect(running.engine.submit(.requests(session, [request])))
      running.engine.wake()
    }
    _ = try await running.outlet.reply(to: 149, on: session.connection)
    let reading = try reading(of: running.engine)
    #expect(reading.value(of: "finalverse_sessions") == 1)
    let last = try log.summary().lastPosition
    #expect(reading.value(of: "finalverse_log_position") == Double(last.rawValue))
    let entries = Double(founded.distance(to: last))
    #expect(reading.value(of: "finalverse_entries_total") == entries)
    #expect(try #require(reading.value(of: "finalverse_entry_bytes_total")) > 64 * entries)
    let batches = try #require(reading.histogram("finalverse_batch_entries"))
    #expect(batches.sum == entries)
    #expect(reading.histogram("finalverse_commit_seconds")?.count == batches.count)
    #expect(
      reading.sum(of: "finalverse_commands_total", where: "command", is: "start_move") == 50)
    #expect(
      reading.sum(of: "finalverse_commands_total", where: "outcome", is: "accepted") == 51)
    #expect(try #require(reading.value(of: "finalverse_engine_busy_seconds_total")) > 0)
    #expect(reading.value(of: "finalverse_accepting_commands") == 1)
    #expect(reading.value(of: "finalverse_scheduler_lag_seconds") == 0)
    await running.engine.stop()
    #expect(try self.reading(of: running.engine).value(of: "finalverse_sessions") == 0)
  }

  @Test func `an engine whose committer is held up answers all the same`() async throws {
    let log: any EventLog = InMemoryEventLog()
    let running = try RunningEngine(log)
    let session = try await running.player(1)
    let before = try log.summary().lastPosition
    running.outlet.hold()
    for number in UInt64(1)...3 {
      let request = Request.command(
        id: 100 + number, commandID: CommandID(100 + number), walk(toX: 5_000, y: Int64(number)))
      #expect(running.engine.submit(.requests(session, [request])))
      running.engine.wake()
      for _ in 0..<5_000 {
        if try moves(of: running.engine) >= Double(number) { break }
        try await Task.sleep(for: .milliseconds(1))
      }
    }
    #expect(try moves(of: running.engine) == 3)
    let position = try reading(of: running.engine).value(of: "finalverse_log_position")
    #expect(position == Double(before.next.rawValue), "the first is durable, and not told yet")
    running.outlet.release()
    _ = try await running.outlet.reply(to: 103, on: session.connection)
    await running.engine.stop()
  }

  @Test func `the scheduler's lag grows while what is due is not fired`() throws {
    let engine = try CoreFixture()
    let ada = try engine.player("Ada")
    _ = try engine.send(walk(toX: 250_000, y: 1_000), by: ada)
    try engine.core.fireDue(limit: 10)
    let due = engine.core.counts.nextDue.value
    #expect(due == engine.nextDue?.microseconds)
    engine.clock.set(Timestamp(microseconds: due))
    try engine.core.fireDue(limit: 10)
    #expect(engine.core.counts.jobsFired.value == 1)
    #expect(engine.core.counts.nextDue.value > due)
  }

  private func moves(of engine: Engine) throws -> Double {
    try reading(of: engine)
      .sum(of: "finalverse_commands_total", where: "command", is: "start_move") ?? 0
  }

  private func reading(of engine: Engine) throws -> MetricsReading {
    var text = MetricsText()
    engine.addMetrics(to: &text)
    return try MetricsReading(text.text)
  }
}
