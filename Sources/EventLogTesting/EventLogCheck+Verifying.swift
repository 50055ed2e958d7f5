internal import EventLog

extension EventLogCheck {
  static let verifying: [EventLogCheck] = [
    EventLogCheck("verification covers every entry and batch") { fixture in
      var (head, byteCount) = (ChainHead.genesis, 0)
      for batch in [1...4, 5...5, 6...20] {
        head = try fixture.log.appendSamples(batch.map { SampleEntry(number: $0) })
      }
      try fixture.log.read(from: .first) { entry in
        byteCount += entry.bytes.byteCount
        return .proceed
      }
      var seen: [VerifyProgress] = []
      let report = try fixture.log.verify(from: nil, through: nil) { progress in
        seen.append(progress)
        return .proceed
      }
      try expect(
        report,
        is: VerifyReport(
          firstPosition: .first, lastPosition: Position(20), entries: 20, bytes: UInt64(byteCount),
          batches: 3, head: head, isComplete: true), "report")
      guard let end = seen.last else { throw ConformanceFailure("No progress was reported.") }
      try expect(end.entries, is: 20, "entries at the end")
      try expect(end.entriesTotal, is: 20, "entries in all")
      try expect(end.bytes, is: UInt64(byteCount), "bytes at the end")
      try expect(seen.map(\.entries), is: seen.map(\.entries).sorted(), "entries over time")
    },
    EventLogCheck("verification of a part covers the batches that it touches") { fixture in
      for batch in [1...4, 5...8, 9...12] {
        try fixture.log.appendSamples(batch.map { SampleEntry(number: $0) })
      }
      for (wish, covered) in [(1...1, 1...4), (6...7, 5...8), (4...5, 1...8), (8...12, 5...12)] {
        let report = try fixture.log.verify(
          from: Position(UInt64(wish.lowerBound)), through: Position(UInt64(wish.upperBound))
        ) { _ in .proceed }
        let found = Int(report.firstPosition.rawValue)...Int(report.lastPosition.rawValue)
        try expect(found, is: covered, "entries verified for \(wish)")
        try expect(report.entries, is: covered.count, "number of entries verified for \(wish)")
      }
    },
    EventLogCheck("verification stops when told to, and says so") { fixture in
      for number in 1...3 { try fixture.log.appendSamples([SampleEntry(number: number)]) }
      var calls = 0
      let report = try fixture.log.verify(from: nil, through: nil) { _ in
        calls += 1
        return .stop
      }
      try expect(calls, is: 1, "calls after the stop")
      try expect(report.isComplete, is: report.entries == 3, "isComplete")
    },
  ]

  static let lasting: [EventLogCheck] = [
    EventLogCheck("a log that is opened again is as it was, and goes on") { fixture in
      let entries = (1...30).map { SampleEntry(number: $0) }
      try fixture.log.appendSamples(Array(entries[..<10]))
      try fixture.log.appendSamples(Array(entries[10..<20]))
      let before = try fixture.log.summary()
      guard try fixture.reopen() else { return }
      let after = try fixture.log.summary()
      try expect(after.logID, is: before.logID, "log")
      try expect(after.lastPosition, is: before.lastPosition, "last position")
      try expect(after.lastTime, is: before.lastTime, "last time")
      try expect(after.head, is: before.head, "head")
      try expect(after.epoch, is: before.epoch, "epoch")
      try expect(try fixture.log.takeEpoch(), is: before.epoch.next, "next term")
      try fixture.log.appendSamples(Array(entries[20...]))
      try expect(try fixture.log.samples(), is: entries.map(\.asRead), "entries")
      try expect(try fixture.log.verify().entries, is: 30, "entries verified")
    }
  ]
}
