import EventLog
import EventLogTesting
import Foundation
import Testing

@Suite struct DamageTests {
  /// Changes the bytes of an entry wherever they lie in a file: in a page that is in use, and in those
  /// that were copied from and are free.
  private func damage(
    _ file: String, entryWith payload: [UInt8], _ change: (inout [UInt8], Range<Int>) -> Void
  ) throws {
    var bytes = Array(try Data(contentsOf: URL(filePath: file)))
    var place = 0
    while let range = Self.firstRange(of: payload, in: bytes, from: place) {
      change(&bytes, range)
      place = range.upperBound
    }
    try #require(place > 0)
    // In place, as a failing disk would do it, and not as a new file.
    let handle = try FileHandle(forWritingTo: URL(filePath: file))
    try handle.write(contentsOf: bytes)
    try handle.close()
  }

  private static func firstRange(
    of part: [UInt8], in bytes: [UInt8], from start: Int
  ) -> Range<Int>? {
    let starts = start..<max(start, bytes.count - part.count + 1)
    return starts.first { bytes[$0] == part[0] && bytes[$0..<$0 + part.count].elementsEqual(part) }
      .map { $0..<$0 + part.count }
  }

  private func entry(_ number: Int) -> SampleEntry {
    SampleEntry(
      time: Timestamp(microseconds: Int64(number)), commandID: CommandID(UInt64(number)),
      payload: Array("payload of entry \(number).".utf8))
  }

  /// 300 entries in batches of ten, spread over several files.
  private func filledFixture() throws -> LMDBFixture {
    let fixture = try LMDBFixture(.test(segmentBytesMax: 48 << 10))
    for start in stride(from: 1, to: 300, by: 10) {
      try fixture.log.appendSamples((start..<start + 10).map { entry($0) })
    }
    return fixture
  }

  @Test(arguments: [1, 57, 150, 300])
  func `a flipped bit is found by readers and by verification, with position and file`(
    number: Int
  ) throws {
    let fixture = try filledFixture()
    let position = Position(UInt64(number))
    let segment = try #require(
      try fixture.log.summary().segments.last { $0.firstPosition <= position })
    fixture.close()
    try damage(segment.file, entryWith: entry(number).payload) { data, range in
      data[range.lowerBound + 4] ^= 0x10
    }
    // The last entry of all is looked at when the log is opened.
    if number == 300 {
      let fault = #expect(throws: LogFault.self) { try fixture.open() }
      #expect(fault?.position == position)
      return
    }
    try fixture.open()
    var lent: [Position] = []
    let read = #expect(throws: LogFault.self) {
      try fixture.log.read(from: .first) { entry in
        lent.append(entry.position)
        return .proceed
      }
    }
    let verified = #expect(throws: LogFault.self) { try fixture.log.verify() }
    for fault in [read, verified] {
      #expect(fault?.code == .damaged)
      #expect(fault?.position == position)
      #expect(fault?.file?.suffix(28) == segment.file.suffix(28))
      #expect(fault?.cause is EntryFault)
    }
    #expect(lent.last == position.advanced(by: -1) || number == 1)
    // Everything else can still be read.
    #expect(try fixture.log.samples(from: position.next).count == 300 - number)
  }

  @Test func `an entry that was rewritten with a fitting checksum breaks the chain`() throws {
    let fixture = try filledFixture()
    fixture.close()
    try damage(fixture.file(1), entryWith: entry(5).payload) { data, range in
      data[range.lowerBound] = UInt8(ascii: "P")
      let start = range.lowerBound - EntryFormat.byteCount(kinds: 1, payload: 0) + 4
      let checksum = crc32c(Array(data[start..<range.upperBound]))
      data.replaceSubrange(range.upperBound..<range.upperBound + 4, with: littleEndian(checksum))
    }
    try fixture.open()
    #expect(try fixture.log.samples(from: Position(5), through: Position(5)).count == 1)
    let fault = #expect(throws: LogFault.self) { try fixture.log.verify() }
    #expect(fault?.code == .damaged)
    #expect(fault?.position == Position(10))
    #expect(fault?.message.contains("chain") == true)
  }

  @Test func `an empty file is not taken for a new segment`() throws {
    let fixture = try filledFixture()
    let newest = try #require(try fixture.log.summary().segments.last)
    fixture.close()
    try Data().write(to: URL(filePath: newest.file))
    let fault = #expect(throws: LogFault.self) { try fixture.open() }
    #expect(fault?.code == .damaged)
    #expect(fault?.file?.suffix(28) == newest.file.suffix(28))
  }

  @Test func `a file that is no segment is refused`() throws {
    let fixture = try filledFixture()
    fixture.close()
    let noise = Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    try noise.write(to: URL(filePath: fixture.file(1)))
    try fixture.open()
    let fault = #expect(throws: LogFault.self) { try fixture.log.samples() }
    #expect(fault?.code == .damaged)
  }

  @Test func `there is nothing to read in an empty directory`() throws {
    let directory = try TemporaryDirectory()
    for path in [directory.path, directory.path + "/missing"] {
      let fault = #expect(throws: LogFault.self) {
        try LMDBEventLog(directory: path, access: .readOnly)
      }
      #expect(fault?.code == .missing)
    }
  }
}
