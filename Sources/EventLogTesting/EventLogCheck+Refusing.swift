internal import EventLog

extension EventLogCheck {
  static let refusing: [EventLogCheck] = [
    EventLogCheck("a batch that expects another end is a conflict") { fixture in
      try fixture.log.appendSamples([SampleEntry(number: 1), SampleEntry(number: 2)])
      for wrong: Position in [.zero, .first, Position(3)] {
        let batch = try EntryBatch(after: wrong, epoch: Epoch(1), [SampleEntry(number: 9)])
        guard
          case .conflict(let last) = fixture.log.append(batch, epoch: Epoch(1), expected: wrong)
        else { throw ConformanceFailure("No conflict for a batch after \(wrong).") }
        try expect(last, is: Position(2), "end named by the conflict")
      }
      try expect(try fixture.log.summary().lastPosition, is: Position(2), "last position")
    },
    EventLogCheck("each take-over begins the next term and fences off the writers before") {
      fixture in
      let old = try fixture.log.takeEpoch()
      try expect(old, is: Epoch(1), "first term")
      try fixture.log.appendSamples([SampleEntry(number: 1)])
      let new = try fixture.log.takeEpoch()
      try expect(new, is: Epoch(2), "second term")
      let late = try EntryBatch(after: .first, epoch: old, [SampleEntry(number: 2)])
      guard case .fenced(let current) = fixture.log.append(late, epoch: old, expected: .first)
      else { throw ConformanceFailure("The older writer was not fenced off.") }
      try expect(current, is: new, "term named by the fence")
      try expect(try fixture.log.summary().lastPosition, is: .first, "last position")
      try fixture.log.appendSamples([SampleEntry(number: 2)])
      try expect(try fixture.log.summary().lastPosition, is: Position(2), "last position")
    },
    EventLogCheck("a term that nobody took appends nothing") { fixture in
      for epoch: Epoch in [.zero, Epoch(1)] {
        let batch = try EntryBatch(after: .zero, epoch: epoch, [SampleEntry(number: 1)])
        let result = fixture.log.append(batch, epoch: epoch, expected: .zero)
        guard case .fenced(.zero) = result else {
          throw ConformanceFailure("Term \(epoch) is not fenced off: \(result).")
        }
      }
      try expect(try fixture.log.summary().isEmpty, is: true, "isEmpty")
    },
    EventLogCheck("a batch that cannot follow is refused and may be mended") { fixture in
      try fixture.log.appendSamples([SampleEntry(number: 5)])
      let (one, epoch) = (Position.first, Epoch(1))
      let misplaced = [
        ("empty", EntryBatch(after: one, epoch: epoch)),
        ("misnumbered", try EntryBatch(after: Position(7), epoch: epoch, [SampleEntry(number: 6)])),
        ("of another epoch", try EntryBatch(after: one, epoch: Epoch(2), [SampleEntry(number: 6)])),
        ("back in time", try EntryBatch(after: one, epoch: epoch, [SampleEntry(number: 4)])),
      ]
      for (what, batch) in misplaced {
        guard case .refused(let fault) = fixture.log.append(batch, epoch: epoch, expected: one)
        else { throw ConformanceFailure("A batch that is \(what) was not refused.") }
        try expect(fault.code, is: .batchMisplaced, "code for a batch that is \(what)")
      }
      try fixture.log.appendSamples([SampleEntry(number: 5), SampleEntry(number: 6)])
      try expect(try fixture.log.summary().lastPosition, is: Position(3), "last position")
    },
  ]
}
