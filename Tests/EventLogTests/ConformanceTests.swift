import EventLogTesting
import Testing

@Suite struct ConformanceTests {
  @Test(arguments: EventLogCheck.all)
  func `the log in memory conforms`(check: EventLogCheck) async throws {
    try await check.run(on: InMemoryFixture())
  }

  @Test(arguments: EventLogCheck.all)
  func `the fault-injecting log conforms as long as there are no faults`(
    check: EventLogCheck
  ) async throws {
    try await check.run(on: FaultyFixture())
  }

  @Test(arguments: EventLogCheck.all)
  func `the log in one file conforms`(check: EventLogCheck) async throws {
    try await check.run(on: LMDBFixture())
  }

  @Test(arguments: EventLogCheck.all)
  func `the log in many files conforms`(check: EventLogCheck) async throws {
    try await check.run(on: LMDBFixture(.test(segmentBytesMax: 1)))
  }
  @Test(arguments: EventLogCheck.all)
  func `the log whose sealed segments are archived at once conforms`(
    check: EventLogCheck
  ) async throws {
    try await check.run(on: ArchivedFixture())
  }
}
