import EventLog
import Testing
import World

@testable import Engine

/// Nothing is sent before what it speaks of, whether that comes from the log or from what was delivered just now.
@Suite struct CatchUpCourseTests {
  private struct Word: OwedMessage, Equatable {
    let text: String
    var byteCount: Int { text.utf8.count }

    init(_ text: String) {
      self.text = text
    }
  }

  /// What it does, as words.
  private static func steps(
    _ course: inout CatchUpCourse<Word>, _ recent: RecentPublications = RecentPublications(),
    deliveredThrough last: UInt64, hasRoom: Bool = true, isSlow: Bool = false
  ) -> [String] {
    var steps: [String] = []
    while steps.count < 20 {
      let next = course.next(
        recent, deliveredThrough: Position(last), hasRoom: hasRoom, isSlow: isSlow)
      switch next {
      case .message(let word): steps.append(word.text)
      case .resumed(let reply, let moved):
        steps.append(reply.text)
        if let moved { steps.append(moved.text) }
      case .entries(let entries, let publication):
        let positions = entries.map {
          publication.batch.firstPosition.advanced(by: Int($0.index))
        }
        steps.append("entries \(positions.map(\.rawValue))")
      case .waits: return steps + ["waits"]
      case .reading(let through): return steps + ["read \(through.rawValue)"]
      case .nothing: return steps + ["nothing"]
      }
    }
    return steps
  }

  private static func course(after: UInt64, _ topics: Set<DeliveryTopic>) -> CatchUpCourse<Word> {
    CatchUpCourse(MissedEntries(after: Position(after), topics, from: source))
  }

  private static var source: MissedEntries.Source {
    MissedEntries.Source(
      log: InMemoryEventLog(), texts: InMemoryTextStore(),
      grid: Grid(columns: 4, rows: 4, cell: 100_000), cancellation: Cancellation())
  }

  /// A batch of three entries, of which everyone sees the first and the last.
  private static func publication(after: UInt64) throws -> Publication {
    var batch = EntryBatch(after: Position(after), epoch: Epoch(1))
    for number in 1...3 as ClosedRange<Int64> {
      try batch.append(
        time: Timestamp(microseconds: number), actor: .operator, commandID: .none,
        kinds: [EventKind(system: 1, event: 1)], payload: [1])
    }
    let visible = [0, 2].map {
      Publication.VisibleEntry(index: $0, events: 1, isWhole: true)
    }
    return Publication(batch: batch, entries: [.everyone: visible])
  }

  @Test func `replies come when everything up to their position has been sent`() {
    var course = Self.course(after: 10, [.everyone])
    course.owe(Word("at 10"), through: Position(10))
    course.owe(Word("at 20"), through: Position(20))
    course.owe(Word("at 30"), through: Position(30))
    #expect(course.owedBytes == 3 * (128 + 5))
    // What was delivered before is not kept.
    var recent = RecentPublications()
    recent.restart(at: Position(30))
    #expect(Self.steps(&course, recent, deliveredThrough: 30) == ["at 10", "read 20"])
    // The log has been read so far.
    course.missed.advance(to: Position(20))
    #expect(Self.steps(&course, recent, deliveredThrough: 30) == ["at 20", "read 30"])
    course.missed.advance(to: Position(30))
    #expect(Self.steps(&course, recent, deliveredThrough: 30) == ["at 30", "nothing"])
    #expect(course.owedBytes == 0)
  }

  @Test func `who watches nothing is only told`() {
    var course = Self.course(after: 10, [])
    course.owe(Word("at 20"), through: Position(20))
    #expect(Self.steps(&course, deliveredThrough: 30) == ["at 20", "nothing"])
    #expect(course.missed.through == Position(30))
  }

  @Test func `what was delivered just now is sent from there, and of it what is missing`() throws {
    var recent = RecentPublications()
    recent.restart(at: Position(10))
    recent.append(try Self.publication(after: 10))
    recent.append(try Self.publication(after: 13))
    var course = Self.course(after: 11, [.everyone])
    course.owe(Word("at 13"), through: Position(13))
    var full = course
    #expect(
      Self.steps(&course, recent, deliveredThrough: 16)
        == ["entries [13]", "at 13", "entries [14, 16]", "nothing"])
    #expect(Self.steps(&full, recent, deliveredThrough: 16, hasRoom: false) == ["waits"])
    // Before what is kept, the log has to be read.
    var early = Self.course(after: 9, [.everyone])
    #expect(Self.steps(&early, recent, deliveredThrough: 16) == ["read 16"])
  }

  @Test func `other topics are watched from their position on`() throws {
    var recent = RecentPublications()
    recent.restart(at: Position(10))
    recent.append(try Self.publication(after: 10))
    recent.append(try Self.publication(after: 13))
    var course = Self.course(after: 10, [.everyone])
    course.owe(Word("left"), for: .unsubscribed([.everyone]), through: Position(13))
    #expect(
      Self.steps(&course, recent, deliveredThrough: 16) == ["entries [11, 13]", "left", "nothing"])
    #expect(course.missed.topics.isEmpty)
  }

  @Test func `what was missed is read from the log, however little, and then said to be there`()
    throws
  {
    let subscription = Subscription(
      topics: [.everyone], position: Position(13), resumeAfter: Position(10), states: [])
    let requester = Requester(actor: ActorID(1_000), role: .player)
    let missed = try #require(MissedEntries(subscription, of: requester, from: Self.source))
    var course = CatchUpCourse<Word>(missed)
    course.owe(resumed: subscription, Word("resumed"), moved: Word("moved"))
    var recent = RecentPublications()
    recent.restart(at: Position(10))
    recent.append(try Self.publication(after: 10))
    #expect(Self.steps(&course, recent, deliveredThrough: 13) == ["read 13"])
    course.missed.advance(to: Position(13))
    #expect(Self.steps(&course, recent, deliveredThrough: 13) == ["resumed", "nothing"])
    #expect(!course.missed.isFromBefore)
    // Who may have been on the way before is told again where it is.
    var other = CatchUpCourse<Word>(missed)
    var shortly = subscription
    shortly.mayHaveMissedMove = true
    other.owe(resumed: shortly, Word("resumed"), moved: Word("moved"))
    other.missed.advance(to: Position(13))
    #expect(Self.steps(&other, recent, deliveredThrough: 13) == ["resumed", "moved", "nothing"])
  }
}
