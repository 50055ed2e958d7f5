internal import EventLog

extension EventLogCheck {
  /// Appends `count` samples in batches of seven.
  private static func fill(_ fixture: any EventLogFixture, count: Int) throws -> [SampleEntry] {
    let entries = (1...count).map { SampleEntry(number: $0) }
    for start in stride(from: 0, to: count, by: 7) {
      try fixture.log.appendSamples(Array(entries[start..<min(start + 7, count)]))
    }
    return entries.map(\.asRead)
  }

  static let reading: [EventLogCheck] = [
    EventLogCheck("a read begins and ends where it is told") { fixture in
      let entries = try fill(fixture, count: 40)
      for (first, last) in [(1, 1), (1, 7), (7, 8), (3, 29), (40, 40), (39, 99), (41, 50), (9, 8)] {
        let read = try fixture.log.samples(
          from: Position(UInt64(first)), through: Position(UInt64(last)))
        let expected = first <= min(last, 40) ? Array(entries[first - 1..<min(last, 40)]) : []
        try expect(read, is: expected, "entries \(first) to \(last)")
      }
      try expect(try fixture.log.samples(from: .zero), is: entries, "entries from zero")
    },
    EventLogCheck("a read filtered by kind lends just what has one of the kinds") { fixture in
      let entries = try fill(fixture, count: 60)
      let wishes: [Set<EventKind>] = [
        [], [EventKind(system: 1, event: 0)], [EventKind(system: 255, event: 255)],
        [EventKind(system: 3, event: 2), EventKind(system: 1, event: 4)],
      ]
      for kinds in wishes {
        let expected = entries.filter { !kinds.isDisjoint(with: $0.kinds) }
        try expect(try fixture.log.samples(kinds: kinds), is: expected, "entries of \(kinds)")
      }
    },
    EventLogCheck("the first position of a time is found") { fixture in
      var entries: [SampleEntry] = []
      for second in [10, 10, 20, 20, 20, 30] as [Int64] {
        entries.append(SampleEntry(time: Timestamp(microseconds: second)))
      }
      try fixture.log.appendSamples(Array(entries[..<4]))
      try fixture.log.appendSamples(Array(entries[4...]))
      for (time, expected) in [
        (Int64.min, 1), (10, 1), (11, 3), (20, 3), (21, 6), (30, 6), (31, nil), (.max, nil),
      ] as [(Int64, UInt64?)] {
        let found = try fixture.log.firstPosition(atOrAfter: Timestamp(microseconds: time))
        try expect(found, is: expected.map { Position($0) }, "first position at or after \(time)")
      }
    },
    EventLogCheck("a read ends when its reader has enough") { fixture in
      let entries = try fill(fixture, count: 30)
      var read: [SampleEntry] = []
      try fixture.log.read(from: .first) { entry in
        read.append(SampleEntry(entry))
        return read.count == 9 ? .stop : .proceed
      }
      try expect(read, is: Array(entries[..<9]), "entries before the stop")
    },
    EventLogCheck("what a reader throws comes out unchanged") { fixture in
      _ = try fill(fixture, count: 3)
      let thrown = ConformanceFailure("thrown by the reader")
      var caught: String?
      do {
        try fixture.log.read(from: .first) { _ in throw thrown }
      } catch let failure as ConformanceFailure {
        caught = failure.description
      }
      try expect(caught, is: thrown.description, "error")
    },
    EventLogCheck("a reader may read and append meanwhile, and sees the end of its beginning") {
      fixture in
      let entries = try fill(fixture, count: 5)
      var count = 0
      try fixture.log.read(from: .first) { entry in
        count += 1
        let again = try fixture.log.samples(from: entry.position, through: entry.position)
        try expect(again, is: [entries[count - 1]], "entry read within a read")
        try fixture.log.appendSamples([SampleEntry(number: 100 + count)])
        return .proceed
      }
      try expect(count, is: 5, "entries of the read")
      try expect(try fixture.log.summary().lastPosition, is: Position(10), "last position")
    },
  ]
}
