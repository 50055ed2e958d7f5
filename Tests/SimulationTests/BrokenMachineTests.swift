import Engine
import EventLog
import EventLogTesting
import Testing
import World

@testable import Simulation

/// A simulation that cannot fail shows nothing: each of these machines is broken in one way, which must be
/// noticed, happen again, and come down to few steps.
@Suite(.timeLimit(.minutes(2))) struct BrokenMachineTests {
  @Test func `a log that forgets its last batch in a crash`() throws {
    var machine = Machine()
    machine.openLog = { log in
      guard let last = try? log.summary().lastPosition, last > Position(24) else { return log }
      return copy(of: log, through: last.advanced(by: -1)) ?? log
    }
    try expectFound(.durable, on: machine, stepsMax: 30)
  }

  @Test func `a log that changes what it stored`() throws {
    var machine = Machine()
    machine.openLog = { log in copy(of: log, through: .max, epoch: Epoch(77)) ?? log }
    try expectFound(.durable, on: machine, stepsMax: 5)
  }

  @Test func `a log that keeps part of a batch`() throws {
    var machine = Machine()
    machine.storedUnknown = .unknownAfterPart(entryCount: 1)
    try expectFound(.durable, on: machine, stepsMax: 30)
  }

  @Test func `a gateway that hands a command over twice under another number`() throws {
    var machine = Machine()
    machine.submit = { inbound in
      guard case .requests(let session, let requests) = inbound,
        case .command(let id, let command, let content)? = requests.first
      else { return [inbound] }
      let again = Request.command(
        id: id, commandID: CommandID(command.rawValue ^ 1 << 60), content)
      return [inbound, .requests(session, [again])]
    }
    try expectFound(.once, on: machine, stepsMax: 30)
  }

  @Test func `a delivery that is dropped`() throws {
    var machine = Machine()
    machine.deliver = { delivery in
      let position = delivery.publication?.batch.lastPosition.rawValue ?? 0
      return position % 7 == 6 ? [] : [delivery]
    }
    try expectFound(.view, on: machine, stepsMax: 60)
  }

  @Test func `a log that has gaps for those who resume`() throws {
    var machine = Machine()
    machine.history = { Gaps(log: $0) }
    try expectFound(.view, on: machine, stepsMax: 60)
  }

  @Test func `an outlet that repeats`() throws {
    var machine = Machine()
    machine.deliver = { delivery in
      delivery.publication == nil ? [delivery] : [delivery, delivery]
    }
    try expectFound(nil, on: machine, stepsMax: 30)
  }

  @Test func `a replay that is cut down fails in the same way when it is read from a file`() throws
  {
    var machine = Machine()
    machine.openLog = { log in copy(of: log, through: .max, epoch: Epoch(77)) ?? log }
    let report = SimulationRun.play(
      SimulationPlan(seed: 3, commands: 2_000, faults: .many), on: machine)
    let breach = try #require(report.breach)
    let shrunk = Shrinking.shrink(
      StepList(seed: 3, steps: report.steps), breaking: breach.promise, on: machine)
    let found = try #require(shrunk)
    let read = try StepList(found.list.text(comment: ["a comment"]))
    #expect(read == found.list)
    #expect(SimulationRun.replay(read, on: machine).breach == found.breach)
    #expect(SimulationRun.replay(read).breach == nil)
  }

  /// Expects that one of a few seeds finds the machine broken, and that few steps show it.
  private func expectFound(
    _ promise: Breach.Promise?, on machine: Machine, stepsMax: Int
  ) throws {
    var plan = SimulationPlan(seed: 3, commands: 1_000, faults: .many)
    var report = SimulationRun.play(plan, on: machine)
    // Not every seed has the faults in it by which a machine shows.
    while report.breach == nil, plan.seed < 20 {
      plan.seed += 1
      report = SimulationRun.play(plan, on: machine)
    }
    let breach = try #require(report.breach)
    if let promise { #expect(breach.promise == promise, "\(breach.description)") }
    var attempts = 0
    let shrunk = Shrinking.shrink(
      StepList(seed: plan.seed, steps: report.steps), breaking: breach.promise, on: machine
    ) {
      attempts += 1
      return attempts > 400
    }
    let found = try #require(shrunk)
    #expect(
      found.list.steps.count <= stepsMax, "\(found.list.steps.map(\.description))")
    #expect(found.list.steps.count <= report.steps.count)
  }
}

/// A log of which every seventh entry is not read.
private struct Gaps: EntryReader {
  let log: any EntryReader

  func oldestPosition() throws(LogFault) -> Position { try log.oldestPosition() }

  func read(
    from first: Position, through last: Position?, kinds: Set<EventKind>?,
    _ body: (EntryView) throws -> ReadControl
  ) throws {
    try log.read(from: first, through: last, kinds: kinds) { entry in
      entry.position.rawValue % 7 == 0 ? .proceed : try body(entry)
    }
  }

  func firstPosition(atOrAfter time: Timestamp) throws(LogFault) -> Position? {
    try log.firstPosition(atOrAfter: time)
  }
}

/// The entries of a log up to a position, in another log; with another term, if one is given.
private func copy(
  of log: any EventLog, through last: Position, epoch: Epoch? = nil
) -> (any EventLog)? {
  let copied = InMemoryEventLog()
  do {
    let taken = try log.summary().epoch
    var current = copied.takeEpoch()
    while current < epoch ?? taken { current = copied.takeEpoch() }
    var batch = EntryBatch(after: .zero, epoch: current)
    try log.read(from: .first, through: min(last, log.summary().lastPosition)) { entry in
      let payload = unsafe entry.payload.withUnsafeBytes { unsafe Array($0) }
      try batch.append(
        time: entry.time, actor: entry.actor, commandID: entry.commandID,
        eventCount: Int(entry.eventCount), kinds: entry.kinds, payload: unsafe payload.span.bytes)
      return .proceed
    }
    guard case .appended = copied.append(batch, epoch: current, expected: .zero) else { return nil }
    return copied
  } catch {
    return nil
  }
}
