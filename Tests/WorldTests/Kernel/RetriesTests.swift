import EventLog
import Testing

@testable import World

@Suite struct RetriesTests {
  @Test func `a command that took effect is found with its position, by its actor alone`() {
    var retries = Retries()
    retries.fold(Self.stamp(5, actor: 1_000, command: 77))
    #expect(retries.position(of: CommandID(77), by: ActorID(1_000)) == Position(5))
    #expect(retries.position(of: CommandID(77), by: ActorID(1_001)) == nil)
    #expect(retries.position(of: CommandID(78), by: ActorID(1_000)) == nil)
  }

  @Test func `what the server does of itself leaves nothing`() {
    var retries = Retries()
    retries.fold(Self.stamp(5, actor: 1, command: 0))
    #expect(retries.position(of: .none, by: .scheduler) == nil)
  }

  @Test(arguments: [1, 127, 128, 129, 300])
  func `the latest 128 are kept`(count: UInt64) {
    var retries = Retries()
    for index in 1...count { retries.fold(Self.stamp(index, actor: 1_000, command: index * 10)) }
    for index in 1...count {
      let expected = index + UInt64(Retries.window) > count ? Position(index) : nil
      #expect(retries.position(of: CommandID(index * 10), by: ActorID(1_000)) == expected)
    }
    var violations: [Violation] = []
    retries.addViolations(to: &violations)
    #expect(violations.isEmpty)
  }

  private static func stamp(_ position: UInt64, actor: UInt64, command: UInt64) -> EntryStamp {
    EntryStamp(
      position: Position(position), time: Timestamp(microseconds: 0), actor: ActorID(actor),
      commandID: CommandID(command))
  }
}
