internal import EventLog

extension EventLogCheck {
  static let appending: [EventLogCheck] = [
    EventLogCheck("an empty log says so") { fixture in
      let summary = try fixture.log.summary()
      try expect(summary.isEmpty, is: true, "isEmpty")
      try expect(summary.firstPosition, is: .first, "first position")
      try expect(summary.lastPosition, is: .zero, "last position")
      try expect(summary.lastTime, is: nil, "last time")
      try expect(summary.epoch, is: .zero, "epoch")
      try expect(summary.head, is: .genesis, "head")
      try expect(try fixture.log.samples(from: .zero), is: [], "entries")
      let found = try fixture.log.firstPosition(atOrAfter: Timestamp(microseconds: .min))
      try expect(found, is: nil, "first position by time")
      try expect(try fixture.log.verify().entries, is: 0, "entries verified")
    },
    EventLogCheck("what is appended is read back in every part") { fixture in
      let entries = (1...50).map { SampleEntry(number: $0) }
      try fixture.log.appendSamples(Array(entries[..<20]))
      try fixture.log.appendSamples(Array(entries[20...]))
      try expect(try fixture.log.samples(), is: entries.map(\.asRead), "entries")
      var next = Position.first
      try fixture.log.read(from: .first) { entry in
        try expect(entry.position, is: next, "position")
        try expect(entry.epoch, is: Epoch(1), "epoch")
        let eventCount = entries[Position.first.distance(to: next)].kinds.count
        try expect(Int(entry.eventCount), is: eventCount, "events of \(next)")
        next = next.next
        return .proceed
      }
      try expect(next, is: Position(51), "position after the last")
    },
    EventLogCheck("the summary follows every append") { fixture in
      var head = ChainHead.genesis
      for number in 1...10 {
        let entry = SampleEntry(number: number)
        let appended = try fixture.log.appendSamples([entry])
        let summary = try fixture.log.summary()
        try expect(summary.head, is: appended, "head")
        try expect(summary.head == head, is: false, "head unchanged")
        try expect(summary.lastPosition, is: Position(UInt64(number)), "last position")
        try expect(summary.lastTime, is: entry.time, "last time")
        try expect(summary.epoch, is: Epoch(1), "epoch")
        head = appended
      }
    },
    EventLogCheck("the head is the hash of the head before and the batch's bytes") { fixture in
      let epoch = try fixture.log.takeEpoch()
      var (expected, last) = (ChainHead.genesis, Position.zero)
      for size in [1, 5, 2] {
        let entries = (1...size).map { SampleEntry(number: Int(last.rawValue) + $0) }
        let batch = try EntryBatch(after: last, epoch: epoch, entries)
        expected = expected.extended(by: batch.bytes)
        guard case .appended(let head) = fixture.log.append(batch, epoch: epoch, expected: last)
        else { throw ConformanceFailure("A batch was not appended.") }
        try expect(head, is: expected, "head")
        last = batch.lastPosition
      }
    },
    EventLogCheck("entries may be as long as the format allows") { fixture in
      let room = EntryFormat.byteCountMax - EntryFormat.byteCount(kinds: 1, payload: 0)
      let longest = SampleEntry(payload: Array(repeating: 0xA5, count: room))
      try fixture.log.appendSamples([longest, SampleEntry(), longest])
      let read = try fixture.log.samples()
      try expect(read == [longest, SampleEntry(), longest], is: true, "entries as written")
    },
    EventLogCheck("entries may have no payload") { fixture in
      try fixture.log.appendSamples([SampleEntry(), SampleEntry()])
      try expect(try fixture.log.samples(), is: [SampleEntry(), SampleEntry()], "entries")
    },
    EventLogCheck("readers beside the writer see whole batches only") { fixture in
      let (batches, batchSize) = (60, 25)
      let epoch = try fixture.log.takeEpoch()
      try await withThrowingTaskGroup { group in
        group.addTask { @concurrent in
          for number in 0..<batches {
            let last = Position(UInt64(number * batchSize))
            let entries = (1...batchSize).map { SampleEntry(number: number * batchSize + $0) }
            let batch = try EntryBatch(after: last, epoch: epoch, entries)
            let result = fixture.log.append(batch, epoch: epoch, expected: last)
            guard case .appended = result else {
              throw ConformanceFailure("Batch \(number) was not appended: \(result).")
            }
          }
        }
        group.addTask { @concurrent in
          var count = 0
          while count < batches * batchSize {
            try Task.checkCancellation()
            let last = try fixture.log.summary().lastPosition
            try expect(Int(last.rawValue) % batchSize, is: 0, "entries of half a batch")
            count = try fixture.log.samples().count
            try expect(count % batchSize, is: 0, "entries read of half a batch")
            try expect(count >= Int(last.rawValue), is: true, "the end never moves back")
          }
        }
        // The failure of either ends the other.
        for try await _ in group {}
      }
    },
  ]
}
