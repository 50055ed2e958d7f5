import EventLog
import EventLogTesting
import Testing

@Suite struct FaultyEventLogTests {
  private let inner: any EventLog = InMemoryEventLog()
  private let log: FaultyEventLog

  init() throws {
    log = FaultyEventLog(inner)
    try log.appendSamples((1...3).map { SampleEntry(number: $0) })
  }

  private func append(_ number: Int) throws -> AppendResult {
    let last = try inner.summary().lastPosition
    let batch = try EntryBatch(after: last, epoch: Epoch(1), [SampleEntry(number: number)])
    return log.append(batch, epoch: Epoch(1), expected: last)
  }

  @Test func `a refused append writes nothing and is over`() throws {
    log.plan(.refuse(LogFault(code: .diskFull, message: "full")), forAppend: 1)
    guard case .appended = try append(4) else {
      Issue.record("The fault came too early.")
      return
    }
    guard case .refused(let fault) = try append(5) else {
      Issue.record("The append was not refused.")
      return
    }
    #expect(fault.code == .diskFull)
    #expect(try inner.summary().lastPosition == Position(4))
    guard case .appended = try append(5) else {
      Issue.record("The fault did not end.")
      return
    }
  }

  @Test(arguments: [true, false])
  func `an unknown outcome stays unknown, whether it was written or not`(
    isWritten: Bool
  ) throws {
    log.plan(isWritten ? .unknownAfterWrite : .unknownBeforeWrite)
    for _ in 0..<2 {
      guard case .unknown = try append(4) else {
        Issue.record("The outcome is known.")
        return
      }
    }
    log.forgetPlan()
    guard case .unknown = try append(4) else {
      Issue.record("The outcome is known.")
      return
    }
    #expect(throws: LogFault.self) { try log.takeEpoch() }
    #expect(try inner.summary().lastPosition == Position(isWritten ? 4 : 3))
  }

  @Test func `part of a batch is written, and the outcome is unknown`() throws {
    log.plan(.unknownAfterPart(entryCount: 2))
    let batch = try EntryBatch(
      after: Position(3), epoch: Epoch(1), (4...6).map { SampleEntry(number: $0) })
    guard case .unknown = log.append(batch, epoch: Epoch(1), expected: Position(3)) else {
      Issue.record("The outcome is known.")
      return
    }
    #expect(try inner.summary().lastPosition == Position(5))
  }

  @Test(
    arguments: [.flipBit(3), .flipBit(8 * 20), .truncate(byteCount: 30)]
      as [FaultyEventLog.ReadFault])
  func `a damaged entry is detected and not lent`(damage: FaultyEventLog.ReadFault) throws {
    log.plan(damage, forEntryAt: Position(2))
    var lent: [Position] = []
    let fault = #expect(throws: LogFault.self) {
      try log.read(from: .first) { entry in
        lent.append(entry.position)
        return .proceed
      }
    }
    #expect(fault?.code == .damaged)
    #expect(fault?.position == Position(2))
    #expect(lent == [.first])
    #expect(#expect(throws: LogFault.self) { try log.verify() }?.position == Position(2))
    #expect(try log.samples(from: Position(3)).count == 1)
    log.forgetPlan()
    #expect(try log.samples().count == 3)
    #expect(try log.verify().entries == 3)
  }

  @Test func `a planned failure of a read is thrown`() throws {
    log.plan(.fail(LogFault(code: .readersFull, message: "full")), forEntryAt: Position(3))
    #expect(#expect(throws: LogFault.self) { try log.samples() }?.code == .readersFull)
  }

  @Test func `delays change nothing else`() throws {
    log.plan(.delay(.milliseconds(20)))
    log.plan(.delay(.milliseconds(20)), forEntryAt: .first)
    let elapsed = try ContinuousClock().measure {
      guard case .appended = try append(4) else {
        Issue.record("The append failed.")
        return
      }
      #expect(try log.samples().count == 4)
    }
    #expect(elapsed >= .milliseconds(40))
  }
}
