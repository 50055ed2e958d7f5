import EventLog
import Projection
import Schema
import Testing

@Suite struct StateDigestTests {
  @Test func `the digest is what the documentation says`() throws {
    // sha256(b"\x04jobs" + b"\x08\x00" + bytes(7) + b"\x05" + b"\x08\x01\x18\x09")[:16], by Python.
    var roster = Roster()
    roster.jobs.set(5, to: job(due: 9))
    let state = try StateSummary(of: &roster)
    #expect(state.digest.description == "abbb85a7ae55edec37ba7d5cfe7cbcbb")
    #expect(state.rowCount == 1)
  }

  @Test func `the digest does not depend on the order in which rows came`() throws {
    var forwards = Roster()
    var backwards = Roster()
    for key in 1...100 as ClosedRange<UInt64> {
      forwards.jobs.set(key, to: job(due: Int64(key)))
      backwards.jobs.set(101 - key, to: job(due: Int64(101 - key)))
    }
    let state = try StateSummary(of: &forwards)
    #expect(try StateSummary(of: &backwards) == state)
    backwards.jobs.update(50) { $0.dueUs += 1 }
    #expect(try StateSummary(of: &backwards) != state)
    backwards.jobs.update(50) { $0.dueUs -= 1 }
    #expect(try StateSummary(of: &backwards) == state)
  }

  @Test func `rows that change places have another digest`() throws {
    var one = Roster()
    var other = Roster()
    one.jobs.set(1, to: job(due: 10))
    one.jobs.set(2, to: job(due: 20))
    other.jobs.set(1, to: job(due: 20))
    other.jobs.set(2, to: job(due: 10))
    #expect(try StateSummary(of: &one) != StateSummary(of: &other))
  }

  @Test func `no rows have the empty digest`() throws {
    var roster = Roster()
    #expect(try StateSummary(of: &roster) == .empty)
    #expect(StateDigest.empty.description == String(repeating: "0", count: 32))
  }

  @Test func `a digest is read back from its bytes and from no others`() throws {
    var roster = Roster()
    roster.jobs.set(1, to: job(due: 1))
    let digest = try StateSummary(of: &roster).digest
    #expect(StateDigest(digest.bytes) == digest)
    #expect(StateDigest(digest.bytes.dropLast()) == nil)
  }
}
