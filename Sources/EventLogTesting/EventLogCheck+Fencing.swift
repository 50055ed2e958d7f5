internal import EventLog

/// A writer that was paused, taken for dead, and goes on after another has taken its place.
extension EventLogCheck {
  /// Expects that a writer is told that it was deposed, wherever it believes the log to end.
  private static func expectFenced(
    _ log: any EventLog, epoch: Epoch, by current: Epoch, at positions: [Position]
  ) throws {
    for position in positions {
      let batch = try EntryBatch(after: position, epoch: epoch, [SampleEntry(number: 900)])
      guard case .fenced(current) = log.append(batch, epoch: epoch, expected: position) else {
        throw ConformanceFailure("The deposed writer was not fenced off at \(position).")
      }
    }
  }

  static let fencing: [EventLogCheck] = [
    EventLogCheck("a writer that was paused appends nothing after a take-over") { fixture in
      let paused = fixture.log
      let old = try paused.takeEpoch()
      try paused.appendSamples((1...3).map { SampleEntry(number: $0) })
      let successor = try fixture.rival()
      let new = try successor.takeEpoch()
      try expect(new > old, is: true, "the successor's term is newer")
      try expectFenced(paused, epoch: old, by: new, at: [Position(3)])
      try expect(try successor.samples().count, is: 3, "entries after the take-over")
    },
    EventLogCheck("a deposed writer leaves alone what its successor has appended") { fixture in
      try succeed(on: fixture)
      // And whoever opens it next finds it so.
      _ = try fixture.reopen()
      try expect(try fixture.log.verify().entries, is: 10, "entries verified after opening again")
    },
    EventLogCheck("a deposed writer cannot pass for its successor") { fixture in
      let paused = fixture.log
      try paused.appendSamples([SampleEntry(number: 1)])
      let successor = try fixture.rival()
      let new = try successor.takeEpoch()
      try successor.appendSamples([SampleEntry(number: 2)])
      // A batch that says it is of the older term, sent as of the newer one.
      let batch = try EntryBatch(after: Position(2), epoch: Epoch(1), [SampleEntry(number: 3)])
      guard case .refused = successor.append(batch, epoch: new, expected: Position(2)) else {
        throw ConformanceFailure("A batch of an older term was appended.")
      }
      try expect(try successor.summary().lastPosition, is: Position(2), "last position")
    },
    EventLogCheck("no two writers take the same term") { fixture in
      let (one, other) = (fixture.log, try fixture.rival())
      let epochs = try await withThrowingTaskGroup(of: [Epoch].self) { group in
        for log in [one, other] {
          group.addTask { @concurrent in try (0..<20).map { _ in try log.takeEpoch() } }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      try expect(Set(epochs).count, is: 40, "distinct terms of 40")
    },
  ]

  /// Lets a second writer go on with the log, and the first try to.
  private static func succeed(on fixture: any EventLogFixture) throws {
    let paused = fixture.log
    let old = try paused.takeEpoch()
    try paused.appendSamples((1...3).map { SampleEntry(number: $0) })
    let successor = try fixture.rival()
    let new = try successor.takeEpoch()
    for number in 4...9 { try successor.appendSamples([SampleEntry(number: number)]) }
    let head = try successor.summary().head
    try expectFenced(paused, epoch: old, by: new, at: [Position(3), Position(9), Position(20)])
    try expect(try successor.summary().head, is: head, "head")
    let expected = (1...9).map { SampleEntry(number: $0).asRead }
    try expect(try successor.samples(), is: expected, "entries")
    try successor.appendSamples([SampleEntry(number: 10)])
    try expect(try successor.verify().entries, is: 10, "entries verified")
  }
}
