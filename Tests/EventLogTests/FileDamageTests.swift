import EventLog
import EventLogTesting
import Foundation
import Testing

/// Damage anywhere in a file, the pages of LMDB included.
///
/// Goal: whatever bit is wrong, the process lives, and what it reads is what was written or a fault.
/// Method: flip one bit, open the log, read, verify, append, verify again; then put the bit back.
@Suite struct FileDamageTests {
  private static let entryCount = 60
  private static let workerCount = 8

  /// Batches of three, and one entry that fills pages of its own.
  private func filledFixture() throws -> (LMDBFixture, [SampleEntry]) {
    let fixture = try LMDBFixture()
    var entries = (1...Self.entryCount).map { SampleEntry(number: $0) }
    entries[40].payload = (0..<9_000).map { UInt8(truncatingIfNeeded: $0 &* 3) }
    for start in stride(from: 0, to: entries.count, by: 3) {
      try fixture.log.appendSamples(Array(entries[start..<start + 3]))
    }
    fixture.close()
    return (fixture, entries.map(\.asRead))
  }

  /// The places that one worker tries: the beginning of each page more densely than its rest.
  private func places(in byteCount: Int, of worker: Int) -> [Int] {
    let headers = stride(from: 0, to: byteCount, by: 4_096).flatMap { page in
      stride(from: page, to: page + 160, by: 5)
    }
    let rest = stride(from: 0, to: byteCount, by: 127)
    return (headers + rest).enumerated().filter { $0.offset % Self.workerCount == worker }
      .map(\.element)
  }

  @Test(arguments: 0..<workerCount)
  func `a flipped bit anywhere is detected or harmless`(worker: Int) throws {
    let (fixture, entries) = try filledFixture()
    let file = URL(filePath: fixture.file(1))
    let whole = Array(try Data(contentsOf: file))
    var random = SplitMix(seed: UInt64(worker))
    var (detected, located) = (0, 0)
    for place in places(in: whole.count, of: worker) {
      var bytes = whole
      let bit = UInt8(1) << UInt8(random.next() % 8)
      bytes[place] ^= bit
      try Data(bytes).write(to: file)
      do {
        try fixture.open()
        try expectHarmless(fixture, entries)
      } catch let fault as LogFault {
        detected += 1
        if fault.position != nil { located += 1 }
        #expect(fault.file != nil, "bit \(bit) of byte \(place): \(fault)")
      } catch {
        Issue.record(error, "bit \(bit) of byte \(place)")
      }
      fixture.close()
    }
    #expect(detected > 20)
    #expect(located > 10)
  }

  private func expectHarmless(_ fixture: LMDBFixture, _ entries: [SampleEntry]) throws {
    guard try fixture.log.samples() == entries else {
      throw ConformanceFailure("Other entries were read than were written.")
    }
    try fixture.log.verify()
    let next = SampleEntry(number: Self.entryCount + 1)
    try fixture.log.appendSamples([next])
    guard try fixture.log.samples() == entries + [next.asRead] else {
      throw ConformanceFailure("Other entries were read after an append.")
    }
    try fixture.log.verify()
  }

  @Test func `a file that ends too early is detected`() throws {
    let (fixture, entries) = try filledFixture()
    let file = URL(filePath: fixture.file(1))
    let whole = try Data(contentsOf: file)
    for byteCount in stride(from: 0, to: whole.count, by: 1_024) {
      try whole.prefix(byteCount).write(to: file)
      do {
        try fixture.open()
        try expectHarmless(fixture, entries)
        // Nothing but free pages was cut off.
        #expect(byteCount > whole.count - 32_768)
      } catch let fault as LogFault {
        #expect(fault.code == .damaged, "the first \(byteCount) bytes: \(fault)")
      }
      fixture.close()
    }
  }

  @Test func `pages that are damaged while the log is open are found by verification`() throws {
    let (fixture, _) = try filledFixture()
    try fixture.open()
    let whole = Array(try Data(contentsOf: URL(filePath: fixture.file(1))))
    let handle = try FileHandle(forWritingTo: URL(filePath: fixture.file(1)))
    for page in stride(from: 8_192, to: whole.count, by: 4_096) where whole[page + 10] == 2 {
      // The page is a leaf: its free room now ends before it begins.
      try handle.seek(toOffset: UInt64(page + 12))
      try handle.write(contentsOf: [0xFF, 0xFF])
    }
    try handle.close()
    let fault = #expect(throws: LogFault.self) { try fixture.log.verify() }
    #expect(fault?.code == .damaged)
    #expect(fault?.file?.suffix(28) == fixture.file(1).suffix(28))
    #expect(fault?.message.hasPrefix("page ") == true)
  }
}
