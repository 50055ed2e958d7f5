import EventLog
import Testing

@Suite struct ValueTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000000Z"),
    (1, "1970-01-01T00:00:00.000001Z"),
    (-1, "1969-12-31T23:59:59.999999Z"),
    (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
    (951_868_799_999_999, "2000-02-29T23:59:59.999999Z"),
    (1_709_164_800_000_000, "2024-02-29T00:00:00.000000Z"),
    (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
    (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
    (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
  ])
  func `times are written as ISO 8601`(microseconds: Int64, text: String) {
    #expect(Timestamp(microseconds: microseconds).description == text)
  }

  @Test(arguments: [Int64.min, .max])
  func `the first and the last time can be written`(microseconds: Int64) {
    #expect(Timestamp(microseconds: microseconds).description.hasSuffix("Z"))
  }

  @Test(arguments: 0..<50)
  func `kinds are a set in ascending order`(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let kinds = (0..<random.next() % 12).map { _ in
      EventKind(system: UInt8(random.next() % 3), event: UInt8(random.next() % 4))
    }
    let expected = Set(kinds).sorted()
    #expect(Array(EventKinds(kinds)) == expected)
    #expect(EventKinds(kinds) == EventKinds(expected))
    #expect(EventKinds(kinds).hashValue == EventKinds(expected.reversed()).hashValue)
  }

  @Test func `a kind is its system and its event`() {
    let kind = EventKind(system: 3, event: 200)
    #expect(kind.rawValue == 3 * 256 + 200)
    #expect(kind.system == 3)
    #expect(kind.event == 200)
    #expect(kind.description == "3.200")
  }

  @Test func `positions count without gaps`() {
    #expect(Position.zero.next == .first)
    #expect(Position(7).advanced(by: -7) == .zero)
    #expect(Position(3).distance(to: Position(10)) == 7)
    #expect(Position(10).distance(to: Position(3)) == -7)
  }

  @Test(arguments: [(1, false), (2, false), (999, false), (1_000, true), (.max, true)])
  func `players are told from the server's own actors`(number: UInt64, isPlayer: Bool) {
    #expect(ActorID(number).isPlayer == isPlayer)
  }

  @Test func `a log's number has sixteen digits`() {
    #expect(LogID(rawValue: 0xBEEF).description == "000000000000beef")
  }
}
