import EventLog
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
