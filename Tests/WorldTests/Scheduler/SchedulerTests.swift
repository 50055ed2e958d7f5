import EventLog
import Projection
import Schema
import SwiftProtobuf
import Testing

@testable import World

@Suite struct SchedulerTests {
  @Test func `jobs come in the order of their due times`() {
    var scheduler = Scheduler()
    for (player, due) in [(3, 30), (1, 10), (2, 20), (4, 10)] as [(UInt64, Int64)] {
      scheduler.schedule(.borderCrossing, player, due: due)
    }
    scheduler.schedule(.tradeExpiry, 9, due: 10)
    var fired: [String] = []
    while let job = scheduler.next(dueBy: Timestamp(microseconds: 20)) {
      fired.append("\(job.kind.rawValue).\(job.subject)")
      scheduler.cancel(job.kind, job.subject)
    }
    #expect(fired == ["1.9", "2.1", "2.4", "2.2"])
    #expect(scheduler.nextDue == Timestamp(microseconds: 30))
  }

  @Test func `a job has one time, the latest given`() {
    var scheduler = Scheduler()
    scheduler.schedule(.borderCrossing, 1, due: 10)
    scheduler.schedule(.borderCrossing, 1, due: 30)
    #expect(scheduler.nextDue == Timestamp(microseconds: 30))
    scheduler.schedule(.borderCrossing, 1, due: 20)
    #expect(scheduler.nextDue == Timestamp(microseconds: 20))
    scheduler.cancel(.borderCrossing, 1)
    #expect(scheduler.nextDue == nil)
    scheduler.cancel(.borderCrossing, 1)
  }

  @Test func `the queue agrees with the table whatever is scheduled and cancelled`() {
    var scheduler = Scheduler()
    var expected: [UInt64: Int64] = [:]
    var random = DeterministicRandom(seed: 4, stream: 4, purpose: .birthplace)
    for _ in 0..<20_000 {
      let subject = random.next(below: 50)
      if random.next(below: 3) == 0 {
        scheduler.cancel(.tradeExpiry, subject)
        expected[subject] = nil
      } else {
        let due = random.next(in: 0..<1_000)
        scheduler.schedule(.tradeExpiry, subject, due: due)
        expected[subject] = due
      }
      #expect(scheduler.nextDue?.microseconds == expected.values.min())
    }
    scheduler.rebuildIndexes()
    #expect(scheduler.nextDue?.microseconds == expected.values.min())
  }

  @Test func `a job of a newer schema is refused`() throws {
    let fixture = try WorldFixture()
    for kind in [JobKind.unspecified, .UNRECOGNIZED(99)] {
      expectRejection(SchedulerRejection.unknownJob) {
        try fixture.serve(.fire(.with { $0.kind = kind }))
      }
    }
  }

  @Test(arguments: [
    JobKey(.tradeExpiry, 0), JobKey(.borderCrossing, .max), JobKey(.UNRECOGNIZED(-5), 256),
  ])
  func `a key reads back from its bytes`(key: JobKey) {
    var bytes: [UInt8] = []
    key.encode(into: &bytes)
    #expect(bytes.count == JobKey.encodedLength)
    #expect(JobKey(decoding: bytes[...]) == key)
    #expect(JobKey(decoding: bytes.dropLast()) == nil)
  }

  @Test func `keys order as their bytes do`() {
    let keys = [JobKey(.tradeExpiry, 1), JobKey(.tradeExpiry, 256), JobKey(.borderCrossing, 0)]
    let encoded = keys.map { key in
      var bytes: [UInt8] = []
      key.encode(into: &bytes)
      return bytes
    }
    #expect(keys.sorted() == keys)
    #expect(encoded.sorted { $0.lexicographicallyPrecedes($1) } == encoded)
  }
}

@Suite struct WorldClockJobTests {
  private func scheduler(speed: Int64 = 1_000) -> Scheduler {
    var scheduler = Scheduler()
    scheduler.setClock(.with { ($0.anchorUs, $0.worldUs, $0.speedPermille) = (1_000, 0, speed) })
    return scheduler
  }

  @Test func `jobs of both clocks come in the order of real time`() {
    var scheduler = scheduler()
    scheduler.schedule(.harmonyDrift, 1, at: WorldTime(500))
    scheduler.schedule(.tradeExpiry, 2, due: 1_400)
    scheduler.schedule(.tradeExpiry, 3, due: 1_600)
    var fired: [UInt64] = []
    while let job = scheduler.next(dueBy: Timestamp(microseconds: 1_550)) {
      fired.append(job.subject)
      scheduler.cancel(job.kind, job.subject)
    }
    #expect(fired == [2, 1])
    #expect(scheduler.nextDue == Timestamp(microseconds: 1_600))
  }

  @Test func `a job that was put off is told with its new time, and is as it was after a restart`()
  {
    var scheduler = scheduler()
    scheduler.schedule(.harmonyDrift, 1, at: WorldTime(500))
    guard let job = scheduler.next(dueBy: Timestamp(microseconds: 1_500)) else {
      Issue.record("the job is due")
      return
    }
    scheduler.putOff(job, until: WorldTime(900))
    #expect(scheduler.next(dueBy: Timestamp(microseconds: 1_899)) == nil)
    #expect(scheduler.next(dueBy: Timestamp(microseconds: 1_900))?.worldDueUs == 900)
    scheduler.rebuildIndexes()
    #expect(scheduler.next(dueBy: Timestamp(microseconds: 1_500))?.worldDueUs == 500)
  }

  @Test func `the queue agrees with what is scheduled, put off and cancelled`() {
    var scheduler = scheduler()
    var expected: [UInt64: Int64] = [:]
    var random = DeterministicRandom(seed: 4, stream: 4, purpose: .birthplace)
    for _ in 0..<20_000 {
      let subject = random.next(below: 50)
      let due = random.next(in: 1..<1_000)
      switch random.next(below: 4) {
      case 0:
        scheduler.cancel(.harmonyDrift, subject)
        expected[subject] = nil
      case 1 where expected[subject] != nil:
        let job = JobRow.with { ($0.kind, $0.subject) = (.harmonyDrift, subject) }
        let row = scheduler.jobs[JobKey(.harmonyDrift, subject)]
        scheduler.putOff(job, until: WorldTime(due))
        expected[subject] = max(due, row?.worldDueUs ?? 0)
      default:
        scheduler.schedule(.harmonyDrift, subject, at: WorldTime(due))
        expected[subject] = due
      }
      #expect(scheduler.nextDue?.microseconds == expected.values.min().map { 1_000 + $0 })
    }
  }
}
