import EventLog
import EventLogTesting
import Foundation
import Synchronization
import Testing

@Suite struct WriterTests {
  @Test func `a second writer in this process is refused and told of the first`() throws {
    let fixture = try LMDBFixture()
    let log = try #require(fixture.log as? LMDBEventLog)
    try log.describeWriter("serving\non 127.0.0.1:7777")
    let fault = #expect(throws: LogFault.self) {
      try LMDBEventLog(directory: fixture.directory.path, access: .readWrite)
    }
    #expect(fault?.code == .locked)
    #expect(fault?.message.contains("process \(getpid())") == true)
    #expect(fault?.message.contains("(serving on 127.0.0.1:7777)") == true)
    let holder = try #require(DirectoryLock.holder(of: fixture.directory.path))
    #expect(holder.processID == getpid())
    #expect(holder.note == "serving on 127.0.0.1:7777")
  }

  @Test func `a second writer is refused while another process holds the lock`() throws {
    let directory = try TemporaryDirectory()
    let file = directory.path + "/writer.lock"
    try Data("4242\n1700000000000000\n2023-11-14\nelsewhere\n".utf8).write(to: URL(filePath: file))
    let other = Process()
    other.executableURL = URL(filePath: "/usr/bin/flock")
    other.arguments = ["--no-fork", file, "sleep", "60"]
    try other.run()
    while DirectoryLock.holder(of: directory.path) == nil { usleep(1_000) }
    let fault = #expect(throws: LogFault.self) {
      try LMDBEventLog(directory: directory.path, access: .readWrite)
    }
    #expect(fault?.code == .locked)
    #expect(
      fault?.message.contains("process 4242, since 2023-11-14T22:13:20.000000Z (elsewhere)") == true
    )
    #expect(DirectoryLock.holder(of: directory.path)?.processID == 4_242)
    other.terminate()
    other.waitUntilExit()
    #expect(DirectoryLock.holder(of: directory.path) == nil)
    _ = try LMDBEventLog(
      directory: directory.path, configuration: .test(), access: .readWrite)
  }

  @Test func `a reader can append nothing`() throws {
    let fixture = try LMDBFixture()
    try fixture.log.appendSamples([SampleEntry(number: 1)])
    let reader = try LMDBEventLog(directory: fixture.directory.path, access: .readOnly)
    let batch = try EntryBatch(after: .first, epoch: Epoch(1), [SampleEntry(number: 2)])
    guard case .refused(let fault) = reader.append(batch, epoch: Epoch(1), expected: .first) else {
      Issue.record("The batch was not refused.")
      return
    }
    #expect(fault.code == .readOnly)
    #expect(throws: LogFault.self) { try reader.takeEpoch() }
    #expect(try fixture.log.summary().lastPosition == .first)
  }

  @Test func `a process that reads a log must stop before it can write it`() throws {
    let fixture = try LMDBFixture()
    fixture.close()
    let reader = try LMDBEventLog(directory: fixture.directory.path, access: .readOnly)
    let fault = #expect(throws: LogFault.self) { try fixture.open() }
    #expect(fault?.code == .locked)
    #expect(try reader.summary().isEmpty)
  }

  @Test func `appends are refused before the disk is full, and go on when there is room`() throws {
    let free = Mutex<UInt64?>(nil)
    let fixture = try LMDBFixture(
      .init(mapBytes: 1 << 30, diskReserveBytes: 10 << 20) { _ in free.withLock { $0 } })
    try fixture.log.appendSamples([SampleEntry(number: 1)])
    let batch = try EntryBatch(after: .first, epoch: Epoch(1), [SampleEntry(number: 2)])
    for room: UInt64 in [0, 10 << 20, (10 << 20) + UInt64(batch.bytes.count)] {
      free.withLock { $0 = room }
      guard
        case .refused(let fault) = fixture.log.append(batch, epoch: Epoch(1), expected: .first)
      else {
        Issue.record("The batch was not refused with \(room) bytes of room.")
        return
      }
      #expect(fault.code == .diskFull)
      #expect(fault.message.contains("\(room) bytes left"))
    }
    #expect(try fixture.log.samples().count == 1)
    free.withLock { $0 = 11 << 20 }
    guard case .appended = fixture.log.append(batch, epoch: Epoch(1), expected: .first) else {
      Issue.record("The batch was not appended.")
      return
    }
  }

  @Test func `a batch that the map cannot hold is refused, and a smaller one fits`() throws {
    let fixture = try LMDBFixture(.init(mapBytes: 256 << 10, diskReserveBytes: 0))
    try fixture.log.appendSamples([SampleEntry(number: 1)])
    let large = SampleEntry(
      time: SampleEntry(number: 2).time, payload: Array(repeating: 1, count: 300 << 10))
    let batch = try EntryBatch(after: .first, epoch: Epoch(1), [large])
    guard case .refused(let fault) = fixture.log.append(batch, epoch: Epoch(1), expected: .first)
    else {
      Issue.record("The batch was not refused.")
      return
    }
    #expect(fault.code == .mapFull)
    try fixture.log.appendSamples([SampleEntry(number: 2)])
    #expect(try fixture.log.verify().entries == 2)
  }

  @Test func `after a commit that failed nothing more is appended`() async {
    await #expect(processExitsWith: .success) {
      let fixture = try LMDBFixture()
      try fixture.log.appendSamples([SampleEntry(number: 1)])
      try WriterTests.limitFileSize(to: 64 << 10)
      let large = SampleEntry(
        time: SampleEntry(number: 2).time, payload: Array(repeating: 1, count: 200 << 10))
      let batch = try EntryBatch(after: .first, epoch: Epoch(1), [large])
      guard case .unknown(let fault) = fixture.log.append(batch, epoch: Epoch(1), expected: .first)
      else { exit(3) }
      try #require(fault.nativeCode != nil)
      let small = try EntryBatch(after: .first, epoch: Epoch(1), [SampleEntry(number: 2)])
      guard case .unknown = fixture.log.append(small, epoch: Epoch(1), expected: .first) else {
        exit(4)
      }
      try #require(throws: LogFault.self) { try fixture.log.takeEpoch() }
      // What was there can be read, and the log can be opened afresh.
      try #require(try fixture.log.samples().count == 1)
      try WriterTests.limitFileSize(to: .max)
      try #require(try fixture.reopen())
      try fixture.log.appendSamples([SampleEntry(number: 2)])
      try #require(try fixture.log.verify().entries == 2)
    }
  }

  /// From here on the operating system lets no file of this process grow beyond so many bytes.
  private static func limitFileSize(to byteCount: rlim_t) throws {
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: byteCount, rlim_max: .max)
    try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
  }
}
